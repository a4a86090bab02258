import { parseMoney } from '@rsm/api/schemas/common';
import { divideHalfUp } from '@rsm/domain/common/money';

/** The score of the reference machine: prices are compared for as much speed as it has. */
export const SCORE_STEP = 1_000;

/**
 * What an hour of as much measured processor speed as the reference machine's costs: price per hour ÷ CPU score × 1000, in
 * millionths, rounded half up. Null where nothing was measured.
 */
export function pricePerScore(pricePerHour: string | bigint, cpuScore: number | null): bigint | null {
  const micros = typeof pricePerHour === 'bigint' ? pricePerHour : parseMoney(pricePerHour);
  if (micros === null || cpuScore === null || cpuScore <= 0) return null;
  return divideHalfUp(micros * BigInt(SCORE_STEP), BigInt(cpuScore));
}

/** What an hour of one GPU costs, in millionths, rounded half up. Null for machines without. */
export function pricePerGpuHour(pricePerHour: string | bigint, gpuCount: number): bigint | null {
  const micros = typeof pricePerHour === 'bigint' ? pricePerHour : parseMoney(pricePerHour);
  return micros === null || gpuCount <= 0 ? null : divideHalfUp(micros, BigInt(gpuCount));
}

const HUNDREDTH_MICROS = 10_000n;
/** Below a tenth of a unit the hundredth would hide too much. */
const SMALL_MICROS = 100_000n;

/** To the hundredth, for figures that are compared and never paid; small ones to the ten-thousandth. */
export function roundedForDisplay(amountMicros: bigint): bigint {
  const step = amountMicros < SMALL_MICROS ? HUNDREDTH_MICROS / 100n : HUNDREDTH_MICROS;
  return divideHalfUp(amountMicros, step) * step;
}
