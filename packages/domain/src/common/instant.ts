import { z } from 'zod';

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. Stored as `timestamptz(3)`. */
export const instantSchema = z.int().min(0).max(8_640_000_000_000_000).brand<'Instant'>();
export type Instant = z.infer<typeof instantSchema>;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The only way the domain learns the time, so that a test can set it. */
export interface Clock {
  now(): Instant;
}

/**
 * Makes an instant from epoch milliseconds; fractions are cut off.
 * @throws ZodError when the value is outside the range of a JavaScript date.
 */
export function instant(epochMs: number): Instant {
  return instantSchema.parse(Math.trunc(epochMs));
}

/** The instant that lies `durationMs` after (or, when negative, before) the given one. */
export function plusMs(from: Instant, durationMs: number): Instant {
  return instant(from + durationMs);
}

/** The earlier of two instants. */
export function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

/** The later of two instants. */
export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/** A stretch of time, half open: `start` belongs to it, `end` does not. */
export interface TimeRange {
  readonly start: Instant;
  readonly end: Instant;
}

/** Days whose date was written before. A list names a few; beyond it they are forgotten. */
const DATES_KEPT_MAX = 1_000;
const datesOfDays = new Map<number, string>();
const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/**
 * ISO 8601 in UTC, the form in which a message to a person or a machine names a time. A list names several for each row, and
 * JavaScript's own way takes six times as long, so the date of a day is written once and the time of day by hand.
 */
export function toIso(at: Instant): string {
  const day = Math.floor(at / DAY_MS);
  const ms = at - day * DAY_MS;
  const minutes = Math.floor(ms / MINUTE_MS);
  const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS);
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds)}`;
  return `${dateOf(day)}T${time}.${String(ms % SECOND_MS).padStart(3, '0')}Z`;
}

const two = (number: number): string => twoDigits[number] ?? '';

/** The date of a day, counted from 1970-01-01. */
function dateOf(day: number): string {
  const known = datesOfDays.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * DAY_MS).toISOString().slice(0, -'T00:00:00.000Z'.length);
  if (datesOfDays.size >= DATES_KEPT_MAX) datesOfDays.clear();
  datesOfDays.set(day, date);
  return date;
}
