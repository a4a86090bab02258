import type { Instant } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import { SETTLEMENT_PERIOD_MS } from '../earnings/earning.ts';
import type { JobPayload } from '../jobs/job.ts';
import { readMinutes } from '../machines/read-minutes.ts';
import type { Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE } from '../workflows/workflow.ts';
import type { BookingLedger } from './booking-ledger.ts';
import type { Booking } from './booking.ts';
import { costOfUse } from './settlement.ts';

/** When the next whole week of use is over; null before access worked. */
function nextWeekEnd(booking: Pick<Booking, 'readyAt' | 'settledWeeks'>): Instant | null {
  return booking.readyAt === null ? null : plusMs(booking.readyAt, (booking.settledWeeks + 1) * SETTLEMENT_PERIOD_MS);
}

/**
 * Charges a long booking week by week while it runs, so that its provider does not wait for months. A week that touches the
 * end is left to the end, which knows the policy and the minimum.
 */
export function createWeeklySettlementWorkflow(
  options: Pick<WorkflowOptions, 'uow' | 'clock'> & { readonly ledger: BookingLedger },
): Workflow<JobPayload<'booking.settle_week'>> {
  const { clock, ledger, uow } = options;
  return {
    run: ({ bookingId }) =>
      uow.run(async (tx) => {
        const booking = await tx.bookings.lockById(bookingId);
        if (booking?.status !== 'active' || booking.readyAt === null || booking.endRequestedAt !== null) return DONE;
        const until = nextWeekEnd(booking);
        if (until === null || until >= booking.end) return DONE;
        if (clock.now() < until) return { kind: 'again', at: until };
        const minutes = await readMinutes(tx, booking.machineId, { start: booking.readyAt, end: until });
        await ledger.settleWeek(tx, booking, costOfUse({ booking, readyAt: booking.readyAt, until, minutes }));
        return { kind: 'again', at: plusMs(until, SETTLEMENT_PERIOD_MS) };
      }),
  };
}
