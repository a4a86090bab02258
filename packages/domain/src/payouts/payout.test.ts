import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, instant, plusMs, toIso } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import { MINOR_UNIT_MICROS } from '../payments/payment.ts';
import { PAYOUT_ATTENTION_AFTER_MS, isForAdmin, payableOf, payoutLookAfterMs, payoutWeekOf } from './payout.ts';

describe('the week of a payout', () => {
  it.each([
    ['2031-01-13T00:00:00.000Z', '2031-01-13T00:00:00.000Z'],
    ['2031-01-13T00:00:00.001Z', '2031-01-13T00:00:00.000Z'],
    ['2031-01-15T12:00:00.000Z', '2031-01-13T00:00:00.000Z'],
    ['2031-01-19T23:59:59.999Z', '2031-01-13T00:00:00.000Z'],
    ['2031-01-20T00:00:00.000Z', '2031-01-20T00:00:00.000Z'],
    ['2028-02-29T08:00:00.000Z', '2028-02-28T00:00:00.000Z'],
  ])('of %s begins on Monday %s', (at, monday) => {
    expect(toIso(payoutWeekOf(instant(Date.parse(at))))).toBe(monday);
  });

  it('is the last Monday, 00:00 UTC, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1971), max: Date.UTC(2190) }), (ms) => {
        const week = payoutWeekOf(instant(ms));
        expect(new Date(week).getUTCDay()).toBe(1);
        expect(week % DAY_MS).toBe(0);
        expect(ms - week).toBeGreaterThanOrEqual(0);
        expect(ms - week).toBeLessThan(7 * DAY_MS);
      }),
    );
  });
});

describe('what can be paid of an amount', () => {
  it.each([
    [0n, 0n, 0n],
    [9_999n, 0n, 9_999n],
    [10_000n, 10_000n, 0n],
    [27_000_033n, 27_000_000n, 33n],
    [19_999_999n, 19_990_000n, 9_999n],
  ])('of %s: %s, and %s stay', (available, amount, remainder) => {
    expect(payableOf(amountMicros(available))).toEqual({ amount, remainder });
  });

  it('and what stays are always the whole', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (available) => {
        const { amount, remainder } = payableOf(amountMicros(available));
        expect(amount + remainder).toBe(available);
        expect(amount % MINOR_UNIT_MICROS).toBe(0n);
        expect(remainder < MINOR_UNIT_MICROS).toBe(true);
      }),
    );
  });
});

describe('a pending payout', () => {
  const createdAt = instant(Date.UTC(2031, 0, 15));

  it('waits for an admin at once when it is paid by hand, and else when the processor was silent for three days', () => {
    expect(isForAdmin({ account: null, createdAt }, createdAt)).toBe(true);
    expect(isForAdmin({ account: 'acct', createdAt }, plusMs(createdAt, PAYOUT_ATTENTION_AFTER_MS - 1))).toBe(false);
    expect(isForAdmin({ account: 'acct', createdAt }, plusMs(createdAt, PAYOUT_ATTENTION_AFTER_MS))).toBe(true);
  });

  it('is asked about ever more seldom', () => {
    const pauses = [0, HOUR_MS - 1, HOUR_MS, DAY_MS - 1, DAY_MS, 100 * DAY_MS].map((age) => payoutLookAfterMs(age));
    expect(pauses.map((ms) => ms / 60_000)).toEqual([5, 5, 60, 60, 360, 360]);
  });
});
