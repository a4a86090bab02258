import { describe, expect, it } from 'vitest';
import { missingOfMonth, spendingShare } from './spending-share.ts';

describe('how far a month has gone', () => {
  it.each([
    [0n, 100n, 0, 0, 'success'],
    [79n, 100n, 790, 79, 'success'],
    [80n, 100n, 800, 80, 'warning'],
    // Nearly all is not all.
    [9_999n, 10_000n, 999, 99, 'warning'],
    [100n, 100n, 1_000, 100, 'danger'],
    // The limit was lowered after money had been spent.
    [250n, 100n, 1_000, 250, 'danger'],
  ])('%d of %d fills %d parts, which is %d %% (%s)', (spent, limit, parts, percent, tone) => {
    expect(spendingShare(spent, limit)).toEqual({ parts, percent, tone });
  });
});

describe('what is missing of the month for a booking', () => {
  it.each([
    [null, 5n, 0n],
    [5n, 5n, 0n],
    [4n, 5n, 1n],
    [0n, 5n, 5n],
  ])('with %s left and a maximum of %d it is %d', (leftMicros, maximum, missing) => {
    expect(missingOfMonth({ leftMicros }, maximum)).toBe(missing);
  });
});
