import type { Measurement } from '@rsm/domain/benchmarks/benchmark';
import { REFERENCE_SCORE } from '@rsm/domain/benchmarks/benchmark-method';

/** Several runs of one figure as median and spread. The median of an even number is the mean of the middle two. */
export function measurementOf(name: string, unit: string, values: readonly number[]): Measurement {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  const minimum = sorted[0];
  const maximum = sorted.at(-1);
  if (low === undefined || high === undefined || minimum === undefined || maximum === undefined) {
    throw new RangeError('A measurement needs at least one value.');
  }
  return {
    name,
    unit,
    median: round((low + high) / 2),
    minimum: round(minimum),
    maximum: round(maximum),
    repetitions: sorted.length,
  };
}

/** Three digits after the point are below the noise of anything measured here. */
function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/**
 * A machine's score: 1000 times the geometric mean of its figures, each divided by that of the reference machine. Twice as
 * fast in everything is 2000, whatever the units; no figure can outweigh the others by being large.
 *
 * @param figure which of the repetitions stands for a measurement: the one in the middle, or the best one where whatever
 *   disturbs a run can only slow it down
 * @throws RangeError when a reference figure has no measurement.
 */
export function scoreOf(
  measurements: readonly Measurement[],
  reference: Readonly<Record<string, number>>,
  figure: 'median' | 'maximum' = 'median',
): number {
  const ratios = Object.entries(reference).map(([name, value]) => {
    const measured = measurements.find((measurement) => measurement.name === name);
    if (measured === undefined) throw new RangeError(`“${name}” was not measured.`);
    return measured[figure] / value;
  });
  if (ratios.some((ratio) => ratio <= 0)) return 0;
  const meanLogarithm = ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length;
  return Math.round(REFERENCE_SCORE * Math.exp(meanLogarithm));
}
