import type { MachineId } from '../common/ids.ts';
import type { TimeRange } from '../common/instant.ts';
import { DAY_MS, MINUTE_MS, earlier, plusMs } from '../common/instant.ts';
import type { Reads } from '../unit-of-work/unit-of-work.ts';
import type { MinuteSpan } from './machine-minutes.ts';
import { classifyMinutes } from './machine-minutes.ts';

/** Samples are read a week at a time, so that a booking of half a year needs no more memory than one of a week. */
const CHUNK_MS = 7 * DAY_MS;
/** A probe every 30 s makes 20,160 samples a week; a worker that is asked twice as often still stays below. */
const CHUNK_SAMPLES_MAX = 50_000;
/** A failed look is judged by its neighbours, which may lie on the other side of a chunk's border. */
const NEIGHBOURS_MS = 5 * MINUTE_MS;

/** The minutes of a machine over exactly `range`, from its stored samples. */
export async function readMinutes(
  reads: Pick<Reads, 'machines'>,
  machineId: MachineId,
  range: TimeRange,
): Promise<readonly MinuteSpan[]> {
  const spans: MinuteSpan[] = [];
  for (let start = range.start; start < range.end; start = plusMs(start, CHUNK_MS)) {
    const end = earlier(plusMs(start, CHUNK_MS), range.end);
    const samples = await reads.machines.listProbes(machineId, {
      from: start === range.start ? start : plusMs(start, -NEIGHBOURS_MS),
      to: earlier(plusMs(end, NEIGHBOURS_MS), range.end),
      limit: CHUNK_SAMPLES_MAX,
    });
    spans.push(...classifyMinutes(samples, { start, end }));
  }
  return spans;
}
