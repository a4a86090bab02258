import { describe, expect, it } from 'vitest';
import { nextPayout, nextWeeklyRun } from './next-payout.ts';

const balances = (availableMicros: bigint, owedMicros = 0n) => ({ availableMicros, owedMicros });

describe('the next payout', () => {
  it('is all that is available, in whole cents', () => {
    expect(nextPayout(balances(27_000_033n), 'ready')).toEqual({
      kind: 'ready',
      amountMicros: 27_000_000n,
      remainderMicros: 33n,
      repaidMicros: 0n,
    });
  });

  it('repays what is owed first', () => {
    expect(nextPayout(balances(30_000_000n, 5_000_000n), 'by_hand')).toMatchObject({
      kind: 'ready',
      amountMicros: 25_000_000n,
      repaidMicros: 5_000_000n,
    });
  });

  it('says how much is missing below the minimum, which counts after the debt', () => {
    expect(nextPayout(balances(21_000_000n, 2_000_000n), 'ready')).toEqual({
      kind: 'too_little',
      missingMicros: 1_000_000n,
      repaidMicros: 2_000_000n,
    });
    expect(nextPayout(balances(19_999_999n), 'ready')).toMatchObject({ missingMicros: 10_000n });
    expect(nextPayout(balances(20_000_000n), 'ready')).toMatchObject({ kind: 'ready', amountMicros: 20_000_000n });
  });

  it('never repays more than there is', () => {
    expect(nextPayout(balances(3_000_000n, 9_000_000n), 'ready')).toEqual({
      kind: 'too_little',
      missingMicros: 20_000_000n,
      repaidMicros: 3_000_000n,
    });
  });

  it.each(['none', 'incomplete', 'closed'] as const)('needs an account that takes payouts: %s', (status) => {
    expect(nextPayout(balances(100_000_000n), status)).toEqual({ kind: 'no_account' });
  });
});

describe('the next weekly run', () => {
  it.each([
    ['2026-11-27T15:00:00Z', '2026-11-30T00:00:00.000Z'],
    ['2026-11-29T23:59:59Z', '2026-11-30T00:00:00.000Z'],
    ['2026-11-30T00:00:00Z', '2026-12-07T00:00:00.000Z'],
  ])('after %s is %s', (now, expected) => {
    expect(nextWeeklyRun(Date.parse(now)).toISOString()).toBe(expected);
  });
});
