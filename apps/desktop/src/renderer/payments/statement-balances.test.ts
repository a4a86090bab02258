import { describe, expect, it } from 'vitest';
import { balancesAfter } from './statement-balances.ts';

describe('the balance after each line', () => {
  it('goes back from what is available now', () => {
    const lines = [{ amountMicros: 3n }, { amountMicros: -8n }, { amountMicros: 20n }];
    expect(balancesAfter(lines, 15n)).toEqual([15n, 12n, 20n]);
  });

  it('is what is available where there is one line', () => {
    expect(balancesAfter([{ amountMicros: 5n }], 5n)).toEqual([5n]);
  });
});
