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

/** ISO 8601 in UTC, the form in which a message to a person or a machine names a time. */
export function toIso(at: Instant): string {
  return new Date(at).toISOString();
}
