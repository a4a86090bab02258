import type { ReliabilityRead } from '@rsm/api/schemas/reliability';
import type { LossKind } from '@rsm/domain/reliability/reliability';
import { formatDuration } from '../format/time.ts';

/** Millionths in one per cent. */
const PPM_PER_PERCENT = 10_000;
const percent = new Intl.NumberFormat(undefined, { minimumFractionDigits: 0, maximumFractionDigits: 2 });

/** `98.74 %`, cut off and not rounded, so that 99.999 % does not become a claim of 100 %; `new` where there is no figure. */
export function reliabilityWords(ppm: number | null): string {
  return ppm === null ? 'new' : `${percent.format(Math.floor(ppm / 100) / 100)} %`;
}

const AGE_UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `2 h old`, for where there is little room. */
export function ageWords(computedAt: string, nowMs: number = Date.now()): string {
  const ageMs = nowMs - Date.parse(computedAt);
  const [word, unitMs] = AGE_UNITS.find(([, ms]) => ageMs >= ms) ?? AGE_UNITS[2];
  return `${String(Math.max(0, Math.floor(ageMs / unitMs)))} ${word} old`;
}

/** What a loss takes away: `−2.5`, rounded up, so that none looks like nothing. */
export function pointsWords(ppm: number): string {
  return `−${percent.format(Math.ceil(ppm / 100) / 100)}`;
}

/** A filter in per cent, as the API takes it. */
export function ppmOfPercent(value: number): number {
  return Math.round(value * PPM_PER_PERCENT);
}

export const lossWords: Readonly<Record<LossKind, string>> = {
  provider_cancelled: 'The provider cancelled a booking, a day or more before its start',
  provider_cancelled_late: 'The provider cancelled a booking in the last 24 hours before its start',
  provider_ended: 'The provider ended a booking while it was used',
  provisioning_failed: 'Access to a booking could not be given',
  not_ready: 'The machine was not ready 60 minutes after the start of a booking',
  handover_failed: 'A renter left because the machine was not what its listing shows',
  unusable_minutes: 'The machine was down or degraded',
};

type Day = ReliabilityRead['days'][number];

/** The days in a sentence, for those who can't see the bars. */
export function daysSentence(days: readonly Day[]): string {
  const unusable = days.filter(({ degradedMs, downMs }) => downMs + degradedMs > 0);
  const measuredMs = days.reduce((sum, day) => sum + day.upMs + day.downMs + day.degradedMs, 0);
  if (measuredMs === 0) return 'Nothing was measured yet.';
  if (unusable.length === 0) return 'On no measured day was it down or degraded.';
  const unusableMs = unusable.reduce((sum, day) => sum + day.downMs + day.degradedMs, 0);
  const count = `${String(unusable.length)} ${unusable.length === 1 ? 'day' : 'days'}`;
  return `Down or degraded on ${count}, for ${formatDuration(unusableMs)} together.`;
}

/** How much is known of a machine that is too new for a figure. */
export function newSentence({ bookings, measuredMs }: Pick<ReliabilityRead, 'bookings' | 'measuredMs'>): string {
  const count = `${String(bookings)} ${bookings === 1 ? 'booking' : 'bookings'}`;
  return `Too little is known for a figure: it takes 7 days of measured time and 5 bookings, and there are ${formatDuration(measuredMs)} and ${count}.`;
}
