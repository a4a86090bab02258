import type { PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros, minusMicros } from '../common/money.ts';
import type { PaymentStatus, ProcessorName } from '../payments/payment.ts';
import { MINOR_UNIT_MICROS } from '../payments/payment.ts';

/** Who wanted it: the provider, or the run of every Monday. */
export const payoutOrigins = ['request', 'weekly'] as const;
export type PayoutOrigin = (typeof payoutOrigins)[number];

/**
 * Money on its way from a provider's available earnings to his account outside. It left the earnings when the payout was made,
 * so that nothing is paid twice; when it fails, it comes back.
 */
export interface Payout {
  readonly id: PaymentId;
  readonly providerId: UserId;
  readonly status: PaymentStatus;
  readonly processor: ProcessorName;
  readonly processorReference: string | null;
  readonly amount: AmountMicros;
  readonly currency: Currency;
  /** Why it failed, or the reason that an admin gave. */
  readonly note: string | null;
  readonly origin: PayoutOrigin;
  /** Of a weekly one: the Monday that it belongs to. */
  readonly week: Instant | null;
  /** The processor's account that it goes to. Null when an admin pays by hand. */
  readonly account: string | null;
  /** What the payout before left over: less than a minor unit. */
  readonly carriedIn: AmountMicros;
  /** What this one leaves over, because payouts are whole minor units. */
  readonly remainder: AmountMicros;
  /** How often the processor was asked. */
  readonly attempts: number;
  /** When a worker looks at it again, should its job be lost. Null when nobody has to. */
  readonly nextCheckAt: Instant | null;
  /** When its money came back to the provider. */
  readonly reversedAt: Instant | null;
  readonly createdAt: Instant;
  readonly settledAt: Instant | null;
}

/** A payout is at least 20.00: below that its costs would be out of proportion. */
export const PAYOUT_MIN_MICROS = 20_000_000n;
/** A payout of which the processor has not said for so long what became of it waits for an admin's decision. */
export const PAYOUT_ATTENTION_AFTER_MS = 3 * DAY_MS;
/** When a worker died while it asked the processor, another one looks after this. */
export const PAYOUT_LOOK_AGAIN_MS = 5 * MINUTE_MS;
/** A payout of a processor that this installation no longer uses: an admin has to say what became of it. */
export const FOREIGN_PAYOUT_LOOK_MS = DAY_MS;

const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was the first Monday of the epoch. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** The Monday, 00:00 UTC, at or before a time. */
export function payoutWeekOf(at: Instant): Instant {
  return instant(Math.max(0, Math.floor((at - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS));
}

/** How long after a look that found a payout still pending the next one comes: the older it is, the more seldom. */
export function payoutLookAfterMs(ageMs: number): number {
  if (ageMs < HOUR_MS) return PAYOUT_LOOK_AGAIN_MS;
  return ageMs < DAY_MS ? HOUR_MS : 6 * HOUR_MS;
}

/** Divides what is available into whole minor units, which can be paid, and the rest, which stays. */
export function payableOf(available: AmountMicros): {
  readonly amount: AmountMicros;
  readonly remainder: AmountMicros;
} {
  const remainder = amountMicros(available % MINOR_UNIT_MICROS);
  return { amount: minusMicros(available, remainder), remainder };
}

/** Whether an admin may decide about a pending payout: one that is paid by hand, or that the processor is silent about. */
export function isForAdmin(payout: Pick<Payout, 'account' | 'createdAt'>, now: Instant): boolean {
  return payout.account === null || now - payout.createdAt >= PAYOUT_ATTENTION_AFTER_MS;
}

/** The subject of the lease under which one worker at a time speaks with the processor about a payout. */
export function payoutSubject(id: PaymentId): string {
  return `payout:${id}`;
}
