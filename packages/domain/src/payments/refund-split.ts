import { DomainError } from '../common/domain-error.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros, formatMicros, minMicros, minusMicros } from '../common/money.ts';
import type { Payment } from './payment.ts';
import { MINOR_UNIT_MICROS } from './payment.ts';

/** A top-up and what of it can still go back to the card. */
export interface RefundableTopUp {
  readonly payment: Payment;
  readonly refundable: AmountMicros;
}

/** One refund takes its money from at most so many top-ups. */
export const REFUND_PARTS_MAX = 100;

/**
 * The most that can go back: what is in the wallet, but never more than was paid by card and not returned yet. Cards take
 * whole cents, so that a fraction of one stays.
 */
export function refundableAmount(wallet: AmountMicros, topUps: readonly RefundableTopUp[]): AmountMicros {
  const paid = topUps.reduce((sum, { refundable }) => sum + refundable, 0n);
  const most = minMicros(wallet, amountMicros(paid));
  return amountMicros(most - (most % MINOR_UNIT_MICROS));
}

/** Which top-up gives how much: the newest first, because banks take back young payments most readily. */
export function splitRefund(
  amount: AmountMicros,
  topUps: readonly RefundableTopUp[],
): readonly { readonly topUp: Payment; readonly amount: AmountMicros }[] {
  let rest = amount;
  return topUps.flatMap(({ payment, refundable }) => {
    const part = minMicros(rest, refundable);
    rest = minusMicros(rest, part);
    return part > 0n ? [{ topUp: payment, amount: part }] : [];
  });
}

/** @throws DomainError invalid_amount, which says how much can go back */
export function assertRefundAmount(amount: AmountMicros, most: AmountMicros, currency: Currency): void {
  if (amount <= 0n || amount % MINOR_UNIT_MICROS !== 0n) {
    throw new DomainError('invalid_amount', 'A refund is more than zero and of whole cents.', {
      field: 'amount',
      remedy: 'Enter a positive amount with at most two decimals.',
    });
  }
  if (amount <= most) return;
  throw new DomainError('invalid_amount', `At most ${formatMicros(most, currency)} can go back to your cards.`, {
    field: 'amount',
    remedy:
      most > 0n
        ? 'Enter at most that amount: only what is in the wallet and was paid by card can go back.'
        : 'Only what is in the wallet and was paid by card can go back.',
  });
}
