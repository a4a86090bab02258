import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, formatMoney, toCents } from './money.ts';

describe('money', () => {
  it.each([
    [0n, '0.00'],
    [1n, '0.000001'],
    [500_000n, '0.50'],
    [1_234_500_000n, '1234.50'],
    [179_555n, '0.179555'],
    [-400_000n, '-0.40'],
  ])('writes %d millionths as %s', (amountMicros, decimal) => {
    expect(decimalOf(amountMicros)).toBe(decimal);
  });

  it('loses nothing, whatever the amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (amountMicros) => {
        const [, sign, units, fraction = ''] = /^(-?)(\d+)\.(\d{2,6})$/.exec(decimalOf(amountMicros)) ?? [];
        const absolute = BigInt(units ?? 'x') * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
        expect(sign === '-' ? -absolute : absolute).toBe(amountMicros);
      }),
    );
  });

  it('is shown to its last millionth, also where a float would round', () => {
    const digits = formatMoney(9_007_199_254_740_993_000_001n, 'EUR').replace(/[^0-9]/g, '');
    expect(digits).toBe('9007199254740993000001');
  });

  it('of a list comes as a text and is shown the same', () => {
    expect(formatMoney('12.50', 'EUR')).toBe(formatMoney(12_500_000n, 'EUR'));
  });
});

it.each([
  [143_697n, 140_000n],
  [145_000n, 150_000n],
  [4_999n, 0n],
  [5_000n, 10_000n],
  [1_900_000n, 1_900_000n],
])('a tax of %d millionths is said as %d, in whole cents', (exact, said) => {
  expect(toCents(exact)).toBe(said);
});
