import { expect, it } from 'vitest';
import { amountMicros, currencySchema, divideHalfUp, formatMicros } from './money.ts';

it.each([
  [0n, 2n, 0n],
  [1n, 2n, 1n],
  [1n, 3n, 0n],
  [2n, 3n, 1n],
  [5n, 10n, 1n],
  [4n, 10n, 0n],
])('%s / %s rounds half up to %s', (dividend, divisor, expected) => {
  expect(divideHalfUp(dividend, divisor)).toBe(expected);
});

it.each([
  [-1n, 2n],
  [1n, 0n],
])('%s / %s is refused', (dividend, divisor) => {
  expect(() => divideHalfUp(dividend, divisor)).toThrow(RangeError);
});

it.each([
  [1_500_000n, '1.50 EUR'],
  [-1_500_000n, '-1.50 EUR'],
  [416_667n, '0.416667 EUR'],
  [1n, '0.000001 EUR'],
  [0n, '0.00 EUR'],
  [12_340_000_000n, '12340.00 EUR'],
])('%s micros are written %s', (amount, text) => {
  expect(formatMicros(amountMicros(amount), currencySchema.parse('EUR'))).toBe(text);
});
