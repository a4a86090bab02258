import { createHash } from 'node:crypto';
import type { GpuSources } from './gpu-sources.ts';

/** How much is done. Threads are powers of two; the times say how long one figure is warmed up and measured. */
export interface GpuSizes {
  readonly fp32Threads: number;
  readonly fp32TripsMax: number;
  readonly tensorThreads: number;
  readonly tensorTripsMax: number;
  readonly memoryBytes: number;
  readonly passThreads: number;
  readonly passesMax: number;
  readonly foldThreads: number;
  readonly copyBytes: number;
  readonly copyFoldThreads: number;
  readonly copies: number;
}

export interface GpuBenchmarkSettings {
  readonly repetitions: number;
  readonly warmUpMs: number;
  readonly targetMs: number;
  /** Threads of each figure whose result is computed again on our side. */
  readonly samples: number;
  readonly stepSecondsMax: number;
  readonly runSecondsMax: number;
  readonly devicesMax: number;
  /** The driver's library, as the machine's loader finds it. */
  readonly library: string;
  readonly sizes: GpuSizes;
}

const MIB = 1_048_576;

/** The limits of trips keep what our side has to compute again to a few milliseconds for a thread. */
export const GPU_BENCHMARK_SETTINGS: GpuBenchmarkSettings = {
  repetitions: 3,
  warmUpMs: 500,
  targetMs: 150,
  samples: 64,
  stepSecondsMax: 30,
  runSecondsMax: 300,
  devicesMax: 8,
  library: 'libcuda.so.1',
  sizes: {
    fp32Threads: 4 * MIB,
    fp32TripsMax: 8_192,
    tensorThreads: 4 * MIB,
    tensorTripsMax: 1_024,
    memoryBytes: 1_024 * MIB,
    passThreads: MIB,
    passesMax: 64,
    foldThreads: 65_536,
    copyBytes: 64 * MIB,
    copyFoldThreads: 16_384,
    copies: 4,
  },
};

/** What follows the program on its standard input. */
export function gpuRequest(settings: GpuBenchmarkSettings, ptx: GpuSources['ptx'], seed: string): string {
  const { repetitions: _repetitions, ...rest } = settings;
  return JSON.stringify({ ...rest, ptx, seed });
}

/** The seed of one figure on one device, as gpu-probe.py derives it from the run's. */
export function seedOf(seed: string, figure: string, device: number): number {
  return createHash('sha256')
    .update(`${seed}:${figure}:${String(device)}`)
    .digest()
    .readUInt32BE(0);
}
