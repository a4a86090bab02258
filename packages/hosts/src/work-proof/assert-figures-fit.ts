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
 * Holds what sysbench printed against what the machine provably computed in the same run. Figures that are not there are not judged.
 * @throws DomainError host_command_failed when one is far from what the other says
 */
export function assertFiguresFit(measurements: readonly Measurement[]): void {
  const medianOf = (name: string) => measurements.find((one) => one.name === name)?.median;
  for (const [sysbench, proof] of pairs) {
    const eventsPerSecond = medianOf(sysbench);
    const squaringsPerSecond = medianOf(proof);
    if (eventsPerSecond === undefined || squaringsPerSecond === undefined) continue;
    const ratio = squaringsPerSecond / eventsPerSecond;
    if (ratio >= SQUARINGS_PER_EVENT.min && ratio <= SQUARINGS_PER_EVENT.max) continue;
    throw new DomainError(
      'host_command_failed',
      `The figures of sysbench do not fit what this machine can compute: ${String(Math.round(eventsPerSecond))} events/s (${sysbench}) beside ${String(Math.round(squaringsPerSecond))} squarings/s that it proved.`,
      { remedy: 'Install the sysbench and the python3 of the distribution, and measure the machine again.' },
    );
  }
}
