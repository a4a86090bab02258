import { paymentStatuses } from '@rsm/domain/payments/payment';
import { describe, expect, it } from 'vitest';
import { accountSentence, missingWords, payoutSentence, payoutWord } from './payout-words.ts';

const payout = { status: 'succeeded', isByHand: false, note: null, reversedAt: null } as const;

describe('how a payout stands', () => {
  it('tells one that arrived from one that came back afterwards', () => {
    expect(payoutWord(payout).label).toBe('Paid out');
    const back = { ...payout, reversedAt: new Date() };
    expect(payoutWord(back).label).toBe('Came back');
    expect(payoutSentence(back)).toContain('available again');
  });

  it('says who pays while it waits', () => {
    expect(payoutSentence({ ...payout, status: 'pending', isByHand: true })).toContain('by hand');
    expect(payoutSentence({ ...payout, status: 'pending' })).toContain('processor');
  });

  it('says of every end that did not arrive that nothing is lost', () => {
    for (const status of paymentStatuses.filter((each) => each === 'failed' || each === 'cancelled')) {
      expect(payoutSentence({ ...payout, status, reversedAt: new Date() })).toContain('Nothing is lost');
    }
  });
});

describe('how a payout account stands', () => {
  it('does not ask its owner for anything while the processor is still checking', () => {
    const account = { status: 'incomplete', missing: [], disabledReason: null } as const;
    expect(accountSentence(account)).toContain('still checking');
    expect(accountSentence({ ...account, missing: ['external_account'] })).toContain('no payouts yet');
  });

  it.each([
    ['individual.verification.document', 'Individual verification document'],
    ['external_account', 'External account'],
    ['A photo of your passport', 'A photo of your passport'],
    ['..', '..'],
  ])('what is missing is readable: %s', (item, expected) => {
    expect(missingWords(item)).toBe(expected);
  });
});
