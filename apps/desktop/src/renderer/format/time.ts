/** The person's zone, such as `Europe/Berlin`. */
export const ZONE: string = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const withZone = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
});
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

type Time = Date | string | number;

const toDate = (time: Time): Date => (time instanceof Date ? time : new Date(time));

/** `22 Nov 2026, 14:05`; the zone stands beside it on the screen. */
export const formatDateTime = (time: Time): string => dateTime.format(toDate(time));
/** The same with the zone, for a time that stands alone. */
export const formatDateTimeZone = (time: Time): string => withZone.format(toDate(time));
export const formatDate = (time: Time): string => date.format(toDate(time));
export const formatClock = (time: Time): string => clock.format(toDate(time));

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** `2 h 5 min`: the two largest units of a length, never zero ones. */
export function formatDuration(durationMs: number): string {
  const short = { day: 'd', hour: 'h', minute: 'min', second: 's' } as const;
  let rest = Math.max(0, Math.round(durationMs / 1_000) * 1_000);
  const parts: string[] = [];
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${String(count)} ${short[unit]}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

/** `in 5 minutes`, `yesterday`. */
export function formatRelative(time: Time, nowMs: number = Date.now()): string {
  const differenceMs = toDate(time).getTime() - nowMs;
  for (const [unit, unitMs] of UNITS) {
    if (Math.abs(differenceMs) >= unitMs || unit === 'second') {
      return relative.format(Math.round(differenceMs / unitMs), unit);
    }
  }
  return '';
}

/** The value of an `<input type="datetime-local">`, in the person's zone. */
export function toLocalInput(time: Time): string {
  const value = toDate(time);
  const local = new Date(value.getTime() - value.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What such an input says; null when it says nothing. */
export function fromLocalInput(text: string): Date | null {
  const value = new Date(text);
  return text === '' || Number.isNaN(value.getTime()) ? null : value;
}
