import { describe, expect, test } from 'vitest';
import { costSoFar, formatEstimate, shareOfHold } from './cost-so-far.ts';

const HOUR_MS = 3_600_000;

/** Two hours: the first at 3.60, the second, an extension, at 7.20 an hour. */
const booking = (change: Partial<Parameters<typeof costSoFar>[0]> = {}): Parameters<typeof costSoFar>[0] => ({
  priceSegments: [
    { range: { start: new Date(0), end: new Date(HOUR_MS) }, pricePerHourMicros: 3_600_000n },
    { range: { start: new Date(HOUR_MS), end: new Date(2 * HOUR_MS) }, pricePerHourMicros: 7_200_000n },
  ],
  holdMicros: 10_800_000n,
  chargedMicros: null,
  releasedMicros: null,
  readyAt: new Date(0),
  end: new Date(2 * HOUR_MS),
  endRequestedAt: null,
  ...change,
});

describe('the cost so far', () => {
  test('is nothing before access works', () => {
    expect(costSoFar(booking({ readyAt: null }), HOUR_MS)).toEqual({ kind: 'not_started', amountMicros: 0n });
  });

  test('grows by the second, each second at the price of its segment', () => {
    expect(costSoFar(booking(), 1_800_000)).toEqual({ kind: 'estimate', amountMicros: 1_800_000n, isMinimum: false });
    expect(costSoFar(booking(), 1_801_000).amountMicros).toBe(1_801_000n);
    expect(costSoFar(booking(), HOUR_MS + 1_000).amountMicros).toBe(3_602_000n);
  });

  test('begins when access worked, not at the booked start', () => {
    expect(costSoFar(booking({ readyAt: new Date(1_200_000) }), 3_000_000).amountMicros).toBe(1_800_000n);
  });

  test('is at least ten minutes', () => {
    expect(costSoFar(booking(), 0)).toEqual({ kind: 'estimate', amountMicros: 600_000n, isMinimum: true });
    expect(costSoFar(booking(), 600_000)).toMatchObject({ amountMicros: 600_000n, isMinimum: false });
  });

  test('is never more than the hold, and stops at the end and at the wish to end', () => {
    expect(costSoFar(booking(), 50 * HOUR_MS).amountMicros).toBe(10_800_000n);
    expect(costSoFar(booking({ holdMicros: 100_000n }), 0).amountMicros).toBe(100_000n);
    expect(costSoFar(booking({ endRequestedAt: new Date(HOUR_MS) }), 2 * HOUR_MS).amountMicros).toBe(3_600_000n);
  });

  test('does not run backwards when this computer’s clock is early', () => {
    expect(costSoFar(booking({ readyAt: new Date(HOUR_MS) }), 0)).toMatchObject({ kind: 'estimate', isMinimum: true });
  });

  test('is the charge once there is one, whatever the clock says', () => {
    expect(costSoFar(booking({ chargedMicros: 5n, releasedMicros: 10_799_995n }), 0)).toEqual({
      kind: 'charged',
      amountMicros: 5n,
      releasedMicros: 10_799_995n,
    });
  });
});

test('the share of the hold lies between 0 and 1', () => {
  expect(shareOfHold(0n, 10n)).toBe(0);
  expect(shareOfHold(5n, 10n)).toBe(0.5);
  expect(shareOfHold(11n, 10n)).toBe(1);
  expect(shareOfHold(1n, 0n)).toBe(0);
});

test('a growing amount always has the same number of digits', () => {
  const lengths = [100_000n, 100_167n, 151_083n, 199_999n].map((amount) => formatEstimate(amount, 'EUR').length);
  expect(new Set(lengths).size).toBe(1);
  expect(formatEstimate(151_083n, 'EUR')).toMatch(/0[.,]1511/);
});
