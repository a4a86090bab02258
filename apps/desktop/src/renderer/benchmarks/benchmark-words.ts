import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import type { Measurement } from '@rsm/domain/benchmarks/benchmark';
import { REFERENCE_SCORE } from '@rsm/domain/benchmarks/benchmark-method';
import { driftTolerancePercent, isDrift } from '@rsm/domain/benchmarks/drift';
import { formatInteger, formatNumber } from '../format/size.ts';

/** Names whose words do not say enough, or are no words. */
const MEASUREMENT_NAMES: Readonly<Record<string, string | undefined>> = {
  fp32_fma: 'Single precision (FP32)',
  tensor_half: 'Tensor cores, half precision',
  memory_bandwidth: 'GPU memory bandwidth',
  host_to_device_pinned: 'Copy to the GPU, pinned memory',
  host_to_device_pageable: 'Copy to the GPU, ordinary memory',
  device_to_host_pinned: 'Copy from the GPU, pinned memory',
  device_to_host_pageable: 'Copy from the GPU, ordinary memory',
  peer_copy: 'Copy between GPUs',
};

/** `one_thread` → `One thread`: names come from our own strategies, in the same form. */
export function measurementName(name: string): string {
  const known = MEASUREMENT_NAMES[name];
  if (known !== undefined) return known;
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A figure with its unit; large ones without decimals. */
export function figure(value: number, unit: string): string {
  return `${value >= 100 ? formatInteger(value) : formatNumber(value)} ${unit}`;
}

/** How far the repetitions of a figure lie apart, as a share of the median in percent; null where that says nothing. */
export function spreadPercent(measurement: Measurement): number | null {
  if (measurement.repetitions < 2 || measurement.median <= 0) return null;
  return Math.round(((measurement.maximum - measurement.minimum) / measurement.median) * 100);
}

/** `30 % of the reference machine`, `1.1 × the reference machine`. */
export function againstReference(score: number): string {
  const share = score / REFERENCE_SCORE;
  return share < 1
    ? `${formatInteger(share * 100)} % of the reference machine`
    : `${formatNumber(share)} × the reference machine`;
}

/** What a listing says when its speed moved beyond the tolerance; null when it did not. */
export function driftWords(benchmark: Pick<BenchmarkRead, 'kind' | 'driftPercent'>): string | null {
  const { driftPercent, kind } = benchmark;
  if (driftPercent === null || !isDrift({ kind, driftPercent })) return null;
  const moved = `${formatInteger(Math.abs(driftPercent))} % ${driftPercent < 0 ? 'slower' : 'faster'} than before`;
  return `${moved}, more than the ${String(driftTolerancePercent[kind])} % that such a machine moves by itself.`;
}
