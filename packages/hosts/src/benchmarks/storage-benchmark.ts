import { z } from 'zod';
import { DomainError } from '@rsm/domain/common/domain-error';
import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { BenchmarkOutcome, BenchmarkStrategy } from '@rsm/domain/benchmarks/benchmark-strategy';
import { cleanUpDetached, runDetached } from '../ssh/detached-run.ts';
import { CommandFailedError, SshError } from '../ssh/ssh-error.ts';
import type { BenchmarkContext } from './benchmark-context.ts';
import { measurementOf, scoreOf } from './measurement.ts';
import { RawOutput } from './raw-output.ts';
import { REFERENCE_MACHINE, STORAGE_REFERENCE } from './reference-machine.ts';
import { requireTool } from './require-tool.ts';
import { fileSystemOfFolder, fillFile, makeFolder, measureFile, removeFolder } from './storage-commands.ts';

export interface StorageBenchmarkSettings {
  readonly repetitions: number;
  readonly secondsPerRun: number;
  readonly fileSizeBytes: number;
}

/** Twelve runs: with five seconds each they were the longest part of a measurement, and no steadier (docs/benchmark-method.md has the figures). */
export const STORAGE_BENCHMARK_SETTINGS: StorageBenchmarkSettings = {
  repetitions: 3,
  secondsPerRun: 3,
  fileSizeBytes: 1_073_741_824,
};

/** So much has to stay free beside the file, so that no service of the machine meets a full disk. */
const SPARE_BYTES = 1_073_741_824;
const FILL_DEADLINE_SECONDS = 600;

/** Queue depth 32 with 4 KiB blocks is what disk makers state IOPS for; sequential work is measured in blocks of 1 MiB. */
const WORKLOADS = [
  { name: 'random_read', mode: 'randread', blockSize: '4k', depth: 32, side: 'read', unit: 'IOPS' },
  { name: 'random_write', mode: 'randwrite', blockSize: '4k', depth: 32, side: 'write', unit: 'IOPS' },
  { name: 'sequential_read', mode: 'read', blockSize: '1M', depth: 8, side: 'read', unit: 'MB/s' },
  { name: 'sequential_write', mode: 'write', blockSize: '1M', depth: 8, side: 'write', unit: 'MB/s' },
] as const;

/** Random and sequential reads and writes (fio) on a file in a folder of our own, which is removed whatever happens. */
export function createStorageBenchmark(
  context: BenchmarkContext,
  settings: StorageBenchmarkSettings = STORAGE_BENCHMARK_SETTINGS,
): BenchmarkStrategy {
  return { kind: 'storage', run: () => runStorageBenchmark(context, settings) };
}

async function runStorageBenchmark(
  context: BenchmarkContext,
  settings: StorageBenchmarkSettings,
): Promise<BenchmarkOutcome> {
  const { cleanUpSession, runId, session } = context;
  const toolVersion = await requireTool(session, 'fio', 'fio');
  const neededKib = Math.ceil((settings.fileSizeBytes + SPARE_BYTES) / 1024);
  const made = await session.run(makeFolder, { runId, neededKib });
  if (made.exitStatus === 4) {
    throw new DomainError(
      'host_command_failed',
      `The storage benchmark needs ${mib(neededKib)} MiB free in /var/tmp, but there are ${mib(Number(made.stdout))} MiB.`,
      {
        remedy: 'Free space on the file system of /var/tmp and measure again.',
      },
    );
  }
  const cleanUp = async (): Promise<void> => {
    await cleanUpDetached(cleanUpSession, fillRunId(runId));
    await cleanUpSession.run(removeFolder, { runId });
  };
  let outcome: BenchmarkOutcome;
  try {
    outcome = await measure(context, settings, toolVersion);
  } catch (error) {
    // The reason is worth more than a failed clean-up; the next try under the same id begins with removing the folder.
    await cleanUp().catch(() => undefined);
    throw error;
  }
  await cleanUp();
  return outcome;
}

async function measure(
  context: BenchmarkContext,
  settings: StorageBenchmarkSettings,
  toolVersion: string,
): Promise<BenchmarkOutcome> {
  const { onProgress, runId, session } = context;
  const raw = new RawOutput();
  const fileSystem = (await session.run(fileSystemOfFolder, { runId })).stdout.trim();
  const direct = await fill(context, settings, raw);
  const measurements = [];
  const runs = WORKLOADS.length * settings.repetitions;
  let done = 0;
  for (const { name, mode, blockSize, depth, side, unit } of WORKLOADS) {
    const values: number[] = [];
    for (let repetition = 1; repetition <= settings.repetitions; repetition += 1) {
      const parameters = {
        runId,
        sizeBytes: settings.fileSizeBytes,
        mode,
        blockSize,
        depth,
        direct,
        seconds: settings.secondsPerRun,
      };
      const { stdout } = await session.run(measureFile, parameters);
      raw.add(`fio ${mode}, ${blockSize} blocks, queue depth ${depth}, repetition ${repetition}`, stdout);
      values.push(parseFio(stdout, side, unit));
      done += 1;
      // Filling the file counted as the first tenth.
      onProgress(10 + (90 * done) / runs);
    }
    measurements.push(measurementOf(name, unit, values));
  }
  return {
    result: {
      tool: 'fio',
      toolVersion,
      methodVersion: benchmarkMethodVersions.storage,
      parameters: {
        fileSizeBytes: String(settings.fileSizeBytes),
        secondsPerRun: String(settings.secondsPerRun),
        direct: direct === 1 ? 'yes' : 'no',
        engine: 'libaio',
        fileSystem: fileSystem.slice(0, 200),
      },
      measurements,
      score: scoreOf(measurements, STORAGE_REFERENCE),
      referenceMachine: REFERENCE_MACHINE,
    },
    ...raw.finish(),
  };
}

/** Fills the file, past the page cache where the file system can do that. Answers whether it could. */
async function fill(
  { onProgress, runId, session }: BenchmarkContext,
  settings: StorageBenchmarkSettings,
  raw: RawOutput,
): Promise<0 | 1> {
  const attempt = async (direct: 0 | 1): Promise<void> => {
    const values = { runId, sizeBytes: settings.fileSizeBytes, direct };
    const work = { runId: fillRunId(runId), template: fillFile, values, deadlineSeconds: FILL_DEADLINE_SECONDS };
    const { stdout } = await runDetached(session, work);
    raw.add(`fio fill, direct ${direct}`, stdout);
  };
  let direct: 0 | 1 = 1;
  try {
    await attempt(direct);
  } catch (error) {
    // EINVAL from open(2) is how a file system says that it knows no O_DIRECT.
    if (!(error instanceof CommandFailedError) || !/Invalid argument|O_DIRECT/i.test(`${error.stderr}${error.stdout}`))
      throw error;
    direct = 0;
    await attempt(direct);
  }
  onProgress(10);
  return direct;
}

function fillRunId(runId: string): string {
  return `${runId}-fill`;
}

const sideSchema = z.object({ iops: z.number().min(0), bw_bytes: z.number().min(0) });
const fioSchema = z.object({
  jobs: z.array(z.object({ error: z.int(), read: sideSchema, write: sideSchema })).length(1),
});

/** @throws SshError when fio reported an error or printed something else, so that no figure is ever made up. */
export function parseFio(stdout: string, side: 'read' | 'write', unit: 'IOPS' | 'MB/s'): number {
  // fio prints notes about its options before the JSON.
  const parsed = fioSchema.safeParse(parseJson(stdout.slice(Math.max(0, stdout.indexOf('{')))));
  const job = parsed.data?.jobs[0];
  if (job === undefined || job.error !== 0)
    throw new SshError('command_failed', 'fio printed no result that can be read.');
  const value = unit === 'IOPS' ? job[side].iops : job[side].bw_bytes / 1_000_000;
  if (!(value > 0)) throw new SshError('command_failed', `fio measured no ${side}s at all.`);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function mib(kib: number): number {
  return Math.round(kib / 1024);
}
