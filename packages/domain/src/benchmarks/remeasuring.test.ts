import { describe, expect, it } from 'vitest';
import { instant, plusMs } from '../common/instant.ts';
import { dueKinds, nextRemeasureAt, REMEASURE_AFTER_MS, REMEASURE_RETRY_MS } from './remeasuring.ts';

const measuredAt = instant(Date.parse('2031-01-15T12:00:00Z'));
const cpu = { kind: 'cpu', finishedAt: measuredAt, factsFingerprint: 'as built' } as const;
const memory = { ...cpu, kind: 'memory', finishedAt: plusMs(measuredAt, 1_000) } as const;
const week = plusMs(measuredAt, REMEASURE_AFTER_MS);

describe('measuring again', () => {
  it('is due a week after, each kind by itself', () => {
    expect(dueKinds([cpu, memory], 'as built', plusMs(week, -1))).toEqual([]);
    expect(dueKinds([cpu, memory], 'as built', week)).toEqual([{ kind: 'cpu', origin: 'weekly' }]);
  });

  it('is due at once on other hardware', () => {
    expect(dueKinds([cpu, memory], 'rebuilt', measuredAt)).toEqual([
      { kind: 'cpu', origin: 'facts_changed' },
      { kind: 'memory', origin: 'facts_changed' },
    ]);
  });

  it('takes no fact for changed that was not known', () => {
    expect(dueKinds([{ ...cpu, factsFingerprint: null }], 'rebuilt', measuredAt)).toEqual([]);
    expect(dueKinds([cpu], null, measuredAt)).toEqual([]);
  });

  it('comes next when the oldest kind is a week old, but never at once', () => {
    expect(nextRemeasureAt([memory, cpu], measuredAt)).toBe(week);
    expect(nextRemeasureAt([memory, cpu], plusMs(week, 1))).toBe(plusMs(week, 1 + REMEASURE_RETRY_MS));
    expect(nextRemeasureAt([], measuredAt)).toBeNull();
  });
});
