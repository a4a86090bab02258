import type { DisputeRead } from '@rsm/api/schemas/disputes';
import { disputeReasons } from '@rsm/domain/disputes/dispute';
import { describe, expect, it } from 'vitest';
import { decisionText, disputeNext, disputeReasonsOf, disputeWord } from './dispute-words.ts';

const dispute: DisputeRead = {
  id: '019a0000-0000-7000-8000-000000000001',
  bookingId: '019a0000-0000-7000-8000-000000000002',
  viewer: 'renter',
  openedBy: 'renter',
  reason: 'not_reachable',
  text: 'Gone for half of the time.',
  status: 'open',
  response: null,
  respondedAt: null,
  decision: null,
  currency: 'EUR',
  evidenceSha256: '',
  listingTitle: 'Sixteen cores',
  renterName: 'Rita',
  providerName: 'Paula',
  createdAt: new Date(0),
  closedAt: null,
};

describe('what a dispute says', () => {
  it('asks only the other side for an answer, and only once', () => {
    expect(disputeNext(dispute)).toContain('The other side can answer');
    expect(disputeNext({ ...dispute, viewer: 'provider' })).toContain('You can answer once');
    expect(disputeNext({ ...dispute, viewer: 'provider', response: 'No.' })).toContain('Both sides have spoken');
  });

  it.each([
    ['full', 5_000_000n, '5.00'],
    ['partial', 2_500_000n, '2.50'],
    ['none', 0n, 'Nothing'],
  ] as const)('names the amount of a decision: %s', (outcome, refundMicros, words) => {
    expect(decisionText({ currency: 'EUR', decision: { outcome, refundMicros, reason: 'Seen.' } })).toContain(words);
  });

  it('has a word for every state', () => {
    expect(disputeWord({ status: 'open', response: 'x' }).label).toBe('Open, answered');
    expect(disputeWord({ status: 'withdrawn', response: null }).tone).toBe('neutral');
  });

  it('offers every reason to one side at least', () => {
    expect(new Set(Object.values(disputeReasonsOf).flat())).toEqual(new Set(disputeReasons));
  });
});
