import { amountOf, priceProduct } from '@rsm/domain/bookings/booking-price';
import { instant } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { taxIncludedIn } from '@rsm/domain/documents/tax';
import { HORIZON_MS } from '@rsm/domain/listings/listing';
import { formatDuration } from '../../format/time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Range {
  readonly start: Date;
  readonly end: Date;
}

export interface LengthLimits {
  readonly durationMinMs: number;
  readonly durationMaxMs: number;
}

/** How long a booking shall last, as its three fields say it. */
export interface LengthDraft {
  readonly days: string;
  readonly hours: string;
  readonly minutes: string;
}

const PRESETS_MS = [HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS] as const;

/** Lengths to choose with one click: those the listing allows, with its shortest and at most six in all. */
export function presetsFor(limits: LengthLimits): readonly number[] {
  const fitting = PRESETS_MS.filter((ms) => ms >= limits.durationMinMs && ms <= limits.durationMaxMs);
  const all = fitting.includes(limits.durationMinMs) ? fitting : [limits.durationMinMs, ...fitting];
  return all.slice(0, 6);
}

/** The length to begin with: an hour where the listing allows it, else the nearest that it does. */
export function firstLengthMs(limits: LengthLimits): number {
  return Math.min(Math.max(HOUR_MS, limits.durationMinMs), limits.durationMaxMs);
}

export function lengthDraftOf(durationMs: number): LengthDraft {
  const minutes = Math.round(durationMs / MINUTE_MS);
  return {
    days: String(Math.floor(minutes / 1_440)),
    hours: String(Math.floor((minutes % 1_440) / 60)),
    minutes: String(minutes % 60),
  };
}

/** The length that the fields mean, in milliseconds; a sentence where they mean none. */
export function lengthOf(draft: LengthDraft, limits: LengthLimits): number | string {
  const parts = [draft.days, draft.hours, draft.minutes].map((part) => part.trim());
  if (parts.some((part) => part !== '' && !/^\d{1,5}$/.test(part))) return 'Enter whole numbers.';
  const [days = 0, hours = 0, minutes = 0] = parts.map(Number);
  const durationMs = days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS;
  if (durationMs === 0) return 'Enter how long you want the machine.';
  if (durationMs < limits.durationMinMs) {
    return `This listing is booked for at least ${formatDuration(limits.durationMinMs)}.`;
  }
  if (durationMs > limits.durationMaxMs) {
    return `This listing is booked for at most ${formatDuration(limits.durationMaxMs)}.`;
  }
  return durationMs;
}

/** Why a start can't be taken; null when it can. */
export function startProblem(start: Date | null, durationMs: number, nowMs: number): string | null {
  if (start === null) return 'Choose a day and a time.';
  if (start.getTime() < nowMs - MINUTE_MS) return 'The start lies in the past. Choose “Now” or a later time.';
  if (start.getTime() + durationMs > nowMs + HORIZON_MS) {
    return `Bookings end at most ${formatDuration(HORIZON_MS)} from now. Choose an earlier start.`;
  }
  return null;
}

/** The first taken range that a window with its clean-up time would touch; null when none. */
export function firstClash(window: Range, turnaroundMs: number, busy: readonly Range[]): Range | null {
  const end = window.end.getTime() + turnaroundMs;
  const clashes = busy.filter((range) => range.start.getTime() < end && range.end > window.start);
  return clashes.toSorted((a, b) => a.start.getTime() - b.start.getTime())[0] ?? null;
}

/** The earliest start from `fromMs` on at which so much time and the clean-up after it are free; null within the horizon. */
export function nextFreeStart(
  busy: readonly Range[],
  wish: { readonly durationMs: number; readonly turnaroundMs: number },
  fromMs: number,
  horizonEndMs: number,
): Date | null {
  const sorted = busy.toSorted((a, b) => a.start.getTime() - b.start.getTime());
  let at = fromMs;
  for (const range of sorted) {
    if (range.start.getTime() >= at + wish.durationMs + wish.turnaroundMs) break;
    if (range.end.getTime() > at) at = toNextMinute(range.end.getTime());
  }
  return at + wish.durationMs <= horizonEndMs ? new Date(at) : null;
}

const toNextMinute = (atMs: number): number => Math.ceil(atMs / MINUTE_MS) * MINUTE_MS;

/**
 * The maximum of a window by the rule that the server uses: for people who are not signed in. Whoever books is shown the
 * server's own quote.
 */
export function maximumOf(pricePerHourMicros: bigint, durationMs: number): bigint {
  const range = { start: instant(0), end: instant(durationMs) };
  return amountOf(priceProduct([{ ...range, pricePerHour: amountMicros(pricePerHourMicros) }], [range]));
}

/** What is missing in the wallet for a booking; zero when it is enough. */
export function shortfallOf(availableMicros: bigint, maximumMicros: bigint): bigint {
  return availableMicros >= maximumMicros ? 0n : maximumMicros - availableMicros;
}

/** The tax that a maximum includes, by the rule that the server uses: for people who are not signed in. */
export function taxOf(
  maximumMicros: bigint,
  tax: { readonly name: string; readonly basisPoints: number },
): { readonly name: string; readonly basisPoints: number; readonly includedMicros: bigint } {
  return { ...tax, includedMicros: taxIncludedIn(amountMicros(maximumMicros), tax.basisPoints) };
}
