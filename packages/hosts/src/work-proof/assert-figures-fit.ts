import type { Measurement } from '@rsm/domain/benchmarks/benchmark';
import { workProofFigures } from '@rsm/domain/benchmarks/benchmark-method';
import { DomainError } from '@rsm/domain/common/domain-error';

/**
 * Squarings of the proof per event of sysbench. On the one machine where both were measured (2 shared vCPUs, Python 3.11) it was about 200:
 * 150,000 squarings/s beside 725 events/s. How far other processors and versions of Python lie from that was not measured, so the band is
 * a guess on the generous side: ten times in either direction, to fail no honest machine.
 */
export const SQUARINGS_PER_EVENT = { min: 20, max: 2_000 } as const;

/** The figures of sysbench with those of the proof that has to fit them. */
const pairs = [
  ['one_thread', workProofFigures.oneThread],
  ['all_threads', workProofFigures.allThreads],
] as const;

/**
 * Holds what sysbench printed against what the machine provably computed in the same run: its best proof where sysbench claims much, its worst
 * where it claims little. A proof takes a fraction of a second and may meet a neighbour, and nobody proves more than he computes.
 * Figures that are not there are not judged.
 * @throws DomainError host_command_failed when one is far from what the other says
 */
export function assertFiguresFit(measurements: readonly Measurement[]): void {
  const named = (name: string) => measurements.find((one) => one.name === name);
  for (const [sysbench, proof] of pairs) {
    const eventsPerSecond = named(sysbench)?.median;
    const proved = named(proof);
    if (eventsPerSecond === undefined || proved === undefined) continue;
    const isTooMuch = proved.maximum / eventsPerSecond < SQUARINGS_PER_EVENT.min;
    const isTooLittle = proved.minimum / eventsPerSecond > SQUARINGS_PER_EVENT.max;
    if (!isTooMuch && !isTooLittle) continue;
    throw new DomainError(
      'host_command_failed',
      `The figures of sysbench do not fit what this machine can compute: ${String(Math.round(eventsPerSecond))} events/s (${sysbench}) beside ${String(Math.round(proved.median))} squarings/s that it proved.`,
      { remedy: 'Install the sysbench and the python3 of the distribution, and measure the machine again.' },
    );
  }
}
