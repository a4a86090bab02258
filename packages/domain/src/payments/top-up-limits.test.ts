import { describe, expect, it } from 'vitest';
import { DAY_MS, instant, plusMs } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import { countedSince, roomForTopUp } from './top-up-limits.ts';

const opened = instant(Date.UTC(2031, 0, 1));
const day = (count: number) => plusMs(opened, count * DAY_MS);
const units = (count: number) => amountMicros(BigInt(count) * 1_000_000n);

describe('a new renter', () => {
  it.each<[string, number, number | null]>([
    ['on the first day', 0, -7],
    ['in the last moment of the thirtieth', 30 - 1 / DAY_MS, 23 - 1 / DAY_MS],
    ['after it', 30, null],
  ])('%s has the top-ups of seven days counted', (_when, now, since) => {
    expect(countedSince(opened, day(now))).toBe(since === null ? null : day(since));
  });

  it.each<[string, number, readonly (readonly [number, number])[], number, number | null]>([
    ['has room for the whole limit at first', 1_000, [], 1_000, null],
    ['may use the rest', 400, [[600, 1]], 400, null],
    ['waits for the oldest one to count no more', 401, [[600, 1]], 400, 8],
    [
      'waits for as many as it takes',
      900,
      [
        [600, 1],
        [300, 2],
        [100, 3],
      ],
      0,
      9,
    ],
    ['waits until he is no longer new for more than the limit', 1_001, [[600, 1]], 400, 30],
    ['never waits longer than that', 500, [[900, 26]], 100, 30],
  ])('%s', (_what, wanted, earlier, left, fromDay) => {
    const counted = earlier.map(([amount, at]) => ({ amount: units(amount), at: day(at) }));
    expect(roomForTopUp(units(wanted), { accountCreatedAt: opened, counted })).toEqual({
      left: units(left),
      from: fromDay === null ? null : day(fromDay),
    });
  });
});
