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
  /** Each round runs every figure once. */
  readonly rounds: number;
  /** No round begins later than this on a machine that is slow to fill its blocks, once `roundsMin` are done. */
  readonly secondsMax: number;
  readonly roundsMin: number;
  /** What one thread moves in one run; a run that is not through after `secondsPerRunMax` ends there. */
  readonly mibPerThread: number;
  readonly secondsPerRunMax: number;
}

/**
 * Many short runs instead of a few long ones: what else uses the memory only ever slows a run down, so the best of many is what the machine
 * can do, and a short run finds a quiet moment sooner than a long one. 96 rounds, because neighbours on a shared machine are busy for tens of
 * seconds at a time (docs/benchmark-method.md has the figures).
 */
export const MEMORY_BENCHMARK_SETTINGS: MemoryBenchmarkSettings = {
  rounds: 96,
  secondsMax: 120,
  roundsMin: 24,
  mibPerThread: 2_048,
  secondsPerRunMax: 2,
};

/**
 * Each thread has a block of its own, larger than the part of the last cache that a core of the usual servers can fill:
 * blocks that fit would measure the cache.
 */
const BLOCK_MIB = 128;
/** So much stays free beside the blocks, so that no service of the machine is ended for want of memory. */
const SPARE_MIB = 512;

const availableKib = readOnly("awk '/^MemAvailable:/ { print $2 }' /proc/meminfo");
/** Stands before each run's output. */
const RUN_MARK = /^-- (?:read|write) \d+$/m;

/**
 * One round in one command. Fills and reads memory of its own, so it changes nothing on the machine.
 *
 * `glibc.malloc.hugetlb=1` has the C library ask for huge pages (madvise(2), MADV_HUGEPAGE; the glibc manual, “Memory Allocation Tunables”).
 * With pages of 4 KiB filling the blocks took four fifths of a run. Where the kernel or the C library knows nothing of it, it is ignored.
 */
const sysbenchMemory = readOnly(
  `export GLIBC_TUNABLES=glibc.malloc.hugetlb=1
run() {
  echo "-- $1 $2"
  sysbench memory --memory-block-size={blockBytes} --memory-total-size="$3"M --memory-oper="$1" --memory-access-mode=seq --memory-scope=local --threads="$2" --time={secondsPerRunMax} run || exit
}
run read 1 {oneThreadMib}
run write 1 {oneThreadMib}
run read {threads} {allThreadsMib}
run write {threads} {allThreadsMib}`,
  // Hundreds of threads fill their blocks one after the other.
  { timeoutMs: 10 * 60_000 },
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
  const workloads: readonly (MemoryRun & { readonly name: string })[] = [
    { name: 'one_thread_read', operation: 'read', threads: 1, blockMib: BLOCK_MIB },
    { name: 'one_thread_write', operation: 'write', threads: 1, blockMib: BLOCK_MIB },
    { name: 'all_threads_read', operation: 'read', threads, blockMib: BLOCK_MIB },
    { name: 'all_threads_write', operation: 'write', threads, blockMib: BLOCK_MIB },
  ];
  const runRound = async (title: string): Promise<readonly (readonly [string, number])[]> => {
    const { stdout } = await session.run(sysbenchMemory, {
      blockBytes: BLOCK_MIB * 1_048_576,
      oneThreadMib: settings.mibPerThread,
      allThreadsMib: threads * settings.mibPerThread,
      threads,
      secondsPerRunMax: settings.secondsPerRunMax,
    });
    raw.add(`sysbench memory, ${title}`, stdout);
    const outputs = stdout.split(RUN_MARK).slice(1);
    return workloads.map((workload, index) => [workload.name, parseMemoryRate(outputs[index] ?? '', workload)]);
  };
  // A processor that was idle needs a moment to reach its clock; these figures are not counted.
  await runRound('warm-up');
  const rates = new Map(workloads.map(({ name }) => [name, new Array<number>()]));
  const startedMs = performance.now();
  // Round by round, so that a disturbance of some seconds meets every figure once instead of one figure throughout.
  for (let round = 1; round <= settings.rounds; round += 1) {
    const seconds = (performance.now() - startedMs) / 1_000;
    if (round > settings.roundsMin && seconds >= settings.secondsMax) break;
    for (const [name, rate] of await runRound(`round ${round}`)) rates.get(name)?.push(rate);
    context.onProgress(percentDone(settings, round, (performance.now() - startedMs) / 1_000));
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
        secondsMax: String(settings.secondsMax),
        pages: 'huge ones were asked for',
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

/** Either all rounds are done, or the least number of them and the time: whichever is nearer. */
function percentDone(settings: MemoryBenchmarkSettings, rounds: number, seconds: number): number {
  const ofTime = Math.min(rounds / settings.roundsMin, seconds / settings.secondsMax);
  return 100 * Math.min(1, Math.max(rounds / settings.rounds, ofTime));
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
