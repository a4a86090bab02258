import { describe, expect, it } from 'vitest';
import type { BenchmarkResult } from './benchmark.ts';
import { DRIFT_BASELINE_RUNS_MAX, driftPercentOf, driftTolerancePercent, isDrift } from './drift.ts';

const scored = (score: number, method: Partial<BenchmarkResult> = {}): BenchmarkResult => ({
  tool: 'sysbench',
  toolVersion: '1.0.20',
  methodVersion: 1,
  parameters: {},
  measurements: [],
  score,
  referenceMachine: 'R1',
  ...method,
});

describe('drift', () => {
  it('is the distance from the median of the runs before', () => {
    expect(driftPercentOf(scored(900), [scored(1_000)])).toBe(-10);
    expect(driftPercentOf(scored(900), [scored(800), scored(1_000)])).toBe(0);
    expect(driftPercentOf(scored(1_500), [scored(1_000), scored(10), scored(1_010)])).toBe(50);
  });

  it('looks at the newest runs alone', () => {
    const newest = Array.from({ length: DRIFT_BASELINE_RUNS_MAX }, () => scored(1_000));
    expect(driftPercentOf(scored(1_000), [...newest, ...Array.from({ length: 20 }, () => scored(1))])).toBe(0);
  });

  it('is unknown where nothing can be compared', () => {
    expect(driftPercentOf(scored(900), [])).toBeNull();
    expect(driftPercentOf(scored(900), [scored(100, { methodVersion: 2 })])).toBeNull();
    expect(driftPercentOf(scored(900), [scored(100, { referenceMachine: 'R2' })])).toBeNull();
    expect(driftPercentOf(scored(900), [scored(0)])).toBeNull();
  });

  it('flags a listing beyond the tolerance of its kind, in both directions', () => {
    const tolerance = driftTolerancePercent.memory;
    const flagged = (driftPercent: number | null) => isDrift({ kind: 'memory', driftPercent });
    expect([tolerance, -tolerance, 0, null].map(flagged)).toEqual([false, false, false, false]);
    expect([tolerance + 1, -tolerance - 1].map(flagged)).toEqual([true, true]);
  });
});
