import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import { describe, expect, it } from 'vitest';
import { runsByUse } from './benchmark-runs.ts';

const run = (
  id: string,
  kind: BenchmarkRead['kind'],
  status: BenchmarkRead['status'],
  minute: number,
): BenchmarkRead => ({
  id,
  machineId: 'machine',
  kind,
  origin: 'requested',
  driftPercent: null,
  status,
  progressPercent: 0,
  result: null,
  rawOutputSha256: null,
  failureReason: null,
  queuedAt: new Date(Date.UTC(2026, 4, 1, 12, minute)),
  startedAt: null,
  finishedAt: null,
});
const ids = (runs: readonly BenchmarkRead[]): readonly string[] => runs.map(({ id }) => id);

describe('the runs of a machine', () => {
  it('show the newest success of each kind, in the order of the kinds', () => {
    const runs = [
      run('memory', 'memory', 'succeeded', 3),
      run('cpu-new', 'cpu', 'succeeded', 5),
      run('cpu-old', 'cpu', 'succeeded', 1),
    ];
    expect(ids(runsByUse(runs).latest)).toEqual(['cpu-new', 'memory']);
    expect(ids(runsByUse(runs).earlier)).toEqual(['cpu-old']);
  });

  it('keep what is on its way apart', () => {
    const runs = [run('a', 'cpu', 'running', 2), run('b', 'cpu', 'succeeded', 1), run('c', 'gpu', 'queued', 3)];
    expect(ids(runsByUse(runs).unfinished)).toEqual(['c', 'a']);
    expect(ids(runsByUse(runs).latest)).toEqual(['b']);
  });

  it('show a failure that came after the last success, and not the ones before it', () => {
    const runs = [
      run('failed-new', 'cpu', 'failed', 9),
      run('failed-before', 'cpu', 'failed', 8),
      run('good', 'cpu', 'succeeded', 5),
      run('failed-old', 'cpu', 'failed', 1),
    ];
    const use = runsByUse(runs);
    expect(ids(use.latest)).toEqual(['failed-new', 'good']);
    expect(ids(use.earlier)).toEqual(['failed-before', 'failed-old']);
  });

  it('show a failure when nothing ever succeeded', () => {
    expect(ids(runsByUse([run('x', 'storage', 'failed', 1)]).latest)).toEqual(['x']);
  });
});
