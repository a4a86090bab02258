import type { BookingId, EarningId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, plusMs } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { minusMicros } from '../common/money.ts';

/** What a provider earned by one charge of a booking. The money lies in `provider_pending` until it is made available. */
export interface Earning {
  readonly id: EarningId;
  readonly bookingId: BookingId;
  readonly providerId: UserId;
  /** Counts the charges of a booking from 0: one a week, and the last one at the end. */
  readonly part: number;
  /** The provider's share of the charge. */
  readonly amount: AmountMicros;
  /** What of it went back before it was available: to the renter, or for what the provider owes. */
  readonly taken: AmountMicros;
  readonly currency: Currency;
  readonly createdAt: Instant;
  /** When the clean-up was verified, or the next week was settled. Null while it waits for that. */
  readonly earnedAt: Instant | null;
  /** A new provider's earnings wait until then. Null when they do not. */
  readonly reservedUntil: Instant | null;
  /** Since when a dispute about its booking is open. Null when none is. */
  readonly disputedAt: Instant | null;
  /** When it became the provider's to pay out. */
  readonly availableAt: Instant | null;
}

/** Why an earning is held back, in the order in which the reasons are shown. */
export const earningHolds = ['clean_up', 'dispute', 'reserve'] as const;
export type EarningHold = (typeof earningHolds)[number];

/** A long booking is charged every seven days of use. */
export const SETTLEMENT_PERIOD_MS = 7 * DAY_MS;
/** A provider is new for so long after his profile was opened. */
export const NEW_PROVIDER_MS = 30 * DAY_MS;

/** What is left of an earning. */
export function remainderOf(earning: Pick<Earning, 'amount' | 'taken'>): AmountMicros {
  return minusMicros(earning.amount, earning.taken);
}

/**
 * Until when an earning waits that a provider earned at `at`: what he earns while he is new waits `reserveMs` longer. Null
 * when it does not wait.
 */
export function reserveUntil(profile: { readonly openedAt: Instant }, at: Instant, reserveMs: number): Instant | null {
  return reserveMs > 0 && at - profile.openedAt < NEW_PROVIDER_MS ? plusMs(at, reserveMs) : null;
}

/** Why an earning can't be made available now; empty when it can. */
export function holdsOf(
  earning: Pick<Earning, 'earnedAt' | 'reservedUntil' | 'disputedAt'>,
  now: Instant,
): readonly EarningHold[] {
  return [
    ...(earning.earnedAt === null ? (['clean_up'] as const) : []),
    ...(earning.disputedAt === null ? [] : (['dispute'] as const)),
    ...(earning.reservedUntil !== null && now < earning.reservedUntil ? (['reserve'] as const) : []),
  ];
}
