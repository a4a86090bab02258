import type { LedgerTransferId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { negateMicros } from '../common/money.ts';
import type { Earning } from '../earnings/earning.ts';
import type { LedgerTransfer } from './ledger.ts';

type Source = Pick<Earning, 'id' | 'bookingId' | 'providerId' | 'currency'>;

/** Makes what is left of an earning the provider's to pay out. */
export function earningAvailableTransfer(
  id: LedgerTransferId,
  earning: Source,
  amount: AmountMicros,
  at: Instant,
): LedgerTransfer {
  return {
    id,
    kind: 'earning_available',
    idempotencyKey: `earning:${earning.id}:available`,
    bookingId: earning.bookingId,
    paymentId: null,
    explanation: 'Nothing holds this share back any more: it is available.',
    currency: earning.currency,
    at,
    entries: [
      { account: { kind: 'provider_pending', userId: earning.providerId }, amount: negateMicros(amount) },
      { account: { kind: 'provider_available', userId: earning.providerId }, amount },
    ],
  };
}

/** Repays from an earning what the marketplace has lost for its provider. */
export function debtRepaidTransfer(
  id: LedgerTransferId,
  earning: Source,
  amount: AmountMicros,
  at: Instant,
): LedgerTransfer {
  return {
    id,
    kind: 'debt_repaid',
    idempotencyKey: `earning:${earning.id}:debt_repaid`,
    bookingId: earning.bookingId,
    paymentId: null,
    explanation: 'Repays what you owed after a refund to a renter.',
    currency: earning.currency,
    at,
    entries: [
      { account: { kind: 'provider_pending', userId: earning.providerId }, amount: negateMicros(amount) },
      { account: { kind: 'losses' }, amount },
    ],
  };
}
