import type { Instant, TimeRange } from '../common/instant.ts';
import { DAY_MS, earlier, instant, later, plusMs } from '../common/instant.ts';
import type { MinuteSpan } from '../machines/machine-minutes.ts';
import type { Block } from '../occupancies/occupancy.ts';

/** One day (UTC) of a machine's minutes, in milliseconds; the rest of the day was not measured. */
export interface MachineDay {
  /** Midnight UTC. */
  readonly dayStart: Instant;
  readonly upMs: number;
  readonly downMs: number;
  readonly degradedMs: number;
  /** What of `downMs` and `degradedMs` lies in a block that the provider had set before: it is shown, but does not count. */
  readonly excusedMs: number;
}

/** The midnight (UTC) at which the day of an instant began. */
export function dayStartOf(at: Instant): Instant {
  return instant(at - (at % DAY_MS));
}

/**
 * Adds the minutes of one day up. What spans say outside the day is ignored.
 * @param blocks the calendar's blocks; each excuses only from the moment on at which it was set, so that nobody explains
 * an outage away afterwards
 */
export function machineDayOf(dayStart: Instant, spans: readonly MinuteSpan[], blocks: readonly Block[]): MachineDay {
  const day: TimeRange = { start: dayStart, end: plusMs(dayStart, DAY_MS) };
  const excuses = merged(
    blocks.map(({ createdAt, range }) => ({ start: later(range.start, createdAt), end: range.end })),
  );
  const sums = { upMs: 0, downMs: 0, degradedMs: 0, excusedMs: 0 };
  for (const { kind, range } of spans) {
    const part = overlap(range, day);
    if (part === null || kind === 'not_measured') continue;
    const lengthMs = part.end - part.start;
    if (kind === 'up') {
      sums.upMs += lengthMs;
      continue;
    }
    if (kind === 'down') sums.downMs += lengthMs;
    else sums.degradedMs += lengthMs;
    for (const excuse of excuses) {
      const excused = overlap(part, excuse);
      if (excused !== null) sums.excusedMs += excused.end - excused.start;
    }
  }
  return { dayStart, ...sums };
}

function overlap(a: TimeRange, b: TimeRange): TimeRange | null {
  const start = later(a.start, b.start);
  const end = earlier(a.end, b.end);
  return end > start ? { start, end } : null;
}

/** Ranges in order and without overlaps, so that no millisecond is excused twice. */
function merged(ranges: readonly TimeRange[]): readonly TimeRange[] {
  const joined: TimeRange[] = [];
  for (const range of ranges.filter(({ end, start }) => end > start).toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && range.start <= last.end) {
      joined[joined.length - 1] = { start: last.start, end: later(last.end, range.end) };
    } else {
      joined.push(range);
    }
  }
  return joined;
}
