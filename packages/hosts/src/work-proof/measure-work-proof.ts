import type { Measurement } from '@rsm/domain/benchmarks/benchmark';
import { WORK_PROOF_MISSING, WORK_PROOF_PYTHON, workProofFigures } from '@rsm/domain/benchmarks/benchmark-method';
import { DomainError } from '@rsm/domain/common/domain-error';
import { measurementOf } from '../benchmarks/measurement.ts';
import type { RawOutput } from '../benchmarks/raw-output.ts';
import type { SshSession } from '../ssh/ssh-session.ts';
import { WORKERS_MAX, WorkProof, type WorkProofRun } from './work-proof.ts';

export interface WorkProofSettings {
  readonly repetitions: number;
  readonly secondsPerRun: number;
}

export const WORK_PROOF_SETTINGS: WorkProofSettings = { repetitions: 3, secondsPerRun: 2 };

/** What a benchmark keeps of its proof: figures, or the reason why there are none, which is never the same as a good one. */
export interface MeasuredProof {
  readonly measurements: readonly Measurement[];
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Measures how many squarings the machine does in a second, with one thread and with all.
 * @throws DomainError host_command_failed when an answer is wrong or missing: then something else than was asked for was run
 */
export async function measureWorkProof(
  session: SshSession,
  options: WorkProofSettings & { readonly threads: number; readonly raw: RawOutput; readonly onRun: () => void },
): Promise<MeasuredProof> {
  const proof = await WorkProof.open(session);
  const measurements: Measurement[] = [];
  let python = '';
  for (const [name, workers] of [
    [workProofFigures.oneThread, 1],
    [workProofFigures.allThreads, Math.min(WORKERS_MAX, options.threads)],
  ] as const) {
    const squarings = await proof.calibrate(workers, options.secondsPerRun);
    if (typeof squarings !== 'number') return withoutProof(squarings);
    const rates: number[] = [];
    for (let repetition = 1; repetition <= options.repetitions; repetition += 1) {
      const run = await proof.run(workers, squarings);
      if (run.kind !== 'solved') return withoutProof(run);
      options.raw.add(`proof of work, ${String(workers)} threads, repetition ${String(repetition)}`, run.raw);
      rates.push(run.squaringsPerSecond);
      python = run.pythonVersion;
      options.onRun();
    }
    measurements.push(measurementOf(name, 'squarings/s', rates));
  }
  return { measurements, parameters: { [WORK_PROOF_PYTHON]: python } };
}

function withoutProof(run: Exclude<WorkProofRun, { kind: 'solved' }>): MeasuredProof {
  if (run.kind === 'no_python') {
    return { measurements: [], parameters: { [WORK_PROOF_MISSING]: 'the machine has no python3' } };
  }
  throw new DomainError('host_command_failed', `The machine did not prove that it computes: ${run.detail}.`, {
    remedy: 'Check what python3 is on the machine, and measure it again.',
  });
}
