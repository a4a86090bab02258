/** What occupies a machine, as the calendar draws it. */
export interface CalendarEntry {
  readonly id: string;
  readonly kind: 'booking' | 'own_use' | 'maintenance' | 'rented_elsewhere';
  readonly range: { readonly start: Date; readonly end: Date };
}

export type CalendarView = 'week' | 'month';

/** The part of an entry that lies on one day, in percent of the day. Days of 23 or 25 hours are whole days too. */
export interface DaySegment {
  readonly entry: CalendarEntry;
  readonly startPercent: number;
  readonly widthPercent: number;
}

export interface CalendarCell {
  /** Midnight in the viewer's zone. */
  readonly day: Date;
  /** False for the days of neighbouring months that fill the grid. */
  readonly isInView: boolean;
  readonly segments: readonly DaySegment[];
}

/** The grid's days: seven of the week around `anchor`, or the full weeks that hold its month. Weeks begin on Monday (ISO 8601). */
export function calendarCells(
  view: CalendarView,
  anchor: Date,
  entries: readonly CalendarEntry[],
): readonly CalendarCell[] {
  const { start, dayCount } = gridOf(view, anchor);
  return Array.from({ length: dayCount }, (_, index) => {
    const day = addDays(start, index);
    const isInView = view === 'week' || day.getMonth() === anchor.getMonth();
    return { day, isInView, segments: daySegments(day, entries) };
  });
}

/** The stretch of time that the grid shows. */
export function calendarRange(view: CalendarView, anchor: Date): { readonly start: Date; readonly end: Date } {
  const { start, dayCount } = gridOf(view, anchor);
  return { start, end: addDays(start, dayCount) };
}

export function daySegments(day: Date, entries: readonly CalendarEntry[]): readonly DaySegment[] {
  const startMs = day.getTime();
  const endMs = addDays(day, 1).getTime();
  return entries
    .flatMap((entry): DaySegment[] => {
      const fromMs = Math.max(entry.range.start.getTime(), startMs);
      const toMs = Math.min(entry.range.end.getTime(), endMs);
      if (toMs <= fromMs) return [];
      const percentOf = (lengthMs: number): number => (lengthMs / (endMs - startMs)) * 100;
      return [{ entry, startPercent: percentOf(fromMs - startMs), widthPercent: percentOf(toMs - fromMs) }];
    })
    .toSorted((a, b) => a.startPercent - b.startPercent);
}

/** The same view, so many steps later or earlier. A month's last days never skip a month. */
export function moveAnchor(view: CalendarView, anchor: Date, steps: number): Date {
  if (view === 'week') return addDays(startOfDay(anchor), 7 * steps);
  return new Date(anchor.getFullYear(), anchor.getMonth() + steps, 1);
}

/** Calendar days, not 24 hours: over a change of the clocks the result is midnight still. */
export function addDays(day: Date, count: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + count);
}

export const startOfDay = (time: Date): Date => addDays(time, 0);

const startOfWeek = (time: Date): Date => addDays(time, -((time.getDay() + 6) % 7));

function gridOf(view: CalendarView, anchor: Date): { readonly start: Date; readonly dayCount: number } {
  if (view === 'week') return { start: startOfWeek(anchor), dayCount: 7 };
  const first = new Date(anchor.getFullYear(), anchor.getMonth(), 1);
  const daysInMonth = new Date(anchor.getFullYear(), anchor.getMonth() + 1, 0).getDate();
  const lead = (first.getDay() + 6) % 7;
  return { start: addDays(first, -lead), dayCount: Math.ceil((lead + daysInMonth) / 7) * 7 };
}
