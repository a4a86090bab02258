import type { ReliabilityRead } from '@rsm/api/schemas/reliability';

type Day = ReliabilityRead['days'][number];

/** One day as a bar: full where the machine was up all the measured time, in percent of the height otherwise. */
export interface DayBar {
  readonly startMs: number;
  readonly kind: 'up' | 'degraded' | 'down' | 'not_measured';
  readonly heightPercent: number;
}

const DAY_MS = 86_400_000;
/** A bad day is at least so far from a good one that the difference is seen. */
const BAD_HEIGHT_MAX_PERCENT = 90;
const EMPTY_HEIGHT_PERCENT = 8;

/** As many bars as asked for, the last one for the newest day; days that are not known are not measured. */
export function dayBars(days: readonly Day[], count: number, nowMs: number): readonly DayBar[] {
  const known = new Map(days.map((day) => [day.dayStart.getTime(), day]));
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return Array.from({ length: count }, (_, index) => {
    const startMs = today - (count - 1 - index) * DAY_MS;
    return barOf(startMs, known.get(startMs));
  });
}

function barOf(startMs: number, day: Day | undefined): DayBar {
  const measuredMs = day === undefined ? 0 : day.upMs + day.downMs + day.degradedMs;
  if (day === undefined || measuredMs === 0) {
    return { startMs, kind: 'not_measured', heightPercent: EMPTY_HEIGHT_PERCENT };
  }
  const upPercent = (day.upMs / measuredMs) * 100;
  if (day.downMs + day.degradedMs === 0) return { startMs, kind: 'up', heightPercent: 100 };
  const heightPercent = Math.max(EMPTY_HEIGHT_PERCENT, Math.min(upPercent, BAD_HEIGHT_MAX_PERCENT));
  return { startMs, kind: day.downMs > 0 ? 'down' : 'degraded', heightPercent };
}
