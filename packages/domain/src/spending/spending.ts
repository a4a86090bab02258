import type { UserId } from '../common/ids.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import { instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';

/** A limit for a month is at least 1.00 and at most 1,000,000.00, in whole cents. */
export const SPENDING_LIMIT_MIN_MICROS = 1_000_000n;
export const SPENDING_LIMIT_MAX_MICROS = 1_000_000_000_000n;

/** Parts of the limit, in per cent, at which a renter is told; each once a month. */
export const SPENDING_ALARM_PERCENTS = [50, 80, 100] as const;
export type SpendingAlarmPercent = (typeof SPENDING_ALARM_PERCENTS)[number];

/**
 * What a renter decided about his months, the newest decision. `amount` is null when he wants no limit; a renter without a
 * decision has the operator's default.
 */
export interface SpendingLimit {
  readonly renterId: UserId;
  readonly amount: AmountMicros | null;
  readonly currency: Currency;
  readonly setAt: Instant;
}

/** That a renter has reached a part of his limit, once per month and part. */
export interface SpendingAlarm {
  readonly renterId: UserId;
  /** Start of the month. */
  readonly month: Instant;
  readonly percent: SpendingAlarmPercent;
  readonly limit: AmountMicros;
  readonly spent: AmountMicros;
  readonly currency: Currency;
  readonly at: Instant;
}

/** A renter's month as he is shown it. */
export interface Spending {
  readonly month: TimeRange;
  /** Null when there is none. */
  readonly limit: AmountMicros | null;
  /** Who decided about the limit: the renter, or the operator for those who decided nothing. */
  readonly decidedBy: 'renter' | 'operator';
  readonly spent: AmountMicros;
  /** What may still be set aside this month; null without a limit. */
  readonly left: AmountMicros | null;
  readonly currency: Currency;
  readonly alarms: readonly SpendingAlarmPercent[];
}

/** The calendar month, in UTC, that an instant lies in. */
export function monthOf(at: Instant): TimeRange {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { start: instant(Date.UTC(year, month)), end: instant(Date.UTC(year, month + 1)) };
}

/** The parts of a limit that this spending has reached: `spent / limit >= percent / 100`, without rounding. */
export function reachedPercents(spent: AmountMicros, limit: AmountMicros): readonly SpendingAlarmPercent[] {
  return SPENDING_ALARM_PERCENTS.filter((percent) => spent * 100n >= limit * BigInt(percent));
}
