import type { BookingId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, HOUR_MS } from '../common/instant.ts';
import type { MachineDay } from './machine-day.ts';

/** How a provider or his machine failed a booking. */
export const brokenKinds = [
  'provider_cancelled',
  'provider_cancelled_late',
  'provider_ended',
  'provisioning_failed',
  'not_ready',
  'handover_failed',
] as const;
export type BrokenKind = (typeof brokenKinds)[number];

/** Everything that lowers a machine's reliability. */
export const lossKinds = [...brokenKinds, 'unusable_minutes'] as const;
export type LossKind = (typeof lossKinds)[number];

/** product.md: what a provider breaks counts for so long. */
export const RELIABILITY_WINDOW_MS = 180 * DAY_MS;
/** The whole of a reliability, in millionths: 10,000 of them are one per cent. */
export const RELIABILITY_WHOLE_PPM = 1_000_000;
/** A cancellation by the provider within this time before the start is late. */
export const LATE_CANCEL_MS = 24 * HOUR_MS;
/** With fewer bookings than these each broken one counts as one of so many, so that the first one does not decide alone. */
export const PROMISED_MIN = 10;
/** Below so much measured time a machine is new and has no figure. */
export const MEASURED_MIN_MS = 7 * DAY_MS;
/** Below so many bookings that were kept or broken a machine is new and has no figure. */
export const BOOKINGS_MIN = 5;

/** Days of minutes that a machine's or a listing's page shows, today among them. */
export const UPTIME_DAYS_SHOWN = 90;

/** How much each kind of broken booking counts, in hundredths of a booking. */
export const BROKEN_WEIGHT_HUNDREDTHS: Readonly<Record<BrokenKind, number>> = {
  // The renter has a day or more to find another machine.
  provider_cancelled: 50,
  provider_cancelled_late: 100,
  provisioning_failed: 100,
  not_ready: 100,
  // The renter left because the machine was not what was promised: no different from being sent away at the start.
  handover_failed: 100,
  // The renter's work is lost in the middle.
  provider_ended: 200,
};

/** A booking that the provider or his machine broke. */
export interface BrokenBooking {
  readonly bookingId: BookingId;
  readonly kind: BrokenKind;
  readonly at: Instant;
}

/** One thing that lowers the figure, and by how many millionths of the whole. */
export interface ReliabilityLoss {
  readonly kind: LossKind;
  /** Null for a day's minutes. */
  readonly bookingId: BookingId | null;
  /** When it happened; for a day's minutes, the day's midnight (UTC). */
  readonly at: Instant;
  readonly ppm: number;
}

/** What of the last 180 days the figure is made from. */
export interface ReliabilityHistory {
  readonly days: readonly MachineDay[];
  readonly broken: readonly BrokenBooking[];
  /** Bookings that were used to their end, or to the end that their renter chose. */
  readonly keptBookings: number;
}

/** A machine's reliability with everything that lowered it: `ppm = max(0, whole − Σ losses)`. */
export interface ReliabilityFigure {
  /** Null while the machine is new: too little history is no 100 %. */
  readonly ppm: number | null;
  readonly measuredMs: number;
  /** Bookings that were kept or broken. */
  readonly bookings: number;
  readonly losses: readonly ReliabilityLoss[];
}

/**
 * The open formula of docs/reliability.md. Each broken booking costs its weight ÷ the number of bookings, each day the share of the
 * measured time in which the machine could not be used; every loss is rounded up to a millionth, so that none vanishes.
 */
export function reliabilityOf({ broken, days, keptBookings }: ReliabilityHistory): ReliabilityFigure {
  const measuredMs = days.reduce((sum, day) => sum + measuredMsOf(day), 0);
  const bookings = keptBookings + broken.length;
  const divisor = Math.max(bookings, PROMISED_MIN);
  const losses: ReliabilityLoss[] = broken.map(({ at, bookingId, kind }) => ({
    kind,
    bookingId,
    at,
    ppm: Math.ceil((BROKEN_WEIGHT_HUNDREDTHS[kind] * RELIABILITY_WHOLE_PPM) / (100 * divisor)),
  }));
  for (const day of days) {
    const unusableMs = unusableMsOf(day);
    if (unusableMs === 0) continue;
    const ppm = Math.ceil((unusableMs * RELIABILITY_WHOLE_PPM) / measuredMs);
    losses.push({ kind: 'unusable_minutes', bookingId: null, at: day.dayStart, ppm });
  }
  const isNew = measuredMs < MEASURED_MIN_MS || bookings < BOOKINGS_MIN;
  const lostPpm = losses.reduce((sum, { ppm }) => sum + ppm, 0);
  return { ppm: isNew ? null : Math.max(0, RELIABILITY_WHOLE_PPM - lostPpm), measuredMs, bookings, losses };
}

/** Down and degraded time that counts: what lies in a block that was set before does not. */
function unusableMsOf(day: MachineDay): number {
  return day.downMs + day.degradedMs - day.excusedMs;
}

function measuredMsOf(day: MachineDay): number {
  return day.upMs + unusableMsOf(day);
}
