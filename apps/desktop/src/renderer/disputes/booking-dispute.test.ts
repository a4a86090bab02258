import { describe, expect, it } from 'vitest';
import { disputeChance, refundedMicros } from './booking-dispute.ts';

const ended = {
  status: 'completed',
  statusChangedAt: new Date('2026-11-02T13:00:00Z'),
  chargedMicros: 5_000_000n,
  accessEndedAt: new Date('2026-11-02T12:00:00Z'),
  end: new Date('2026-11-02T14:00:00Z'),
} as const;
const until = new Date('2026-11-16T12:00:00Z');
const nowMs = Date.parse('2026-11-10T12:00:00Z');

describe('whether a dispute can be opened', () => {
  it('can, until 14 days after access has ended', () => {
    expect(disputeChance(ended, [], nowMs)).toEqual({ kind: 'open', until });
    expect(disputeChance(ended, [], until.getTime())).toEqual({ kind: 'open', until });
    expect(disputeChance(ended, [], until.getTime() + 1)).toEqual({ kind: 'too_late', until });
  });

  it('can not while the booking runs, nor when it never began and cost nothing', () => {
    expect(disputeChance({ ...ended, status: 'active', chargedMicros: null, accessEndedAt: null }, [], nowMs)).toEqual({
      kind: 'nothing',
    });
    expect(disputeChance({ ...ended, status: 'cancelled', chargedMicros: 0n, accessEndedAt: null }, [], nowMs)).toEqual(
      { kind: 'nothing' },
    );
  });

  it('can again after one was closed, but not beside an open one, and not for ever', () => {
    expect(disputeChance(ended, [{ status: 'withdrawn' }], nowMs).kind).toBe('open');
    expect(disputeChance(ended, [{ status: 'open' }], nowMs).kind).toBe('nothing');
    const five = Array.from({ length: 5 }, () => ({ status: 'withdrawn' as const }));
    expect(disputeChance(ended, five, nowMs).kind).toBe('too_many');
  });
});

it('adds up what decisions gave back', () => {
  const back = (refundMicros: bigint) => ({ decision: { outcome: 'partial', refundMicros, reason: 'Seen.' } as const });
  expect(refundedMicros([back(1_000_000n), { decision: null }, back(500_000n)])).toBe(1_500_000n);
});
