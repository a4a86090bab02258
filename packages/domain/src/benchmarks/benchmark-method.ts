import type { BenchmarkKind, BenchmarkResult } from './benchmark.ts';

/**
 * Version of how each kind is measured and scored: parameters, formula and reference. Whoever changes one of them raises the
 * kind's version here, adds a migration that calls `clearOutdatedScores` (packages/db) and says it in
 * docs/benchmark-method.md, because scores of different versions are never compared.
 */
export const benchmarkMethodVersions: Readonly<Record<BenchmarkKind, number>> = {
  cpu: 1,
  memory: 4,
  storage: 2,
  network: 1,
  gpu: 1,
};

/** The score of the reference machine of every kind. */
export const REFERENCE_SCORE = 1_000;

/** The figures of the proof of work that belongs to each `cpu` run: a handover is held against them. They count in no score. */
export const workProofFigures = { oneThread: 'proof_one_thread', allThreads: 'proof_all_threads' } as const;
/** The parameter that says with which Python it was measured, and the one that says why it was not. */
export const WORK_PROOF_PYTHON = 'proofPython';
export const WORK_PROOF_MISSING = 'proofNotMeasured';

type Method = Pick<BenchmarkResult, 'methodVersion' | 'referenceMachine'>;

/** Whether scores stand for the same thing: measured by the same version of the method, against the same reference. */
export function areComparable(results: readonly Method[]): boolean {
  const [first] = results;
  return results.every(
    (result) => result.methodVersion === first?.methodVersion && result.referenceMachine === first.referenceMachine,
  );
}
