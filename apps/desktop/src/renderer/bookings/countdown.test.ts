import { describe, expect, test } from 'vitest';
import type { BookingMoments } from './booking-moments.ts';
import { countdownOf, formatCountdown } from './countdown.ts';

const HOUR_MS = 3_600_000;

const moments = (change: Partial<BookingMoments> = {}): BookingMoments => ({
  status: 'active',
  startMs: 0,
  endMs: HOUR_MS,
  isEnding: false,
  isLeaving: false,
  delayReason: null,
  ...change,
});

describe('the countdown of a booking', () => {
  test('runs to the start, then to the end', () => {
    expect(countdownOf(moments({ status: 'scheduled', startMs: 5_000 }), 1_000)).toMatchObject({
      label: 'Starts in',
      remainingMs: 4_000,
    });
    expect(countdownOf(moments(), 600_000)).toEqual({ label: 'Ends in', remainingMs: 3_000_000, isUrgent: false });
  });

  test('is urgent in the last 15 minutes, and not a moment earlier', () => {
    expect(countdownOf(moments(), HOUR_MS - 900_001)?.isUrgent).toBe(false);
    expect(countdownOf(moments(), HOUR_MS - 900_000)?.isUrgent).toBe(true);
  });

  test('is over at the end, and when the end was asked for', () => {
    expect(countdownOf(moments(), HOUR_MS)).toBeNull();
    expect(countdownOf(moments({ isEnding: true }), 0)).toBeNull();
    for (const status of ['revoking', 'wiping', 'quarantined', 'completed', 'cancelled', 'failed'] as const) {
      expect(countdownOf(moments({ status }), 0)).toBeNull();
    }
  });
});

describe('a countdown in figures', () => {
  test.each([
    [0, '00:00'],
    [-5_000, '00:00'],
    [1, '00:01'],
    [59_000, '00:59'],
    [60_000, '01:00'],
    [3_599_001, '1:00:00'],
    [3_600_000, '1:00:00'],
    [86_399_000, '23:59:59'],
    [86_399_500, '1 d 0 h'],
    [2 * 86_400_000 + 5 * HOUR_MS, '2 d 5 h'],
  ])('%d ms is %s', (remainingMs, text) => {
    expect(formatCountdown(remainingMs)).toBe(text);
  });
});
