import { feeOf } from '../bookings/booking-price.ts';
import type { Booking } from '../bookings/booking.ts';
import { DomainError, unreachable } from '../common/domain-error.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { ZERO_MICROS, amountMicros, formatMicros, minusMicros } from '../common/money.ts';
import { MINOR_UNIT_MICROS } from '../payments/payment.ts';
import type { Dispute, DisputeOutcome } from './dispute.ts';

/** What an admin wants to give back. */
export interface RefundWish {
  readonly outcome: DisputeOutcome;
  /** Only with `partial`. */
  readonly amount: AmountMicros | null;
}

/** What was given back of a booking by the disputes so far. */
export function refundedBy(disputes: readonly Pick<Dispute, 'decision'>[]): AmountMicros {
  return disputes.reduce((sum, { decision }) => amountMicros(sum + (decision?.refund ?? 0n)), ZERO_MICROS);
}

/**
 * The amount that a decision gives back: all of the charge that is left, a part of it in whole cents, or nothing.
 * @param left what of the charge was not given back before
 * @throws DomainError invalid_amount, which names the limit
 */
export function refundAmount(wish: RefundWish, left: AmountMicros, currency: Currency): AmountMicros {
  if (wish.outcome !== 'partial' && wish.amount !== null) {
    throw refuse('An amount belongs to a partial refund only.', 'Leave the amount out, or choose a partial refund.');
  }
  switch (wish.outcome) {
    case 'none':
      return ZERO_MICROS;
    case 'full':
      if (left === 0n) throw refuse('Nothing of the charge is left to give back.', 'Decide without a refund.');
      return left;
    case 'partial':
      return partialAmount(wish.amount, left, currency);
    default:
      return unreachable(wish.outcome);
  }
}

function partialAmount(amount: AmountMicros | null, left: AmountMicros, currency: Currency): AmountMicros {
  if (amount === null || amount <= 0n) {
    throw refuse('A partial refund needs an amount above zero.', 'Enter the amount, or decide without a refund.');
  }
  if (amount % MINOR_UNIT_MICROS !== 0n) {
    throw refuse('The amount must be in whole cents.', 'Enter at most two decimals.');
  }
  if (amount > left) {
    const most = formatMicros(left, currency);
    throw refuse(`At most ${most} of the charge are left to give back.`, 'Enter a smaller amount.');
  }
  return amount;
}

/** Who gives a refund back: the parts sum to it. */
export interface RefundParts {
  readonly fee: AmountMicros;
  readonly share: AmountMicros;
}

/**
 * Divides a refund between platform and provider so that what is left of the charge is divided exactly as if it had been the
 * charge from the start: the platform keeps its fee (rounded half up) of what is left, and gives back the rest of it.
 * @param refunded what was given back of the same charge before
 */
export function refundParts(
  booking: Pick<Booking, 'feeBasisPoints'> & { readonly chargedAmount: AmountMicros },
  refunded: AmountMicros,
  amount: AmountMicros,
): RefundParts {
  const before = minusMicros(booking.chargedAmount, refunded);
  const after = minusMicros(before, amount);
  const fee = minusMicros(feeOf(before, booking.feeBasisPoints), feeOf(after, booking.feeBasisPoints));
  return { fee, share: minusMicros(amount, fee) };
}

function refuse(message: string, remedy: string): DomainError {
  return new DomainError('invalid_amount', message, { field: 'amount', remedy });
}
