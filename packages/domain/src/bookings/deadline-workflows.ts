import type { AccessHost } from '../access/access-host.ts';
import { DomainError } from '../common/domain-error.ts';
import type { JobPayload } from '../jobs/job.ts';
import { raiseHostKeyAlarm } from '../machines/host-key-alarm.ts';
import { targetOf } from '../machines/machine-targets.ts';
import type { Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE, again, backOffMs, messageOf, withLease } from '../workflows/workflow.ts';
import { noticeText, tellRenter } from './booking-news.ts';
import { accessSpecOf } from './provisioning-workflow.ts';

/** Moves the watchdog on the machine after an extension; it counts only once the new deadline was read back. */
export function createMoveDeadlineWorkflow(
  options: WorkflowOptions & { readonly access: AccessHost },
): Workflow<JobPayload<'booking.move_deadline'>> {
  const { access, clock, secretBox, uow } = options;
  return {
    run: ({ bookingId }, { signal }) =>
      withLease(options, `booking:${bookingId}`, signal, async (lease) => {
        const booking = await uow.reads.bookings.findById(bookingId);
        const grant = booking === null ? null : await uow.reads.accessGrants.findByBooking(bookingId);
        const machine = booking === null ? null : await uow.reads.machines.findById(booking.machineId);
        if (booking?.status !== 'active' || grant === null || machine === null) return DONE;
        if (grant.watchdogDeadlineAt === booking.end) return DONE;
        try {
          const target = targetOf(machine, 'control', secretBox);
          const work = { signal: lease.signal, purpose: `move_deadline:${bookingId}` };
          const { deadlineAt } = await access.moveDeadline(target, accessSpecOf(booking, grant, machine), work);
          await uow.run(async (tx) => {
            await lease.assertHeld(tx);
            await tx.accessGrants.setWatchdogDeadline(bookingId, deadlineAt);
          });
          lease.progressed();
          return DONE;
        } catch (error) {
          options.log({ event: 'move_deadline_failed', bookingId, attempt: lease.attempt, error: messageOf(error) });
          if (error instanceof DomainError && error.code === 'host_key_changed') {
            await uow.run((tx) => raiseHostKeyAlarm(tx, machine.id, clock.now()));
            return DONE;
          }
          return again(clock, backOffMs(options, lease.attempt));
        }
      }),
  };
}

/** Tells the renter that the end is near. A notice that an extension made wrong is dropped. */
export function createNoticeWorkflow(
  options: Pick<WorkflowOptions, 'uow' | 'clock'>,
): Workflow<JobPayload<'booking.notice'>> {
  const { clock, uow } = options;
  /** A notice that comes later than this after its time would be wrong. */
  const lateMaxMs = 60_000;
  return {
    run: ({ bookingId, beforeEndMs }) =>
      uow.run(async (tx) => {
        const booking = await tx.bookings.findById(bookingId);
        if (booking?.status !== 'active' || booking.endRequestedAt !== null) return DONE;
        const dueAt = booking.end - beforeEndMs;
        const now = clock.now();
        if (now < dueAt || now > dueAt + lateMaxMs) return DONE;
        tellRenter(tx, booking, 'booking_ends_soon', noticeText(beforeEndMs));
        return DONE;
      }),
  };
}
