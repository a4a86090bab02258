import type { PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { RefundableTopUp } from './refund-split.ts';
import type { Payment, PaymentStatus, ProcessorName } from './payment.ts';

export interface PaymentReads {
  findById(id: PaymentId): Promise<Payment | null>;
  /** By the processor's own id; of several (one that was given up, and the one that made it good) the one that counts. */
  findByReference(processor: ProcessorName, reference: string): Promise<Payment | null>;
  /** The top-up that makes good one that was given up although its money arrived. */
  findReplacement(id: PaymentId): Promise<Payment | null>;
  /** Newest first. */
  listByUser(userId: UserId, request: PageRequest): Promise<Page<Payment>>;
  /** When the first payment through a processor was begun; null when there is none. */
  firstAt(processor: ProcessorName): Promise<Instant | null>;
  /** Pending payments whose next look at the processor is due; at most `limit`. */
  listDueForCheck(now: Instant, limit: number): Promise<readonly PaymentId[]>;
  /** Top-ups through a processor of which something can go back to the card, newest first; at most `limit`. */
  listRefundable(userId: UserId, processor: ProcessorName, limit: number): Promise<readonly RefundableTopUp[]>;
  /** What of a top-up went back or is on its way: its refunds, and what its chargebacks cost the renter. */
  returnedOf(topUpId: PaymentId): Promise<AmountMicros>;
  /** A top-up's chargebacks that stand, oldest first. */
  listChargebacks(topUpId: PaymentId): Promise<readonly Payment[]>;
  /** Top-ups since a time that took or may still take money from a card, oldest first; at most `limit`. */
  listCardTopUps(
    userId: UserId,
    since: Instant,
    limit: number,
  ): Promise<readonly { readonly amount: AmountMicros; readonly at: Instant }[]>;
  /** What automatic top-ups took or may still take since a time. */
  sumAutomatic(userId: UserId, since: Instant): Promise<AmountMicros>;
  /** The automatic top-up of a person that is under way; there is never more than one. */
  findPendingAutomatic(userId: UserId): Promise<Payment | null>;
}

export interface PaymentRepository extends PaymentReads {
  insert(payment: Payment): Promise<void>;
  lockById(id: PaymentId): Promise<Payment | null>;
  /** Guarded. @throws DomainError wrong_state */
  changeStatus(
    id: PaymentId,
    change: {
      from: PaymentStatus;
      to: PaymentStatus;
      at: Instant;
      processorReference?: string | null;
      note?: string;
    },
  ): Promise<void>;
  /** Notes what is known of a payment that is still pending. Guarded. @throws DomainError wrong_state */
  notePending(
    id: PaymentId,
    known: { processorReference: string | null; actionUrl: string | null; nextCheckAt: Instant },
  ): Promise<void>;
  /** What of a chargeback the renter bears. */
  setBorne(id: PaymentId, borne: AmountMicros): Promise<void>;
  /** Notes once that money which had moved for good came back; false when it was noted before. */
  markReversed(id: PaymentId, at: Instant): Promise<boolean>;
}
