import type { BookingId, DisputeId, LedgerTransferId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { negateMicros } from '../common/money.ts';
import type { LedgerEntry, LedgerTransfer } from './ledger.ts';

/**
 * Gives a part of a charge back to the renter's wallet: the platform its part of the fee, the provider his share as it was
 * taken from him.
 */
export function disputeRefundTransfer(
  id: LedgerTransferId,
  dispute: {
    readonly id: DisputeId;
    readonly bookingId: BookingId;
    readonly renterId: UserId;
    readonly currency: Currency;
  },
  refund: {
    readonly amount: AmountMicros;
    readonly fee: AmountMicros;
    readonly share: readonly LedgerEntry[];
    readonly explanation: string;
  },
  at: Instant,
): LedgerTransfer {
  return {
    id,
    kind: 'dispute_refund',
    idempotencyKey: `dispute:${dispute.id}:refund`,
    bookingId: dispute.bookingId,
    paymentId: null,
    explanation: refund.explanation,
    currency: dispute.currency,
    at,
    entries: [
      ...refund.share,
      { account: { kind: 'platform_revenue' }, amount: negateMicros(refund.fee) },
      { account: { kind: 'wallet', userId: dispute.renterId }, amount: refund.amount },
    ],
  };
}
