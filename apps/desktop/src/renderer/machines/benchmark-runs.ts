import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import { benchmarkKinds } from '@rsm/domain/benchmarks/benchmark';

/** Runs sorted by what a provider looks for: what is on its way, the newest result of each kind, and all that was. */
export interface RunsByUse {
  readonly unfinished: readonly BenchmarkRead[];
  readonly latest: readonly BenchmarkRead[];
  readonly earlier: readonly BenchmarkRead[];
}

/**
 * The newest success of a kind is what renters see. A failure is shown beside it only when it came later: then it says
 * that the machine changed.
 */
export function runsByUse(runs: readonly BenchmarkRead[]): RunsByUse {
  const sorted = runs.toSorted((a, b) => b.queuedAt.getTime() - a.queuedAt.getTime());
  const unfinished = sorted.filter(isUnfinished);
  const finished = sorted.filter((run) => !isUnfinished(run));
  const latest = benchmarkKinds.flatMap((kind) => {
    const ofKind = finished.filter((run) => run.kind === kind);
    const success = ofKind.findIndex((run) => run.status === 'succeeded');
    return success === -1
      ? ofKind.slice(0, 1)
      : ofKind.slice(0, Math.min(success, 1)).concat(ofKind.slice(success, success + 1));
  });
  return { unfinished, latest, earlier: finished.filter((run) => !latest.includes(run)) };
}

export const isUnfinished = (run: Pick<BenchmarkRead, 'status'>): boolean =>
  run.status === 'queued' || run.status === 'running';
