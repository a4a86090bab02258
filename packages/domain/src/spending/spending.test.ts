import { describe, expect, it } from 'vitest';
import { instant, toIso } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import { monthOf, reachedPercents } from './spending.ts';

describe('the month of an instant', () => {
  it.each([
    ['2031-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z', '2031-02-01T00:00:00.000Z'],
    ['2031-01-31T23:59:59.999Z', '2031-01-01T00:00:00.000Z', '2031-02-01T00:00:00.000Z'],
    ['2032-02-29T12:00:00.000Z', '2032-02-01T00:00:00.000Z', '2032-03-01T00:00:00.000Z'],
    ['2031-12-31T23:59:59.999Z', '2031-12-01T00:00:00.000Z', '2032-01-01T00:00:00.000Z'],
  ])('%s lies in the month from %s until before %s', (at, start, end) => {
    const month = monthOf(instant(Date.parse(at)));
    expect([toIso(month.start), toIso(month.end)]).toEqual([start, end]);
  });
});

describe('the parts of a limit that are reached', () => {
  it.each([
    [0n, 10_000_000n, []],
    [4_999_999n, 10_000_000n, []],
    [5_000_000n, 10_000_000n, [50]],
    [7_999_999n, 10_000_000n, [50]],
    [8_000_000n, 10_000_000n, [50, 80]],
    [9_999_999n, 10_000_000n, [50, 80]],
    [10_000_000n, 10_000_000n, [50, 80, 100]],
    [20_000_000n, 10_000_000n, [50, 80, 100]],
    // A third of a cent below the half: no rounding lifts it.
    [1_666_666n, 3_333_333n, []],
    [1_666_667n, 3_333_333n, [50]],
  ])('%d of %d: %j', (spent, limit, percents) => {
    expect(reachedPercents(amountMicros(spent), amountMicros(limit))).toEqual(percents);
  });
});
