import type { BookingListItem } from '@rsm/api/schemas/bookings';
import { parseMoney } from '@rsm/api/schemas/common';
import type { StatementLineRead } from '@rsm/api/schemas/payments';
import type { MoneyBar } from './money-bars.tsx';

export const SPENDING_DAYS = 30;

export type SpendingBar = Required<MoneyBar>;

/**
 * What was charged on each of the last days, oldest first, days without any included. A booking counts on the day on which its money
 * was settled: when the rest of its maximum went back, or, where nothing was left of it, at its end.
 */
export function spendingPerDay(input: {
  readonly bookings: readonly Pick<BookingListItem, 'id' | 'charged' | 'end'>[];
  readonly lines: readonly Pick<StatementLineRead, 'kind' | 'bookingId' | 'at'>[];
  readonly nowMs: number;
}): readonly SpendingBar[] {
  const settledAt = new Map<string, number>();
  for (const line of input.lines) {
    if (line.kind === 'release' && line.bookingId !== null) settledAt.set(line.bookingId, line.at.getTime());
  }
  const today = startOfDay(input.nowMs);
  const bars = new Map<number, { amountMicros: bigint; bookings: number }>();
  for (let back = SPENDING_DAYS - 1; back >= 0; back -= 1) {
    bars.set(plusDays(today, -back), { amountMicros: 0n, bookings: 0 });
  }
  for (const booking of input.bookings) {
    const charged = booking.charged === null ? null : parseMoney(booking.charged);
    if (charged === null || charged === 0n) continue;
    const atMs = settledAt.get(booking.id) ?? Math.min(Date.parse(booking.end), input.nowMs);
    const bar = bars.get(startOfDay(atMs));
    if (bar === undefined) continue;
    bar.amountMicros += charged;
    bar.bookings += 1;
  }
  return [...bars].map(([startMs, bar]) => ({ startMs, ...bar }));
}

/** The same in calendar weeks that begin on Monday (ISO 8601); the first and the last may be cut. */
export function perWeek(days: readonly SpendingBar[]): readonly SpendingBar[] {
  const weeks: SpendingBar[] = [];
  for (const day of days) {
    const last = weeks.at(-1);
    if (last === undefined || new Date(day.startMs).getDay() === 1) {
      weeks.push(day);
      continue;
    }
    weeks[weeks.length - 1] = {
      startMs: last.startMs,
      amountMicros: last.amountMicros + day.amountMicros,
      bookings: last.bookings + day.bookings,
    };
  }
  return weeks;
}

export function totalMicros(bars: readonly SpendingBar[]): bigint {
  return bars.reduce((sum, bar) => sum + bar.amountMicros, 0n);
}

export function spendingSinceMs(nowMs: number): number {
  return plusDays(startOfDay(nowMs), -(SPENDING_DAYS - 1));
}

function startOfDay(ms: number): number {
  const day = new Date(ms);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

/** By the calendar and not by 24 hours, because a day of the clock change has 23 or 25. */
function plusDays(startMs: number, count: number): number {
  const day = new Date(startMs);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + count).getTime();
}
