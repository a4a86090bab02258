import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import type { BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';

export interface ScorePoint {
  readonly at: Date;
  readonly score: number;
}

/** The scores of a kind's finished runs, oldest first. Scores of another method's version can't be compared and are left out. */
export function scoreHistory(
  runs: readonly BenchmarkRead[],
  kind: BenchmarkKind,
): { readonly points: readonly ScorePoint[]; readonly otherMethods: number } {
  const done = runs.flatMap((run) =>
    run.kind === kind && run.result !== null && run.finishedAt !== null
      ? [{ at: run.finishedAt, score: run.result.score, method: run.result.methodVersion }]
      : [],
  );
  const sorted = done.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const method = sorted.at(-1)?.method;
  const points = sorted.filter((run) => run.method === method).map(({ at, score }) => ({ at, score }));
  return { points, otherMethods: sorted.length - points.length };
}
