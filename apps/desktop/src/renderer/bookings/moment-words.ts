import { formatDateTime } from '../format/time.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const DAY_MS = 86_400_000;

/** `14:05`, for a time of today that stands in a sentence. */
export function formatClockMinutes(atMs: number): string {
  return clock.format(atMs);
}

/** `22 Nov 2026, 14:05 – 15:05`: the day once when both lie on it. */
export function formatWindow(startMs: number, endMs: number): string {
  const isOneDay = endMs - startMs < DAY_MS && new Date(startMs).getDate() === new Date(endMs).getDate();
  return `${formatDateTime(startMs)} – ${isOneDay ? clock.format(endMs) : formatDateTime(endMs)}`;
}

/** A phrase as a sentence of its own. */
export function sentence(phrase: string): string {
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
}
