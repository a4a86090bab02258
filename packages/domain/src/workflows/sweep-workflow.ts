import { quietRange } from '../benchmarks/remeasuring.ts';
import { unreachable } from '../common/domain-error.ts';
import { SECOND_MS, plusMs } from '../common/instant.ts';
import { isMonthOver, monthOf } from '../documents/calendar-month.ts';
import { handoverJob } from '../handovers/handover-workflow.ts';
import { FREE_LEAVE_MS } from '../handovers/handover.ts';
import { installToolsJob } from '../machines/install-tools-workflow.ts';
import type { JobPayload, JobWriter } from '../jobs/job.ts';
import { findLostPaymentWork } from '../payments/payment-sweep.ts';
import type { Workflow, WorkflowOptions } from './workflow.ts';
import { DONE } from './workflow.ts';
import type { BookingId } from '../common/ids.ts';
import type { BookingStatus } from '../bookings/booking.ts';
import { AUTO_EXTEND_LEAD_MS } from '../bookings/booking.ts';
import { payoutWeekOf } from '../payouts/payout.ts';
import { RELIABILITY_REFRESH_MS, reliabilityJob } from '../reliability/reliability-workflow.ts';

/** Rows that one sweep picks up per noun; the next one takes the rest. */
export const SWEEP_ROWS_MAX = 200;
/** Machines are looked at this often: two failed looks 30 s apart make `down`. */
export const PROBE_INTERVAL_MS = 30 * SECOND_MS;

/** A step of connecting that was asked for so long ago lost its job with a worker that died. */
const STUCK_AFTER_MS = 60 * SECOND_MS;

/** Finds work whose job was lost: rows in a state in which a worker should be acting, with nobody on them. */
export function createSweepWorkflow(
  options: Pick<WorkflowOptions, 'uow' | 'clock'> & {
    /** Whether the payment processor has a list of events that is read now and then. */
    readonly reconciles: boolean;
  },
): Workflow<JobPayload<'sweep'>> {
  const { clock, reconciles, uow } = options;
  return {
    async run() {
      const now = clock.now();
      const { bookings, benchmarks, dataWipes, documents, earnings, machines, payouts } = uow.reads;
      const [dueBookings, longerBookings, dueWeeks, dueEarnings, ...others] = await Promise.all([
        bookings.listDue(now, SWEEP_ROWS_MAX),
        bookings.listDueForAutoExtension(now, plusMs(now, AUTO_EXTEND_LEAD_MS), SWEEP_ROWS_MAX),
        bookings.listDueForWeeklyCharge(now, SWEEP_ROWS_MAX),
        earnings.listReleasable(now, SWEEP_ROWS_MAX),
        benchmarks.listDue(now, SWEEP_ROWS_MAX),
        dataWipes.listDue(now, SWEEP_ROWS_MAX),
        machines.listDueForProbe(plusMs(now, -PROBE_INTERVAL_MS), SWEEP_ROWS_MAX),
        machines.listStuckConnecting(plusMs(now, -STUCK_AFTER_MS), SWEEP_ROWS_MAX),
        documents.firstOpenAt(),
        benchmarks.listDueForRemeasure(now, quietRange(now), SWEEP_ROWS_MAX),
      ]);
      const [dueBenchmarks, dueWipes, dueMachines, stuckMachines, undocumentedAt, unmeasuredMachines] = others;
      const addPaymentJobs = await findLostPaymentWork(uow.reads, now, { rowsMax: SWEEP_ROWS_MAX, reconciles });
      const [duePayouts, payoutRun, staleFigures, missingHandovers, consents] = await Promise.all([
        payouts.listDue(now, SWEEP_ROWS_MAX),
        payouts.findRun(payoutWeekOf(now)),
        uow.reads.reliability.listDue(plusMs(now, -RELIABILITY_REFRESH_MS), SWEEP_ROWS_MAX),
        uow.reads.handovers.listMissing(
          { readyFrom: plusMs(now, -FREE_LEAVE_MS), readyBefore: plusMs(now, -STUCK_AFTER_MS) },
          SWEEP_ROWS_MAX,
        ),
        uow.reads.machineSoftware.listDueConsents(plusMs(now, -STUCK_AFTER_MS), SWEEP_ROWS_MAX),
      ]);
      await uow.run((tx) => {
        const lost: JobWriter = { add: (job) => tx.jobs.add({ ...job, onlyIfNoneWaits: true }) };
        for (const booking of dueBookings) addBookingJob(lost, booking.id, booking.status);
        for (const bookingId of longerBookings) {
          lost.add({ name: 'booking.auto_extend', payload: { bookingId }, key: `booking:${bookingId}:auto_extend` });
        }
        for (const bookingId of dueWeeks) {
          lost.add({ name: 'booking.settle_week', payload: { bookingId }, key: `booking:${bookingId}:settle_week` });
        }
        for (const earningId of dueEarnings) {
          lost.add({ name: 'earning.release', payload: { earningId }, key: `earning:${earningId}:release` });
        }
        for (const payoutId of duePayouts) {
          lost.add({ name: 'payout.send', payload: { payoutId }, key: `payout:${payoutId}:send` });
        }
        if (payoutRun === null || payoutRun.finishedAt === null) {
          lost.add({ name: 'payouts.run', payload: {}, key: 'payouts:run' });
        }
        for (const benchmarkId of dueBenchmarks) {
          lost.add({ name: 'benchmark.run', payload: { benchmarkId }, key: `benchmark:${benchmarkId}:run` });
        }
        for (const machineId of unmeasuredMachines) {
          lost.add({ name: 'benchmarks.remeasure', payload: { machineId }, key: `machine:${machineId}:remeasure` });
        }
        for (const dataWipeId of dueWipes) {
          lost.add({ name: 'wipe.run', payload: { dataWipeId }, key: `wipe:${dataWipeId}` });
        }
        for (const machineId of dueMachines) {
          lost.add({ name: 'machine.probe', payload: { machineId }, key: `machine:${machineId}:probe` });
        }
        for (const machineId of staleFigures) lost.add(reliabilityJob(machineId));
        for (const machineId of consents) lost.add(installToolsJob(machineId));
        for (const bookingId of missingHandovers) lost.add(handoverJob(bookingId));
        for (const { id: machineId, step } of stuckMachines) {
          lost.add({ name: `machine.${step}`, payload: { machineId }, key: `machine:${machineId}:${step}` });
        }
        addPaymentJobs(lost);
        if (undocumentedAt !== null && isMonthOver(monthOf(undocumentedAt), now)) {
          lost.add({ name: 'documents.issue', payload: {}, key: 'documents:issue' });
        }
        return Promise.resolve();
      });
      return DONE;
    },
  };
}

function addBookingJob(jobs: JobWriter, bookingId: BookingId, status: BookingStatus): void {
  switch (status) {
    case 'scheduled':
    case 'provisioning':
      jobs.add({ name: 'booking.provision', payload: { bookingId }, key: `booking:${bookingId}:provision` });
      return;
    case 'active':
    case 'revoking':
      jobs.add({ name: 'booking.end', payload: { bookingId }, key: `booking:${bookingId}:end` });
      return;
    case 'wiping':
    case 'quarantined':
    case 'completed':
    case 'cancelled':
    case 'failed':
      // The wipe is a row of its own; the others wait for nobody.
      return;
    default:
      unreachable(status);
  }
}
