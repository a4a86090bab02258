import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { BenchmarkOutcome, BenchmarkStrategy } from '@rsm/domain/benchmarks/benchmark-strategy';
import { DomainError } from '@rsm/domain/common/domain-error';
import { readOnly } from '../ssh/command-template.ts';
import type { SshSession } from '../ssh/ssh-session.ts';
import type { BenchmarkContext } from './benchmark-context.ts';
import { countThreads } from './count-threads.ts';
import { measurementOf, scoreOf } from './measurement.ts';
import { parseMemoryRate, type MemoryRun } from './parse-sysbench-memory.ts';
import { RawOutput } from './raw-output.ts';
import { MEMORY_REFERENCE, REFERENCE_MACHINE } from './reference-machine.ts';
import { requireTool } from './require-tool.ts';

export interface MemoryBenchmarkSettings {
  readonly repetitions: number;
  /** What one thread moves in one run; a run that is not through after `secondsPerRunMax` ends there. */
  readonly mibPerThread: number;
  readonly secondsPerRunMax: number;
  readonly warmUpSeconds: number;
}

/**
 * Many short runs instead of a few long ones: what else uses the memory only ever slows a run down, so the best of many is what the machine
 * can do, and a short run finds a quiet moment sooner than a long one (docs/benchmark-method.md).
 */
export const MEMORY_BENCHMARK_SETTINGS: MemoryBenchmarkSettings = {
  repetitions: 24,
  mibPerThread: 2_048,
  secondsPerRunMax: 2,
  warmUpSeconds: 1,
};

/**
 * Each thread has a block of its own, larger than the part of the last cache that a core of the usual servers can fill:
 * blocks that fit would measure the cache.
 */
const BLOCK_MIB = 128;
/** So much stays free beside the blocks, so that no service of the machine is ended for want of memory. */
const SPARE_MIB = 512;

const availableKib = readOnly("awk '/^MemAvailable:/ { print $2 }' /proc/meminfo");
/** Fills and reads memory of its own, so it changes nothing on the machine. */
const sysbenchMemory = readOnly(
  'sysbench memory --memory-block-size={blockBytes} --memory-total-size={totalMib}M --memory-oper={operation} --memory-access-mode=seq --memory-scope=local --threads={threads} --time={seconds} run',
  { timeoutMs: 120_000 },
);

/** Sequential reads and writes of memory (sysbench memory), with one thread and with all of them, in GB/s; scored by the best run of each. */
export function createMemoryBenchmark(
  context: BenchmarkContext,
  settings: MemoryBenchmarkSettings = MEMORY_BENCHMARK_SETTINGS,
): BenchmarkStrategy {
  return { kind: 'memory', run: () => runMemoryBenchmark(context, settings) };
}

async function runMemoryBenchmark(
  context: BenchmarkContext,
  settings: MemoryBenchmarkSettings,
): Promise<BenchmarkOutcome> {
  const { session } = context;
  const toolVersion = await requireTool(session, 'sysbench', 'sysbench');
  const threads = await countThreads(session);
  await requireFreeMemory(session, threads);
  const raw = new RawOutput();
  const run = async (one: MemoryRun, seconds: number, title: string): Promise<number> => {
    const { stdout } = await session.run(sysbenchMemory, {
      blockBytes: one.blockMib * 1_048_576,
      totalMib: one.threads * settings.mibPerThread,
      operation: one.operation,
      threads: one.threads,
      seconds,
    });
    raw.add(`sysbench memory, ${one.operation}, ${one.threads} threads, ${title}`, stdout);
    return parseMemoryRate(stdout, one);
  };
  const workloads = [
    { name: 'one_thread_read', operation: 'read', threads: 1, blockMib: BLOCK_MIB },
    { name: 'one_thread_write', operation: 'write', threads: 1, blockMib: BLOCK_MIB },
    { name: 'all_threads_read', operation: 'read', threads, blockMib: BLOCK_MIB },
    { name: 'all_threads_write', operation: 'write', threads, blockMib: BLOCK_MIB },
  ] as const;
  // A processor that was idle needs a moment to reach its clock; this figure is not counted.
  await run({ operation: 'read', threads, blockMib: BLOCK_MIB }, settings.warmUpSeconds, 'warm-up');
  const rates = new Map(workloads.map(({ name }) => [name, new Array<number>()]));
  let done = 0;
  // Round by round, so that a disturbance of some seconds meets every figure once instead of one figure throughout.
  for (let repetition = 1; repetition <= settings.repetitions; repetition += 1) {
    for (const workload of workloads) {
      const rate = await run(workload, settings.secondsPerRunMax, `repetition ${repetition}`);
      rates.get(workload.name)?.push(rate);
      done += 1;
      context.onProgress((100 * done) / (workloads.length * settings.repetitions));
    }
  }
  const measurements = [...rates].map(([name, values]) => measurementOf(name, 'GB/s', values));
  return {
    result: {
      tool: 'sysbench',
      toolVersion,
      methodVersion: benchmarkMethodVersions.memory,
      parameters: {
        test: 'memory',
        accessMode: 'sequential',
        scope: 'local',
        blockMib: String(BLOCK_MIB),
        mibPerThread: String(settings.mibPerThread),
        secondsPerRunMax: String(settings.secondsPerRunMax),
        warmUpSeconds: String(settings.warmUpSeconds),
        threads: String(threads),
        scoredBy: 'the best repetition',
      },
      measurements,
      score: scoreOf(measurements, MEMORY_REFERENCE, 'maximum'),
      referenceMachine: REFERENCE_MACHINE,
    },
    ...raw.finish(),
  };
}

/** A machine that says nothing about its free memory counts as one that has none: it must not be filled blindly. */
async function requireFreeMemory(session: SshSession, threads: number): Promise<void> {
  const neededMib = threads * BLOCK_MIB + SPARE_MIB;
  const free = Number.parseInt((await session.run(availableKib, {})).stdout, 10);
  const freeMib = Number.isFinite(free) ? Math.floor(free / 1_024) : 0;
  if (freeMib >= neededMib) return;
  throw new DomainError(
    'host_command_failed',
    `The memory benchmark needs ${neededMib} MiB of free memory, but there are ${freeMib} MiB.`,
    { remedy: 'End what fills the memory of the machine and measure again.' },
  );
}
