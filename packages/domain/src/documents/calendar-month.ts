import type { Instant, TimeRange } from '../common/instant.ts';
import { HOUR_MS, instant, plusMs } from '../common/instant.ts';

/** A month of the calendar in UTC, half open: its last millisecond belongs to it, midnight of the first is the next one's. */
export interface CalendarMonth extends TimeRange {
  /** `2026-11`. */
  readonly name: string;
}

/**
 * A month's documents are issued so long after it is over: a transfer bears the time at which its transaction began, and none
 * runs for longer.
 */
export const MONTH_GRACE_MS = HOUR_MS;

/** The month in which an instant lies. */
export function monthOf(at: Instant): CalendarMonth {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    name: date.toISOString().slice(0, 7),
    start: instant(Date.UTC(year, month)),
    end: instant(Date.UTC(year, month + 1)),
  };
}

/** Whether nothing can happen in the month any more. */
export function isMonthOver(month: CalendarMonth, now: Instant): boolean {
  return now >= plusMs(month.end, MONTH_GRACE_MS);
}
