import { WORK_PROOF_MISSING, WORK_PROOF_PYTHON, workProofFigures } from '../benchmarks/benchmark-method.ts';
import type { Benchmark } from '../benchmarks/benchmark.ts';
import type { Machine } from '../machines/machine.ts';

/** The proof of work as it was measured with the newest `cpu` benchmark, in squarings per second. */
export interface ExpectedSpeed {
  readonly oneThread: number;
  readonly allThreads: number;
  readonly python: string;
}

/**
 * Which speed a handover is held against: that of the newest `cpu` run, when it was measured on the facts that the machine has now.
 * Without one the reason is said instead, so that the speed is shown as not measured and not as good.
 */
export function expectedSpeed(
  machine: Pick<Machine, 'facts'>,
  latest: readonly Benchmark[],
): ExpectedSpeed | { readonly missing: string } {
  const benchmark = latest.find(({ kind }) => kind === 'cpu');
  if (benchmark === undefined || benchmark.result === null) return { missing: 'its processor was never measured' };
  const { factsFingerprint, result } = benchmark;
  if (factsFingerprint !== null && factsFingerprint !== machine.facts?.fingerprint) {
    return { missing: 'its processor was measured on other hardware' };
  }
  const medianOf = (name: string) => result.measurements.find((one) => one.name === name)?.median;
  const oneThread = medianOf(workProofFigures.oneThread);
  const allThreads = medianOf(workProofFigures.allThreads);
  const python = result.parameters[WORK_PROOF_PYTHON];
  if (oneThread === undefined || allThreads === undefined || python === undefined) {
    const reason = result.parameters[WORK_PROOF_MISSING];
    return {
      missing: reason === undefined ? 'it was measured without a proof of work' : `when it was measured ${reason}`,
    };
  }
  return { oneThread, allThreads, python };
}
