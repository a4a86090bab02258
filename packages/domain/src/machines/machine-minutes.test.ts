import { describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS, instant } from '../common/instant.ts';
import type { ProbeOutcome, ProbeSample } from './machine-minutes.ts';
import { classifyMinutes, unusableMs } from './machine-minutes.ts';

const from = instant(1_800_000_000_000);
const range = { start: from, end: instant(from + 10 * MINUTE_MS) };

/** One sample every 30 s; the pattern's letters are Up, Down, deGraded, Control failed; a dot is no sample. */
function samples(pattern: string): readonly ProbeSample[] {
  const outcomes: Record<string, ProbeOutcome> = { U: 'up', D: 'down', G: 'degraded', C: 'control_failed' };
  return pattern.split('').flatMap((letter, index) => {
    const outcome = outcomes[letter];
    return outcome === undefined ? [] : [{ at: instant(from + index * 30 * SECOND_MS), outcome, detail: null }];
  });
}

function drawn(pattern: string): string {
  const letters = { up: 'U', down: 'D', degraded: 'G', not_measured: '-' } as const;
  return classifyMinutes(samples(pattern), range)
    .map((span) => letters[span.kind].repeat((span.range.end - span.range.start) / (30 * SECOND_MS)))
    .join('');
}

describe('minutes of a machine', () => {
  it.each([
    ['UUUUUUUUUUUUUUUUUUUU', 'UUUUUUUUUUUUUUUUUUUU'],
    // One failed look alone is not down.
    ['UUUDUUUUUUUUUUUUUUUU', 'UUU-UUUUUUUUUUUUUUUU'],
    // Two that lie 30 s apart are.
    ['UUUDDUUUUUUUUUUUUUUU', 'UUUDDUUUUUUUUUUUUUUU'],
    ['UUUDUDUUUUUUUUUUUUUU', 'UUU-U-UUUUUUUUUUUUUU'],
    // Our own failure between two failures says nothing for or against the machine.
    ['UUUDCDUUUUUUUUUUUUUU', 'UUUD-DUUUUUUUUUUUUUU'],
    ['UUUGGUUUUUUUUUUUUUUU', 'UUUGGUUUUUUUUUUUUUUU'],
    // A sample speaks for two minutes at most.
    ['U...................', 'UUUU----------------'],
    ['....................', '--------------------'],
  ])('%s is seen as %s', (pattern, expected) => {
    expect(drawn(pattern)).toBe(expected);
  });

  it('counts down and degraded time as unusable, and nothing else', () => {
    expect(unusableMs(classifyMinutes(samples('UDDGCUUUUUUUUUUUUUUU'), range))).toBe(90 * SECOND_MS);
  });

  it('covers the range exactly, whatever lies outside it', () => {
    const spans = classifyMinutes(
      [{ at: instant(from - 30 * SECOND_MS), outcome: 'up', detail: null }, ...samples('UUUUUUUUUUUUUUUUUUUUUUUUUU')],
      range,
    );
    expect(spans).toEqual([{ kind: 'up', range }]);
  });
});
