import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { BenchmarkOutcome, BenchmarkStrategy } from '@rsm/domain/benchmarks/benchmark-strategy';
import { readOnly } from '../ssh/command-template.ts';
import { SshError } from '../ssh/ssh-error.ts';
import type { BenchmarkContext } from './benchmark-context.ts';
import { countThreads } from './count-threads.ts';
import { measurementOf, scoreOf } from './measurement.ts';
import { RawOutput } from './raw-output.ts';
import { CPU_REFERENCE, REFERENCE_MACHINE } from './reference-machine.ts';
import { requireTool } from './require-tool.ts';
import { assertFiguresFit } from '../work-proof/assert-figures-fit.ts';
import { measureWorkProof, WORK_PROOF_SETTINGS, type WorkProofSettings } from '../work-proof/measure-work-proof.ts';

export interface CpuBenchmarkSettings {
  readonly repetitions: number;
  readonly secondsPerRun: number;
  readonly proof: WorkProofSettings;
}

export const CPU_BENCHMARK_SETTINGS: CpuBenchmarkSettings = {
  repetitions: 3,
  secondsPerRun: 5,
  proof: WORK_PROOF_SETTINGS,
};

/** sysbench's own default is 10,000; at 20,000 one event takes long enough for its bookkeeping not to count. */
const MAX_PRIME = 20_000;

/** Only computes, so it changes nothing on the machine. */
const sysbenchCpu = readOnly('sysbench cpu --cpu-max-prime={maxPrime} --threads={threads} --time={seconds} run', {
  timeoutMs: 120_000,
});

/**
 * Prime numbers by trial division (sysbench cpu), with one thread and with all of them, in events per second, and beside them a proof of
 * work that no replaced tool can answer: figures that do not fit it fail the run.
 */
export function createCpuBenchmark(
  context: BenchmarkContext,
  settings: CpuBenchmarkSettings = CPU_BENCHMARK_SETTINGS,
): BenchmarkStrategy {
  return { kind: 'cpu', run: () => runCpuBenchmark(context, settings) };
}

async function runCpuBenchmark(context: BenchmarkContext, settings: CpuBenchmarkSettings): Promise<BenchmarkOutcome> {
  const { session } = context;
  const toolVersion = await requireTool(session, 'sysbench', 'sysbench');
  const threads = await countThreads(session);
  const raw = new RawOutput();
  const runs = { one_thread: [] as number[], all_threads: [] as number[] };
  const runsInAll = 2 * settings.repetitions + 2 * settings.proof.repetitions;
  let done = 0;
  const onRun = (): void => {
    done += 1;
    context.onProgress((100 * done) / runsInAll);
  };
  for (let repetition = 1; repetition <= settings.repetitions; repetition += 1) {
    for (const [name, threadCount] of [
      ['one_thread', 1],
      ['all_threads', threads],
    ] as const) {
      const { stdout } = await session.run(sysbenchCpu, {
        maxPrime: MAX_PRIME,
        threads: threadCount,
        seconds: settings.secondsPerRun,
      });
      raw.add(`sysbench cpu, ${threadCount} threads, repetition ${repetition}`, stdout);
      runs[name].push(parseEventsPerSecond(stdout));
      onRun();
    }
  }
  const proof = await measureWorkProof(session, { ...settings.proof, threads, raw, onRun });
  const measurements = [
    measurementOf('one_thread', 'events/s', runs.one_thread),
    measurementOf('all_threads', 'events/s', runs.all_threads),
    ...proof.measurements,
  ];
  assertFiguresFit(measurements);
  return {
    result: {
      tool: 'sysbench',
      toolVersion,
      methodVersion: benchmarkMethodVersions.cpu,
      parameters: {
        test: 'cpu',
        maxPrime: String(MAX_PRIME),
        threads: String(threads),
        secondsPerRun: String(settings.secondsPerRun),
        ...proof.parameters,
      },
      measurements,
      score: scoreOf(measurements, CPU_REFERENCE),
      referenceMachine: REFERENCE_MACHINE,
    },
    ...raw.finish(),
  };
}

/** @throws SshError when sysbench printed something else, so that no figure is ever made up. */
export function parseEventsPerSecond(stdout: string): number {
  const match = /^\s*events per second:\s+(\d+(?:\.\d+)?)\s*$/m.exec(stdout);
  const value = Number(match?.[1]);
  if (match === null || !(value > 0)) throw new SshError('command_failed', 'sysbench printed no “events per second”.');
  return value;
}
