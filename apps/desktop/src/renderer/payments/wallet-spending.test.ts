import { describe, expect, it } from 'vitest';
import { perWeek, SPENDING_DAYS, spendingPerDay, spendingSinceMs, totalMicros } from './wallet-spending.ts';

/** Sunday, 22 November 2026, 15:00 of the zone in which the test runs. */
const nowMs = new Date(2026, 10, 22, 15).getTime();
const local = (month: number, day: number, hour = 12): Date => new Date(2026, month - 1, day, hour);

const booking = (id: string, charged: string | null, end: Date) => ({ id, charged, end: end.toISOString() });
const release = (bookingId: string, at: Date) => ({ kind: 'release', bookingId, at }) as const;
const onDay = (bars: ReturnType<typeof spendingPerDay>, day: Date) =>
  bars.find((bar) => new Date(bar.startMs).toDateString() === day.toDateString());

describe('spending per day', () => {
  it('has a bar for each of the last 30 days, today last', () => {
    const bars = spendingPerDay({ bookings: [], lines: [], nowMs });
    expect(bars).toHaveLength(SPENDING_DAYS);
    expect(bars[0]?.startMs).toBe(spendingSinceMs(nowMs));
    expect(new Date(bars.at(-1)?.startMs ?? 0).getDate()).toBe(22);
    expect(totalMicros(bars)).toBe(0n);
  });

  it('counts a booking that ended early on the day on which its rest went back', () => {
    const bars = spendingPerDay({
      bookings: [booking('a', '1.50', local(12, 3))],
      lines: [release('a', local(11, 20))],
      nowMs,
    });
    expect(onDay(bars, local(11, 20))).toMatchObject({ amountMicros: 1_500_000n, bookings: 1 });
    expect(totalMicros(bars)).toBe(1_500_000n);
  });

  it('counts a booking whose maximum was used up on the day of its end', () => {
    const bars = spendingPerDay({ bookings: [booking('a', '2.00', local(11, 19))], lines: [], nowMs });
    expect(onDay(bars, local(11, 19))?.amountMicros).toBe(2_000_000n);
  });

  it('adds up the bookings of one day without a float', () => {
    const bookings = [booking('a', '0.10', local(11, 18)), booking('b', '0.20', local(11, 18, 23))];
    expect(onDay(spendingPerDay({ bookings, lines: [], nowMs }), local(11, 18))).toMatchObject({
      amountMicros: 300_000n,
      bookings: 2,
    });
  });

  it('leaves out what is not charged yet, what cost nothing and what is older', () => {
    const bookings = [
      booking('open', null, local(11, 21)),
      booking('free', '0.00', local(11, 21)),
      booking('old', '9.00', local(9, 1)),
    ];
    const bars = spendingPerDay({ bookings, lines: [], nowMs });
    expect(totalMicros(bars)).toBe(0n);
    expect(bars.every((bar) => bar.bookings === 0)).toBe(true);
  });

  it('takes no other line for the settlement', () => {
    const lines = [{ kind: 'hold', bookingId: 'a', at: local(11, 10) } as const];
    const bars = spendingPerDay({ bookings: [booking('a', '1.00', local(11, 12))], lines, nowMs });
    expect(onDay(bars, local(11, 12))?.amountMicros).toBe(1_000_000n);
  });
});

describe('spending per week', () => {
  it('sums the days of each week from Monday on and loses nothing', () => {
    const bookings = [
      booking('sunday', '1.00', local(11, 15)),
      booking('monday', '2.00', local(11, 16)),
      booking('saturday', '4.00', local(11, 21)),
    ];
    const days = spendingPerDay({ bookings, lines: [], nowMs });
    const weeks = perWeek(days);
    expect(totalMicros(weeks)).toBe(totalMicros(days));
    expect(weeks.at(-1)).toMatchObject({ amountMicros: 6_000_000n, bookings: 2 });
    expect(weeks.at(-2)).toMatchObject({ amountMicros: 1_000_000n });
    expect(weeks.slice(1).every((week) => new Date(week.startMs).getDay() === 1)).toBe(true);
  });
});
