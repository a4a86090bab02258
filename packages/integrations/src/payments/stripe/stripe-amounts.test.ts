import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import { MINOR_UNIT_MICROS } from '@rsm/domain/payments/payment';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromStripeAmount, stripeCurrencyProblem, toStripeAmount } from './stripe-amounts.ts';

const currency = (code: string) => currencySchema.parse(code);

describe("Stripe's amounts", () => {
  it.each([
    ['EUR', 10_000_000n, 1_000],
    ['USD', 500_000n, 50],
    ['HUF', 1_234_560_000n, 123_456],
    // Thousandths, whose last digit Stripe wants to be zero.
    ['KWD', 10_000_000n, 10_000],
    ['KWD', 10_000n, 10],
  ])('%s: %s millionths are %d', (code, micros, units) => {
    expect(toStripeAmount(amountMicros(micros), currency(code))).toBe(units);
    expect(fromStripeAmount(units, code.toLowerCase())).toEqual({
      amount: amountMicros(micros),
      currency: currency(code),
    });
  });

  it('there and back is the same, for every amount we send', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10_000_000n }), fc.constantFrom('EUR', 'USD', 'KWD'), (cents, code) => {
        const amount = amountMicros(cents * MINOR_UNIT_MICROS);
        expect(fromStripeAmount(toStripeAmount(amount, currency(code)), code).amount).toBe(amount);
      }),
    );
  });

  it.each([0n, -10_000n, 1n, 9_999n, 10_001n, 10n ** 30n])('refuses %s millionths', (micros) => {
    expect(() => toStripeAmount(amountMicros(micros), currency('EUR'))).toThrow(
      expect.objectContaining({ code: 'invalid_amount', field: 'amount' }),
    );
  });

  it.each(['JPY', 'KRW', 'VND', 'XOF', 'CLP', 'ISK', 'UGX'])('%s has no hundredths, so it can not be used', (code) => {
    expect(stripeCurrencyProblem(currency(code))).toMatch(new RegExp(`${code} in whole units only`));
  });

  it.each(['EUR', 'USD', 'GBP', 'CHF', 'KWD', 'BHD', 'HUF'])('%s can be used', (code) => {
    expect(stripeCurrencyProblem(currency(code))).toBeUndefined();
  });
});
