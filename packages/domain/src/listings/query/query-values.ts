import { DAY_MS, HOUR_MS, MINUTE_MS, instant, plusMs, type Instant, type TimeRange } from '../../common/instant.ts';
import { amountMicros, type AmountMicros } from '../../common/money.ts';
import { HORIZON_MS } from '../listing.ts';

/** What a value means, or the sentence that says why it means nothing. */
export type ReadValue<Value> = { readonly value: Value } | { readonly problem: string };

/** Firmware and kernel keep some of it: a machine sold with 64 GiB reports about 62, a card of 24 GiB 23.99. */
export const SOLD_SIZE_SHARE = 0.97;

const GIB = 1_073_741_824;
const SIZE_GIB_MAX = 1_000_000;
const MICROS_DIGITS = 6;
const PPM_DIGITS = 4;
const DURATION_UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

/** A whole number from 0 to the limit. */
export function readWhole(text: string, max: number): ReadValue<number> {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return { value };
  return { problem: `Write a whole number from 0 to ${String(max)}.` };
}

/** A number of at most six decimals; a comma is taken as the decimal point. */
export function readDecimal(text: string, max: number): ReadValue<number> {
  const value = /^\d{1,10}(?:[.,]\d{1,6})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
  if (value <= max) return { value };
  return { problem: `Write a number from 0 to ${String(max)}, such as 1.5.` };
}

/** Money as people write it, exactly. */
export function readMoney(text: string): ReadValue<AmountMicros> {
  const scaled = readScaled(text, MICROS_DIGITS, 9);
  return scaled === null ? { problem: 'Write an amount such as 2.50.' } : { value: amountMicros(scaled) };
}

/** Per cent as millionths, exactly. */
export function readPercentPpm(text: string): ReadValue<number> {
  const scaled = readScaled(text.replace(/%$/, ''), PPM_DIGITS, 3);
  if (scaled !== null && scaled <= 1_000_000n) return { value: Number(scaled) };
  return { problem: 'Write a percentage from 0 to 100, such as 99.5.' };
}

function readScaled(text: string, digits: number, wholeMax: number): bigint | null {
  const [, whole, fraction = ''] = /^(\d+)(?:[.,](\d+))?$/.exec(text) ?? [];
  if (whole === undefined || whole.length > wholeMax || fraction.length > digits) return null;
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

/** A size in GiB unless a unit is said. Whoever asks for 24 GB means what is sold under that name. */
export function readBytes(text: string, share: number): ReadValue<number> {
  const [, digits, unit = 'g'] = /^(\d{1,7}(?:[.,]\d{1,3})?)\s*(?:([gt])(?:i?b)?)?$/i.exec(text) ?? [];
  const gib =
    digits === undefined ? Number.NaN : Number(digits.replace(',', '.')) * (unit.toLowerCase() === 't' ? 1_024 : 1);
  if (gib <= SIZE_GIB_MAX) return { value: Math.floor(gib * GIB * share) };
  return { problem: 'Write a size such as 24 or 2TB; without a unit it is in GiB.' };
}

/** How times without a zone are read; product.md: times carry a zone, so the caller has to say which. */
export interface QueryTimes {
  readonly now: Instant;
  /** The instant of a local time, given as if it were UTC. */
  readonly fromLocal: (localMs: number) => Instant;
}

const START = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2}))?(Z|[+-]\d{2}:\d{2})?$/i;

/** A window: `now/3d`, `2026-12-04/1w` or `2026-12-04T10:00/36h`. */
export function readWindow(text: string, times: QueryTimes): ReadValue<TimeRange> {
  const [startText = '', lengthText, ...rest] = text.split('/');
  const [, count, unit = ''] = /^(\d{1,4})([mhdw])$/i.exec(lengthText ?? '') ?? [];
  const unitMs = DURATION_UNITS[unit.toLowerCase()];
  if (count === undefined || unitMs === undefined || rest.length > 0) {
    return { problem: 'Write a start and a length, such as now/3d or 2026-12-04T10:00/36h.' };
  }
  const durationMs = Number(count) * unitMs;
  if (durationMs === 0 || durationMs > HORIZON_MS)
    return { problem: 'A window is at least a minute and at most 180 days long.' };
  const start = readStart(startText, times);
  if (start === null) return { problem: 'Write the start as now, 2026-12-04 or 2026-12-04T10:00.' };
  if (start < times.now) return { problem: 'This start is over. Write a later one, or now.' };
  const end = plusMs(start, durationMs);
  if (end > times.now + HORIZON_MS)
    return { problem: 'Bookings end within 180 days. Write an earlier start or a shorter time.' };
  return { value: { start, end } };
}

function readStart(text: string, times: QueryTimes): Instant | null {
  if (text.toLowerCase() === 'now') return times.now;
  const [, year, month, day, hour = '0', minute = '0', zone] = START.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  const read = new Date(local);
  // Date.UTC takes the 31st of February for the 3rd of March.
  const isReal = read.getUTCMonth() === Number(month) - 1 && read.getUTCDate() === Number(day) && Number(minute) < 60;
  // Before 1971 there is nothing to rent, and a zone must not lead below the first instant.
  if (!isReal || local < 365 * DAY_MS) return null;
  if (zone === undefined) return times.fromLocal(local);
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  return instant(local - (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS));
}
