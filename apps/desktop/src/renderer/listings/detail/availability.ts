import type { Range } from '../booking/booking-wish.ts';

/** A taken stretch of a day, in shares of its length (0 to 1), with its times. */
export interface TakenPart extends Range {
  readonly from: number;
  readonly to: number;
}

export interface DayCell {
  readonly start: Date;
  readonly end: Date;
  readonly taken: readonly TakenPart[];
  readonly state: 'free' | 'partly' | 'taken' | 'past';
  /** The first moment of this day that is free, from now on; null when none is. */
  readonly firstFree: Date | null;
}

/** Midnight in the person's zone, so many days later. Days there may have 23 or 25 hours. */
export function localMidnight(of: Date, daysLater = 0): Date {
  return new Date(of.getFullYear(), of.getMonth(), of.getDate() + daysLater);
}

/** The days from `first` on, with what is taken of each. What lies before `now` can't be booked and counts as gone. */
export function dayCells(first: Date, count: number, busy: readonly Range[], now: Date): readonly DayCell[] {
  const merged = merge(busy);
  return Array.from({ length: count }, (_, index) => dayCell(localMidnight(first, index), merged, now));
}

function dayCell(start: Date, busy: readonly Range[], now: Date): DayCell {
  const end = localMidnight(start, 1);
  const lengthMs = end.getTime() - start.getTime();
  const share = (at: number): number => (at - start.getTime()) / lengthMs;
  const taken = busy
    .filter((range) => range.start < end && range.end > start)
    .map((range): TakenPart => {
      const partStart = new Date(Math.max(range.start.getTime(), start.getTime()));
      const partEnd = new Date(Math.min(range.end.getTime(), end.getTime()));
      return { start: partStart, end: partEnd, from: share(partStart.getTime()), to: share(partEnd.getTime()) };
    });
  const firstFree = firstFreeOf({ start, end }, taken, now);
  const state = end <= now ? 'past' : firstFree === null ? 'taken' : taken.length === 0 ? 'free' : 'partly';
  return { start, end, taken, state, firstFree };
}

function firstFreeOf(day: Range, taken: readonly Range[], now: Date): Date | null {
  let at = new Date(Math.max(day.start.getTime(), now.getTime()));
  for (const part of taken) {
    if (part.start > at) break;
    if (part.end > at) at = part.end;
  }
  return at < day.end ? at : null;
}

/** Ranges in order, those that touch or overlap as one. */
function merge(busy: readonly Range[]): readonly Range[] {
  const merged: Range[] = [];
  for (const range of busy.toSorted((a, b) => a.start.getTime() - b.start.getTime())) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end) {
      if (range.end > last.end) merged[merged.length - 1] = { start: last.start, end: range.end };
    } else merged.push(range);
  }
  return merged;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** A day in one sentence: `taken 10:00–14:15, free otherwise`. */
export function dayWords(cell: DayCell): string {
  switch (cell.state) {
    case 'past':
      return 'over';
    case 'free':
      return 'free';
    case 'taken':
      return 'taken';
    case 'partly':
      return `taken ${cell.taken.map((part) => `${clock.format(part.start)}–${clock.format(part.end)}`).join(', ')}`;
  }
}
