import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountMicros, currencySchema, formatMicros } from '../common/money.ts';
import { TAX_BASIS_POINTS_MAX, includedTax, netOf, taxIncludedIn } from './tax.ts';

const EUR = currencySchema.parse('EUR');

describe('the tax in a price', () => {
  test.each([
    // gross, rate, tax: in millionths
    [119_000_000n, 1_900, 19_000_000n],
    [100_000_000n, 1_900, 15_966_387n], // 15.966386554…
    [1_000_000n, 700, 65_421n], // 0.0654205…
    [3n, 10_000, 2n], // 1.5, half up
    [1n, 10_000, 1n], // 0.5, half up
    [1n, 9_999, 0n], // 0.49997…
    [1_000_000n, 0, 0n],
    [0n, 1_900, 0n],
    // What is paid back is taxed like what was paid.
    [-119_000_000n, 1_900, -19_000_000n],
    [-3n, 10_000, -2n],
  ])('of %s at %s basis points is %s', (gross, basisPoints, tax) => {
    expect(taxIncludedIn(amountMicros(gross), basisPoints)).toBe(tax);
  });

  test('and the net make up the price exactly, at every rate and amount', () => {
    const grosses = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
    fc.assert(
      fc.property(grosses, fc.nat({ max: TAX_BASIS_POINTS_MAX }), (gross, basisPoints) => {
        const amount = amountMicros(gross);
        const tax = taxIncludedIn(amount, basisPoints);
        expect(netOf(amount, basisPoints) + tax).toBe(gross);
        // The rounded tax differs from the exact one by at most half a millionth: 2 × |gross × r − tax × (1 + r)| ≤ 1 + r.
        const rate = BigInt(basisPoints);
        const error = 2n * (gross * rate - tax * (10_000n + rate));
        expect(error < 0n ? -error : error).toBeLessThanOrEqual(10_000n + rate);
      }),
    );
  });

  test('of a refund is that of the charge with the other sign', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.nat({ max: TAX_BASIS_POINTS_MAX }), (gross, rate) => {
        expect(taxIncludedIn(amountMicros(-gross), rate)).toBe(-taxIncludedIn(amountMicros(gross), rate));
      }),
    );
  });

  test('carries its name and rate', () => {
    const tax = includedTax(amountMicros(11_900_000n), { name: 'VAT', basisPoints: 1_900 });
    expect(tax).toEqual({ name: 'VAT', basisPoints: 1_900, included: 1_900_000n });
    expect(formatMicros(tax.included, EUR)).toBe('1.90 EUR');
  });

  test('is never computed with a negative rate', () => {
    expect(() => taxIncludedIn(amountMicros(1n), -1)).toThrow(RangeError);
  });
});
