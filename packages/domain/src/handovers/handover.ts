import { z } from 'zod';
import type { Booking } from '../bookings/booking.ts';
import type { BookingId, MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { MINUTE_MS, earlier, plusMs } from '../common/instant.ts';

/** What is looked at when a booking begins. */
export const handoverCheckIds = [
  'host_key',
  'facts',
  'speed_one_thread',
  'speed_all_threads',
  'gpu_processes',
  'other_people',
] as const;
export type HandoverCheckId = (typeof handoverCheckIds)[number];

/** As a person reads them, in a sentence and above a row. */
export const handoverCheckTitles: Readonly<Record<HandoverCheckId, string>> = {
  host_key: 'Host key',
  facts: 'Hardware',
  speed_one_thread: 'Speed of one thread',
  speed_all_threads: 'Speed of all threads',
  gpu_processes: 'Programs on the GPUs',
  other_people: 'Other people on the machine',
};

/** What could not be measured is never taken for passed. */
export const handoverVerdicts = ['passed', 'failed', 'not_measured'] as const;
export type HandoverVerdict = (typeof handoverVerdicts)[number];

export const handoverCheckSchema = z.strictObject({
  id: z.enum(handoverCheckIds),
  /** What was found, as half a sentence. */
  actual: z.string().min(1).max(500),
  required: z.string().min(1).max(300),
  verdict: z.enum(handoverVerdicts),
});
export type HandoverCheck = z.infer<typeof handoverCheckSchema>;

/** What was found when a machine was handed over to a renter; kept as evidence and never changed. */
export interface Handover {
  readonly bookingId: BookingId;
  readonly machineId: MachineId;
  readonly verdict: HandoverVerdict;
  readonly checks: readonly HandoverCheck[];
  /** What the machine printed, by its hash; null where it was never reached. */
  readonly rawOutputSha256: string | null;
  readonly checkedAt: Instant;
}

/** product.md: after a failed check the renter may leave free of charge for so long after access worked. */
export const FREE_LEAVE_MS = 15 * MINUTE_MS;
/** A machine that can't be reached is tried again until so long after access worked; then it is recorded as not measured. */
export const HANDOVER_LIMIT_MS = 5 * MINUTE_MS;

/** One failed check fails the whole; one that was not measured leaves the whole not measured. */
export function verdictOf(checks: readonly HandoverCheck[]): HandoverVerdict {
  if (checks.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return checks.length > 0 && checks.every(({ verdict }) => verdict === 'passed') ? 'passed' : 'not_measured';
}

/**
 * Until when the renter may leave and pays nothing: 15 minutes after access worked, and not beyond the booked end. Null unless the
 * check failed: what was not measured is no reason to take the provider's money.
 */
export function freeLeaveUntil(
  booking: Pick<Booking, 'readyAt' | 'end'>,
  verdict: HandoverVerdict | null,
): Instant | null {
  if (verdict !== 'failed' || booking.readyAt === null) return null;
  return earlier(plusMs(booking.readyAt, FREE_LEAVE_MS), booking.end);
}

/** Whether he may do so now: the check failed, access works, nobody has ended the booking yet, and the time is not over. */
export function mayLeaveFree(
  booking: Pick<Booking, 'status' | 'readyAt' | 'end' | 'endRequestedAt'>,
  verdict: HandoverVerdict | null,
  now: Instant,
): boolean {
  const until = freeLeaveUntil(booking, verdict);
  return until !== null && now < until && booking.status === 'active' && booking.endRequestedAt === null;
}
