import { describe, expect, it } from 'vitest';
import { spendingLimitSet } from './spending.ts';

describe('a monthly limit from a client', () => {
  it.each([['250'], ['250.00'], [250_000_000n]])('%s is read exactly', (limit) => {
    expect(spendingLimitSet.parse({ limit })).toEqual({ limit: 250_000_000n });
  });

  it.each([['-1'], [-1n], ['1.0000001'], ['1e3'], ['12,50'], [''], ['NaN'], [250], [null], ['9999999999999']])(
    '%s is refused with the name of the field',
    (limit) => {
      const { error } = spendingLimitSet.safeParse({ limit });
      expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(expect.arrayContaining(['limit']));
    },
  );

  it('takes nothing else: nobody sets the limit of somebody else', () => {
    expect(spendingLimitSet.safeParse({ limit: '5', userId: '019a0000-0000-7000-8000-000000000001' }).success).toBe(
      false,
    );
  });
});
