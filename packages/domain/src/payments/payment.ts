import type { PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { StateGraph } from '../common/state-graph.ts';

export const paymentKinds = ['top_up', 'manual_credit', 'manual_debit', 'payout', 'refund', 'chargeback'] as const;
export type PaymentKind = (typeof paymentKinds)[number];

export const paymentStatuses = ['pending', 'succeeded', 'failed', 'cancelled'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

export const paymentStateGraph: StateGraph<PaymentStatus> = {
  pending: ['succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

export const processorNames = ['test', 'manual', 'stripe'] as const;
export type ProcessorName = (typeof processorNames)[number];

/** Money between the outside world and the marketplace. `amount` is always positive; the kind says the direction. */
export interface Payment {
  readonly id: PaymentId;
  readonly userId: UserId;
  readonly kind: PaymentKind;
  readonly status: PaymentStatus;
  readonly processor: ProcessorName;
  /** The processor's own id, once it gave one. */
  readonly processorReference: string | null;
  readonly amount: AmountMicros;
  readonly currency: Currency;
  /** Why a payment failed, or the reason an admin gave. */
  readonly note: string | null;
  readonly createdBy: UserId;
  readonly createdAt: Instant;
  readonly settledAt: Instant | null;
}

/** One top-up: at least 5.00, at most 10,000.00. */
export const TOP_UP_MIN_MICROS = 5_000_000n;
export const TOP_UP_MAX_MICROS = 10_000_000_000n;
/** Processors take whole minor units (cents): an amount must be a multiple of this. */
export const MINOR_UNIT_MICROS = 10_000n;
