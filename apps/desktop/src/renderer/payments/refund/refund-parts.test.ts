import { describe, expect, it } from 'vitest';
import { refundAmount, refundShares } from './refund-parts.ts';

const visa = { brand: 'visa', lastFour: '4242' };
const mastercard = { brand: 'mastercard', lastFour: '4444' };
const parts = [
  { amountMicros: 10n, card: visa },
  { amountMicros: 5n, card: mastercard },
  { amountMicros: 20n, card: visa },
  { amountMicros: 1n, card: null },
];

describe('where money goes back to', () => {
  it.each([
    [7n, [['Visa •••• 4242', 7n]]],
    [
      12n,
      [
        ['Visa •••• 4242', 10n],
        ['Mastercard •••• 4444', 2n],
      ],
    ],
    [
      36n,
      [
        ['Visa •••• 4242', 30n],
        ['Mastercard •••• 4444', 5n],
        ['the card that was entered', 1n],
      ],
    ],
    [0n, []],
  ])('%d is split over the newest top-ups first, and summed per card', (amount, shares) => {
    expect(refundShares(parts, amount).map(({ target, amountMicros }) => [target, amountMicros])).toEqual(shares);
  });
});

describe('the amount of a refund', () => {
  const quote = { amountMicros: 36_000_000n, currency: 'EUR' };

  it.each([
    ['36', 36_000_000n],
    ['12,50', 12_500_000n],
    ['0.01', 10_000n],
  ])('is read from %j', (text, amountMicros) => {
    expect(refundAmount(text, quote)).toEqual({ kind: 'amount', amountMicros });
  });

  it.each([
    ['', 'such as'],
    ['-1', 'such as'],
    ['0', 'such as'],
    ['1.005', 'cents'],
    ['36.01', 'At most'],
  ])('is refused for %j with the way out', (text, word) => {
    const read = refundAmount(text, quote);
    expect(read.kind === 'problem' && read.problem).toContain(word);
  });
});
