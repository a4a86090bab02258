import { areComparable } from './benchmark-method.ts';
import type { BenchmarkKind, BenchmarkResult } from './benchmark.ts';

/**
 * How far a score may move from what was measured before, in percent of it, until the listing says so. Storage and network
 * share their medium with others, so that they move more by themselves.
 */
export const driftTolerancePercent: Readonly<Record<BenchmarkKind, number>> = {
  cpu: 15,
  memory: 20,
  storage: 35,
  network: 35,
  gpu: 15,
};

/** A score is held against the median of so many runs before it, at most: one odd run alone is no measure. */
export const DRIFT_BASELINE_RUNS_MAX = 4;

/**
 * By how many percent a score lies above (or, negative, below) the median of earlier ones; null where there is none to
 * compare it with. Runs of another method do not count.
 */
export function driftPercentOf(result: BenchmarkResult, earlier: readonly BenchmarkResult[]): number | null {
  const scores = earlier
    .filter((one) => areComparable([one, result]) && one.score > 0)
    .slice(0, DRIFT_BASELINE_RUNS_MAX)
    .map(({ score }) => score)
    .toSorted((a, b) => a - b);
  const low = scores[Math.floor((scores.length - 1) / 2)];
  const high = scores[Math.ceil((scores.length - 1) / 2)];
  if (low === undefined || high === undefined) return null;
  const baseline = (low + high) / 2;
  return Math.round((100 * (result.score - baseline)) / baseline);
}

/** Whether a score moved further than the kind's tolerance, in either direction: too fast is as odd as too slow. */
export function isDrift(benchmark: { readonly kind: BenchmarkKind; readonly driftPercent: number | null }): boolean {
  return benchmark.driftPercent !== null && Math.abs(benchmark.driftPercent) > driftTolerancePercent[benchmark.kind];
}
