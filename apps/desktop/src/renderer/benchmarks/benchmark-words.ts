import type { Measurement } from '@rsm/domain/benchmarks/benchmark';
import { formatInteger, formatNumber } from '../format/size.ts';

/** The score of every kind's reference machine. */
export const REFERENCE_SCORE = 1_000;

/** `one_thread` → `One thread`: names come from our own strategies, in the same form. */
export function measurementName(name: string): string {
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
