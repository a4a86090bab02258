import { describe, expect, it } from 'vitest';
import { amountInput, topUpAmount } from './top-up-amount.ts';

describe('the amount of a top-up', () => {
  it.each([
    ['25', 25_000_000n],
    [' 12.50 ', 12_500_000n],
    ['12,5', 12_500_000n],
    ['12,50', 12_500_000n],
    ['5', 5_000_000n],
    ['10000', 10_000_000_000n],
  ])('is read from %j', (text, amountMicros) => {
    expect(topUpAmount(text, 'EUR')).toEqual({ kind: 'amount', amountMicros });
  });

  it.each([
    ['', 'such as'],
    ['ten', 'such as'],
    ['-5', 'such as'],
    ['1,000', 'such as'],
    ['1e3', 'such as'],
    ['4.99', 'least'],
    ['0', 'least'],
    ['10000.01', 'most'],
    ['5.001', 'cents'],
  ])('is refused for %j with the way out', (text, word) => {
    const read = topUpAmount(text, 'EUR');
    expect(read.kind === 'problem' && read.problem).toContain(word);
  });

  it('is sent as a decimal text', () => {
    expect(amountInput(12_500_000n)).toBe('12.50');
  });
});
