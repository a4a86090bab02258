import { z } from 'zod';
import { listingIdSchema, machineIdSchema } from '@rsm/domain/common/ids';
import { UPTIME_DAYS_SHOWN, lossKinds } from '@rsm/domain/reliability/reliability';
import { idOutput, pageFields, pageOf, timeOutput } from './common.ts';

export const machineLossList = z.strictObject({ ...pageFields, id: machineIdSchema });
export const listingLossList = z.strictObject({ ...pageFields, id: listingIdSchema });

const lossFields = {
  kind: z.enum(lossKinds),
  /** What it lowers the figure by, in millionths of the whole. */
  ppm: z.int().min(1),
} as const;

/** What lowered a figure, for the machine's owner: the booking, or null for a day's minutes. */
export const machineLossRead = z.strictObject({ ...lossFields, at: timeOutput, bookingId: idOutput.nullable() });
export type MachineLossRead = z.infer<typeof machineLossRead>;
export const machineLossPage = pageOf(machineLossRead);

/** The same for everybody else: only the day. */
export const listingLossRead = z.strictObject({ ...lossFields, day: timeOutput });
export type ListingLossRead = z.infer<typeof listingLossRead>;
export const listingLossPage = pageOf(listingLossRead);

/** Milliseconds of each kind; the rest of the day was not measured. */
const dayRead = z.strictObject({
  /** Midnight UTC. */
  dayStart: timeOutput,
  upMs: z.int(),
  downMs: z.int(),
  degradedMs: z.int(),
  /** What of down and degraded lies in time that the provider had blocked before: it does not count. */
  excusedMs: z.int(),
});

/** A machine's reliability over 180 days, as it was computed last, with the days that are shown. */
export const reliabilityRead = z.strictObject({
  /** Millionths of the whole; null while the machine is new. */
  ppm: z.int().nullable(),
  /** Null before it was computed the first time. */
  computedAt: timeOutput.nullable(),
  measuredMs: z.number(),
  /** Bookings that were kept or broken. */
  bookings: z.int(),
  days: z.array(dayRead).max(UPTIME_DAYS_SHOWN),
});
export type ReliabilityRead = z.infer<typeof reliabilityRead>;
