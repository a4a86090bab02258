import type { LedgerTransferId, PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { negateMicros } from '../common/money.ts';
import type { LedgerTransfer } from './ledger.ts';

interface PayoutParts {
  readonly id: PaymentId;
  readonly providerId: UserId;
  readonly amount: AmountMicros;
  readonly currency: Currency;
}

/** Takes a payout out of the provider's available earnings when it is made, so that it can't be paid twice. */
export function payoutTransfer(id: LedgerTransferId, payout: PayoutParts, at: Instant): LedgerTransfer {
  const { amount, currency, providerId: userId } = payout;
  return {
    id,
    kind: 'payout',
    idempotencyKey: `payment:${payout.id}:payout`,
    bookingId: null,
    paymentId: payout.id,
    explanation: 'Paid out to you.',
    currency,
    at,
    entries: [
      { account: { kind: 'provider_available', userId }, amount: negateMicros(amount) },
      { account: { kind: 'clearing' }, amount },
    ],
  };
}

/** Gives a payout that did not arrive back to the provider. */
export function payoutReversedTransfer(
  id: LedgerTransferId,
  payout: PayoutParts,
  why: string,
  at: Instant,
): LedgerTransfer {
  const { amount, currency, providerId: userId } = payout;
  return {
    id,
    kind: 'payout_reversed',
    idempotencyKey: `payment:${payout.id}:payout_reversed`,
    bookingId: null,
    paymentId: payout.id,
    explanation: `A payout came back: ${why}`,
    currency,
    at,
    entries: [
      { account: { kind: 'provider_available', userId }, amount },
      { account: { kind: 'clearing' }, amount: negateMicros(amount) },
    ],
  };
}

/** Repays from available earnings what the marketplace has lost for their provider. */
export function availableRepaysTransfer(
  id: LedgerTransferId,
  repayment: { readonly providerId: UserId; readonly amount: AmountMicros; readonly currency: Currency },
  at: Instant,
): LedgerTransfer {
  const { amount, currency, providerId: userId } = repayment;
  return {
    id,
    kind: 'debt_repaid',
    // What makes it happen once is the debt itself, which is repaid in the same transaction, guarded by what is owed.
    idempotencyKey: `provider:${userId}:debt_repaid:${id}`,
    bookingId: null,
    paymentId: null,
    explanation: 'Repays what you owed after a refund to a renter.',
    currency,
    at,
    entries: [
      { account: { kind: 'provider_available', userId }, amount: negateMicros(amount) },
      { account: { kind: 'losses' }, amount },
    ],
  };
}
