import type { CardId, PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../common/instant.ts';
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

/**
 * Money between the outside world and the marketplace. `amount` is always positive; the kind says the direction. A chargeback
 * is pending while the bank looks at it, has succeeded when its renter got the money back, and is cancelled when he did not.
 */
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
  /** Of a refund or chargeback: the top-up whose money goes back. Of a top-up: the one that was given up too early. */
  readonly originalPaymentId: PaymentId | null;
  /** The saved card that it was taken from. */
  readonly cardId: CardId | null;
  /** Whether the card was charged by itself, because the wallet fell below its owner's threshold. */
  readonly isAutomatic: boolean;
  /** Where the card's owner confirms the payment at his bank, while that is awaited. */
  readonly actionUrl: string | null;
  /** When the processor is to be asked what became of it; null once it is settled. */
  readonly nextCheckAt: Instant | null;
  /** Of a chargeback: what of it the renter bears; the rest is the marketplace's loss. */
  readonly borne: AmountMicros | null;
  /** When money that had moved for good came back after all. */
  readonly reversedAt: Instant | null;
}

type PaymentBasics = Pick<
  Payment,
  'id' | 'userId' | 'kind' | 'status' | 'processor' | 'amount' | 'currency' | 'createdBy' | 'createdAt'
>;

/** A payment of which only the given is known. */
export function newPayment(known: PaymentBasics & Partial<Payment>): Payment {
  return {
    processorReference: null,
    note: null,
    settledAt: null,
    originalPaymentId: null,
    cardId: null,
    isAutomatic: false,
    actionUrl: null,
    nextCheckAt: null,
    borne: null,
    reversedAt: null,
    ...known,
  };
}

/** One top-up: at least 5.00, at most 10,000.00. */
export const TOP_UP_MIN_MICROS = 5_000_000n;
export const TOP_UP_MAX_MICROS = 10_000_000_000n;
/** Processors take whole minor units (cents): an amount must be a multiple of this. */
export const MINOR_UNIT_MICROS = 10_000n;

/** A charge is sent again under its own key for so long; afterwards it is only asked about. */
export const CHARGE_RESUME_MS = 10 * MINUTE_MS;
/** A charge without an answer is asked about from then on: long after every call about it has ended. */
export const CHARGE_CHECK_AFTER_MS = 15 * MINUTE_MS;
/** Who does not confirm a payment at his bank within this time has not paid. */
export const CONFIRMATION_MAX_MS = DAY_MS;
/** A charge that the processor itself calls pending for longer is given up; if it arrives later, it is credited then. */
export const CHARGE_PENDING_MAX_MS = 30 * DAY_MS;
/** A refund's job is looked after from then on. */
export const REFUND_CHECK_AFTER_MS = 10 * MINUTE_MS;
/** Banks take weeks over a chargeback. */
export const CHARGEBACK_CHECK_AFTER_MS = DAY_MS;

/** How long after a look that found a payment still pending the next one comes: the older it is, the more seldom. */
export function nextCheckAfterMs(ageMs: number): number {
  if (ageMs < HOUR_MS) return 5 * MINUTE_MS;
  return ageMs < DAY_MS ? HOUR_MS : 6 * HOUR_MS;
}
