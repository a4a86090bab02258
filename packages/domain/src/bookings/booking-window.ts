import { DomainError } from '../common/domain-error.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, instant, plusMs } from '../common/instant.ts';
import type { Listing } from '../listings/listing.ts';
import { HORIZON_MS } from '../listings/listing.ts';

export interface WindowWish {
  /** Null means now. */
  readonly start: Instant | null;
  readonly durationMs: number;
}

/**
 * The window that a wish means, checked against the listing's limits and the horizon.
 * @throws DomainError invalid_window, which names the field and the limit
 */
export function resolveWindow(
  wish: WindowWish,
  limits: Pick<Listing, 'durationMinMs' | 'durationMaxMs'>,
  now: Instant,
): TimeRange {
  if (!Number.isSafeInteger(wish.durationMs) || wish.durationMs <= 0) {
    throw refuse('durationMs', 'The end must lie after the start.', 'Choose a longer time.');
  }
  if (wish.durationMs < limits.durationMinMs) {
    throw refuse(
      'durationMs',
      `This listing is booked for at least ${durationText(limits.durationMinMs)}.`,
      'Choose a later end.',
    );
  }
  if (wish.durationMs > limits.durationMaxMs) {
    throw refuse(
      'durationMs',
      `This listing is booked for at most ${durationText(limits.durationMaxMs)}.`,
      'Choose an earlier end.',
    );
  }
  if (wish.start !== null && wish.start < now) {
    throw refuse('start', 'The start lies in the past.', 'Choose "now" or a later start.');
  }
  const start = wish.start ?? now;
  if (start + wish.durationMs > now + HORIZON_MS) {
    throw refuse('start', `Bookings end at most ${durationText(HORIZON_MS)} from now.`, 'Choose an earlier window.');
  }
  return { start, end: instant(start + wish.durationMs) };
}

/**
 * The new end after an extension.
 * @throws DomainError invalid_window
 */
export function resolveExtension(
  booking: TimeRange,
  newEnd: Instant,
  limits: Pick<Listing, 'durationMaxMs'>,
  now: Instant,
): TimeRange {
  if (newEnd <= booking.end) {
    throw refuse('newEnd', 'The new end must lie after the current end.', 'Choose a later end.');
  }
  if (newEnd - booking.start > limits.durationMaxMs) {
    throw refuse(
      'newEnd',
      `This listing is booked for at most ${durationText(limits.durationMaxMs)} in all.`,
      'Choose an earlier end.',
    );
  }
  if (newEnd > plusMs(now, HORIZON_MS)) {
    throw refuse('newEnd', `Bookings end at most ${durationText(HORIZON_MS)} from now.`, 'Choose an earlier end.');
  }
  return { start: booking.end, end: newEnd };
}

function refuse(field: string, message: string, remedy: string): DomainError {
  return new DomainError('invalid_window', message, { field, remedy });
}

/** A length as people say it: `10 minutes`, `2 hours`, `30 days`. Rounded up to the next whole unit. */
export function durationText(durationMs: number): string {
  const [size, unit] =
    durationMs >= 2 * DAY_MS ? [DAY_MS, 'day'] : durationMs >= 2 * HOUR_MS ? [HOUR_MS, 'hour'] : [MINUTE_MS, 'minute'];
  const count = Math.ceil(durationMs / size);
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}
