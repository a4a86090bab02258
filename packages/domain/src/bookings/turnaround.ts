import { MINUTE_MS } from '../common/instant.ts';

export const TURNAROUND_DEFAULT_MS = 15 * MINUTE_MS;
export const TURNAROUND_MIN_MS = 5 * MINUTE_MS;
/** So many wipes of the machine must have been measured before their times count. */
export const TURNAROUND_SAMPLES_MIN = 5;
/** Older wipes than the newest hundred say little about the machine. */
export const TURNAROUND_SAMPLES_MAX = 100;

/**
 * Clean-up time that a new booking reserves: 15 minutes until five wipes of the machine were measured, then their 95th
 * percentile (nearest rank) plus half, at least 5 minutes. Whole seconds, rounded up.
 */
export function turnaroundFrom(durationsMs: readonly number[]): number {
  if (durationsMs.length < TURNAROUND_SAMPLES_MIN) return TURNAROUND_DEFAULT_MS;
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const percentile95 = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? TURNAROUND_DEFAULT_MS;
  return Math.max(TURNAROUND_MIN_MS, Math.ceil((percentile95 * 1.5) / 1_000) * 1_000);
}
