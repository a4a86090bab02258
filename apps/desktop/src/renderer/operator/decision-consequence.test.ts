import { describe, expect, it } from 'vitest';
import { decisionConsequence, refundableMicros } from './decision-consequence.ts';

const facts = {
  money: { chargedMicros: '10000000', refundedBeforeMicros: '2000000' },
  terms: { currency: 'EUR', feeBasisPoints: 1_000 },
};

describe('what a decision would move', () => {
  it('gives back all that is left, the fee of it too', () => {
    expect(decisionConsequence(facts, { outcome: 'full', amount: '' })).toEqual({
      kind: 'moves',
      refundMicros: 8_000_000n,
      shareMicros: 7_200_000n,
      feeMicros: 800_000n,
      leftMicros: 0n,
    });
  });

  it('gives back a part, from both in the same proportion', () => {
    expect(decisionConsequence(facts, { outcome: 'partial', amount: '2,50' })).toEqual({
      kind: 'moves',
      refundMicros: 2_500_000n,
      shareMicros: 2_250_000n,
      feeMicros: 250_000n,
      leftMicros: 5_500_000n,
    });
  });

  it('moves nothing without a refund', () => {
    expect(decisionConsequence(facts, { outcome: 'none', amount: '3' })).toMatchObject({
      refundMicros: 0n,
      shareMicros: 0n,
      feeMicros: 0n,
    });
  });

  it.each([
    ['', 'Enter an amount'],
    ['-1', 'Enter an amount'],
    ['0', 'above zero'],
    ['1.005', 'whole cents'],
    ['8.01', 'left to give back'],
  ])('refuses %j and says why', (amount, words) => {
    const consequence = decisionConsequence(facts, { outcome: 'partial', amount });
    expect(consequence).toMatchObject({ kind: 'problem' });
    expect(JSON.stringify(consequence)).toContain(words);
  });

  it('has nothing to give back twice', () => {
    const spent = { ...facts, money: { chargedMicros: '5000000', refundedBeforeMicros: '5000000' } };
    expect(refundableMicros(spent)).toBe(0n);
    expect(decisionConsequence(spent, { outcome: 'full', amount: '' })).toMatchObject({ kind: 'problem' });
  });
});
