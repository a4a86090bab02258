import { handoverVerdicts, type HandoverVerdict } from '@rsm/domain/handovers/handover';
import { describe, expect, it } from 'vitest';
import { freeLeaveLeftMs, handoverSentence, sortedChecks } from './handover-words.ts';

const done = (verdict: HandoverVerdict, hasLeftFree = false) => ({ state: 'done' as const, verdict, hasLeftFree });

describe('what a handover is told as', () => {
  it('is never good when something is not known', () => {
    expect(handoverSentence(done('not_measured'), 'renter')).toMatch(/not the same as good/);
    expect(handoverSentence({ state: 'none', verdict: null, hasLeftFree: false }, 'renter')).toMatch(
      /^Nothing was checked/,
    );
    expect(handoverSentence({ state: 'running', verdict: null, hasLeftFree: false }, 'renter')).toMatch(
      /is being compared/,
    );
  });

  it('says to each side what it means for that side', () => {
    expect(handoverSentence(done('failed'), 'provider')).toMatch(/may leave within 15 minutes/);
    expect(handoverSentence(done('failed', true), 'provider')).toMatch(/counts in the reliability/);
    expect(handoverSentence(done('failed', true), 'renter')).toMatch(/whole maximum goes back to you/);
    const sentences = handoverVerdicts.map((verdict) => handoverSentence(done(verdict), 'renter'));
    expect(new Set(sentences).size).toBe(handoverVerdicts.length);
  });
});

it('what failed stands first, then what is not known', () => {
  const checks = (['passed', 'not_measured', 'failed'] as const).map((verdict) => ({
    id: 'facts' as const,
    actual: 'found',
    required: 'wanted',
    verdict,
  }));
  expect(sortedChecks(checks).map(({ verdict }) => verdict)).toEqual(['failed', 'not_measured', 'passed']);
});

describe('the time in which leaving costs nothing', () => {
  const until = new Date(Date.UTC(2031, 0, 15, 12, 15));

  it.each([
    ['runs down', true, until, until.getTime() - 60_000, 60_000],
    ['is over at its end', true, until, until.getTime(), null],
    ['is the renter’s alone', false, until, until.getTime() - 60_000, null],
    ['is none when the check did not fail', false, null, 0, null],
  ])('%s', (_name, mayLeaveFree, leaveFreeUntil, nowMs, leftMs) => {
    expect(freeLeaveLeftMs({ mayLeaveFree, leaveFreeUntil }, nowMs)).toBe(leftMs);
  });
});
