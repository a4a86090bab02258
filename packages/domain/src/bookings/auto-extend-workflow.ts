import type { DomainErrorCode } from '../common/domain-error.ts';
import { DomainError } from '../common/domain-error.ts';
import type { BookingId } from '../common/ids.ts';
import type { JobPayload } from '../jobs/job.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE, again } from '../workflows/workflow.ts';
import type { AutoExtension } from './auto-extension.ts';
import type { Booking } from './booking.ts';
import { AUTO_EXTEND_RETRY_MS, awaitsAutoExtension, isDueForAutoExtension } from './auto-extension.ts';

/** What a renter can only answer himself: trying the same again would not help. */
const STOPPING: ReadonlySet<DomainErrorCode> = new Set([
  'window_taken',
  'insufficient_funds',
  'limit_reached',
  'account_restricted',
  'listing_not_bookable',
  'invalid_window',
]);

/**
 * Makes a booking longer by a step shortly before its end. It says nothing to the machine itself: the extension asks for the
 * watchdog's new deadline, as any other does.
 */
export function createAutoExtendWorkflow(
  options: Pick<WorkflowOptions, 'uow' | 'clock'> & { readonly autoExtension: AutoExtension },
): Workflow<JobPayload<'booking.auto_extend'>> {
  const { autoExtension, clock, uow } = options;

  /** Calendar, then booking: the lock order of every transaction. */
  const withBooking = async (bookingId: BookingId, work: (tx: Tx, booking: Booking) => Promise<void>): Promise<void> =>
    uow.run(async (tx) => {
      const seen = await tx.bookings.findById(bookingId);
      if (seen === null) return;
      await tx.occupancies.lockCalendar(seen.unitId);
      const booking = await tx.bookings.lockById(bookingId);
      if (booking !== null) await work(tx, booking);
    });

  return {
    async run({ bookingId }) {
      const booking = await uow.reads.bookings.findById(bookingId);
      if (booking === null) return DONE;
      if (awaitsAutoExtension(booking, clock.now())) return again(clock, AUTO_EXTEND_RETRY_MS);
      if (!isDueForAutoExtension(booking, clock.now())) return DONE;
      try {
        await withBooking(bookingId, async (tx, now) => autoExtension.extend(tx, now));
      } catch (error) {
        if (!(error instanceof DomainError) || !STOPPING.has(error.code)) throw error;
        const tried = { end: booking.end, reason: error.message };
        await withBooking(bookingId, async (tx, now) => autoExtension.stop(tx, now, tried));
      }
      return DONE;
    },
  };
}
