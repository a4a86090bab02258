import { setImmediate } from 'node:timers/promises';
import { DomainError } from '@rsm/domain/common/domain-error';
import { seedOf, type GpuBenchmarkSettings } from './gpu-request.ts';
import { readProof } from './merkle-proof.ts';
import type { GpuFigure } from './parse-gpu-output.ts';
import { FP32_OPERATIONS_PER_TRIP, fp32ValueOf } from './verify-fp32.ts';
import { memoryValueOf } from './verify-memory.ts';
import { TENSOR_OPERATIONS_PER_WARP_TRIP, tensorValueOf } from './verify-tensor.ts';

/** One rate that a figure came to, in the unit of its measurement. */
export interface GpuRate {
  readonly name: string;
  readonly value: number;
}

const WARP_LANES = 32;
const TERA = 1e12;
const GIGA = 1e9;

/** No GPU reaches these by a factor of about three (B200: 80 and 2,500 TFLOPS, 8,000 GB/s; NVLink 5: 1,800 GB/s). */
const RATE_MAX: Readonly<Record<string, number | undefined>> = {
  fp32_fma: 400,
  tensor_half: 10_000,
  memory_bandwidth: 30_000,
  peer_copy: 6_000,
};
const COPY_RATE_MAX = 2_000;

/**
 * Computes the threads again that the proof shows, and answers the rates. Gives way between threads, because the product serves
 * other people meanwhile.
 * @throws DomainError host_command_failed when the work was not the one asked for, a result is wrong or a rate can't be
 */
export async function checkGpuFigure(
  figure: GpuFigure,
  seed: string,
  settings: GpuBenchmarkSettings,
): Promise<readonly GpuRate[]> {
  assertAsAsked(figure, settings);
  const values = readProof(figure, figure.threads, settings.samples);
  if (values === null) throw refused(figure, 'its results do not match the proof that it sent');
  const own = seedOf(seed, figure.figure, figure.device);
  for (const [index, value] of values) {
    if (valueOf(figure, own, index) !== value) throw refused(figure, 'it computed a wrong result');
    await setImmediate();
  }
  const rates = ratesOf(figure);
  for (const { name, value } of rates) {
    if (value > (RATE_MAX[name] ?? COPY_RATE_MAX)) throw refused(figure, 'it states a rate that no GPU has');
  }
  return rates;
}

/** The amount of work is the machine's choice within limits, and its size is ours. */
function assertAsAsked(figure: GpuFigure, { sizes }: GpuBenchmarkSettings): void {
  const [threads, amountMax] = {
    fp32: [sizes.fp32Threads, sizes.fp32TripsMax],
    tensor: [sizes.tensorThreads, sizes.tensorTripsMax],
    memory: [sizes.foldThreads, sizes.passesMax],
    copies_pinned: [sizes.copyFoldThreads, sizes.copies],
    copies_pageable: [sizes.copyFoldThreads, sizes.copies],
    peer: [sizes.copyFoldThreads, sizes.copies],
  }[figure.figure] ?? [0, 0];
  const isBytesFine =
    !('bytes' in figure) ||
    (figure.figure === 'memory'
      ? figure.bytes <= sizes.memoryBytes && figure.bytes % (16 * sizes.passThreads) === 0
      : figure.bytes === sizes.copyBytes);
  if (figure.threads !== threads || figure.amount > (amountMax ?? 0) || !isBytesFine) {
    throw refused(figure, 'it did other work than was asked for');
  }
}

function valueOf(figure: GpuFigure, seed: number, index: number): number {
  switch (figure.figure) {
    case 'fp32':
      return fp32ValueOf(index, seed, figure.amount);
    case 'tensor':
      return tensorValueOf(index, seed, figure.amount);
    case 'memory':
      return memoryValueOf(index, figure.threads, { seed, words: figure.bytes / 4, passes: figure.amount });
    case 'copies_pinned':
    case 'copies_pageable':
    case 'peer':
      return memoryValueOf(index, figure.threads, { seed, words: figure.bytes / 4, passes: 0 });
  }
}

/** Floating-point operations of a figure; 0 where it only moves data. */
export function operationsOf(figure: GpuFigure): number {
  if (figure.figure === 'fp32') return figure.threads * figure.amount * FP32_OPERATIONS_PER_TRIP;
  if (figure.figure === 'tensor') {
    return (figure.threads / WARP_LANES) * figure.amount * TENSOR_OPERATIONS_PER_WARP_TRIP;
  }
  return 0;
}

function ratesOf(figure: GpuFigure): readonly GpuRate[] {
  const gigabytes = (bytes: number, seconds: number): number => (bytes * figure.amount) / seconds / GIGA;
  switch (figure.figure) {
    case 'fp32':
      return [{ name: 'fp32_fma', value: operationsOf(figure) / figure.seconds / TERA }];
    case 'tensor':
      return [{ name: 'tensor_half', value: operationsOf(figure) / figure.seconds / TERA }];
    case 'memory':
      // Each pass reads one buffer and writes the other.
      return [{ name: 'memory_bandwidth', value: gigabytes(2 * figure.bytes, figure.seconds) }];
    case 'peer':
      return [{ name: 'peer_copy', value: gigabytes(figure.bytes, figure.seconds) }];
    case 'copies_pinned':
    case 'copies_pageable': {
      const memory = figure.figure === 'copies_pinned' ? 'pinned' : 'pageable';
      return [
        { name: `host_to_device_${memory}`, value: gigabytes(figure.bytes, figure.toDevice) },
        { name: `device_to_host_${memory}`, value: gigabytes(figure.bytes, figure.toHost) },
      ];
    }
  }
}

function refused({ device, figure }: GpuFigure, why: string): DomainError {
  return new DomainError(
    'host_command_failed',
    `GPU ${String(device)} gave no figure for ${figure}: ${why}. Nothing of this run counts.`,
    { remedy: 'Measure again. A GPU that computes wrong results should be looked at, and not be rented out.' },
  );
}
