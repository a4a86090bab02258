import type { AccessHost } from '../access/access-host.ts';
import { DomainError } from '../common/domain-error.ts';
import type { BookingId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { earlier, plusMs } from '../common/instant.ts';
import type { JobPayload } from '../jobs/job.ts';
import { quarantineMachine, raiseHostKeyAlarm } from '../machines/host-key-alarm.ts';
import { targetOf } from '../machines/machine-targets.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Lease, Workflow, WorkflowOptions, WorkflowOutcome } from '../workflows/workflow.ts';
import { DONE, again, backOffMs, messageOf, withLease } from '../workflows/workflow.ts';
import type { BookingEnding } from './booking-ending.ts';
import type { BookingLedger } from './booking-ledger.ts';
import { tellBoth } from './booking-news.ts';
import type { Booking } from './booking.ts';
import { CLEAN_UP_LIMIT_MS } from './booking.ts';
import { accessSpecOf } from './provisioning-workflow.ts';

export interface EndingOptions extends WorkflowOptions {
  readonly access: AccessHost;
  readonly ending: BookingEnding;
  readonly ledger: BookingLedger;
}

/** From the end of a booking to the proof that nobody is in any more, the charge, and the start of the wipe. */
export function createEndingWorkflow(options: EndingOptions): Workflow<JobPayload<'booking.end'>> {
  const { clock, uow } = options;
  return {
    run: ({ bookingId }, { signal }) =>
      withLease(options, `booking:${bookingId}`, signal, async (lease): Promise<WorkflowOutcome> => {
        const booking = await uow.reads.bookings.findById(bookingId);
        if (booking === null) return DONE;
        if (booking.status === 'active') {
          if (booking.endRequestedAt === null && clock.now() < booking.end) return { kind: 'again', at: booking.end };
          const begun = await begin(options, lease, booking.id);
          return begun === null ? DONE : revoke(options, lease, begun);
        }
        return booking.status === 'revoking' ? revoke(options, lease, booking) : DONE;
      }),
  };
}

/** Leaves `active`; from here on the booking is over whatever the machine says. */
async function begin(options: EndingOptions, lease: Lease, id: BookingId): Promise<Booking | null> {
  return options.uow.run(async (tx) => {
    await lease.assertHeld(tx);
    const seen = await tx.bookings.findById(id);
    if (seen !== null) await tx.occupancies.lockCalendar(seen.unitId);
    const booking = await tx.bookings.lockById(id);
    const now = options.clock.now();
    if (booking?.status !== 'active' || (booking.endRequestedAt === null && now < booking.end)) return null;
    const endReason = booking.endRequestedBy ?? 'expired';
    const reason = booking.endRequestedBy === null ? null : booking.statusReason;
    const deadlineAt = plusMs(now, CLEAN_UP_LIMIT_MS);
    await tx.bookings.changeStatus(booking.id, {
      from: 'active',
      to: 'revoking',
      reason,
      at: now,
      set: { endReason, deadlineAt },
    });
    // Ending early gives the rest of the window back to the calendar at once; an occupancy never grows here.
    if (now < booking.end) await tx.occupancies.moveEndForBooking(booking.id, plusMs(now, booking.turnaroundMs));
    const what = 'The booking has ended: access is being taken away.';
    tellBoth(tx, booking, 'booking_revoking', reason === null ? what : `${what} ${reason}`);
    return { ...booking, status: 'revoking', statusReason: reason, statusChangedAt: now, endReason, deadlineAt };
  });
}

async function revoke(options: EndingOptions, lease: Lease, booking: Booking): Promise<WorkflowOutcome> {
  const { access, clock, secretBox, uow } = options;
  const machine = await uow.reads.machines.findById(booking.machineId);
  const grant = await uow.reads.accessGrants.findByBooking(booking.id);
  if (machine === null || grant === null) throw new Error(`Booking ${booking.id} lost its machine or grant.`);
  try {
    const report = await access.revoke(targetOf(machine, 'control', secretBox), accessSpecOf(booking, grant, machine), {
      signal: lease.signal,
      purpose: `revoke:${booking.id}`,
    });
    if (!report.ended) throw new DomainError('host_command_failed', `Access has not ended: ${report.detail}`);
    await uow.run((tx) => moveToWiping(options, lease, tx, booking, report.endedAt));
    lease.progressed();
    return DONE;
  } catch (error) {
    options.log({ event: 'revoke_failed', bookingId: booking.id, attempt: lease.attempt, error: messageOf(error) });
    if (error instanceof DomainError && error.code === 'host_key_changed') {
      await uow.run((tx) => raiseHostKeyAlarm(tx, machine.id, clock.now()));
    }
    return carryOnWithoutMachine(options, lease, booking);
  }
}

async function moveToWiping(
  options: EndingOptions,
  lease: Lease,
  tx: Tx,
  seen: Booking,
  accessEndedAt: Instant,
): Promise<void> {
  await lease.assertHeld(tx);
  const booking = await tx.bookings.lockById(seen.id);
  if (booking?.status !== 'revoking') return;
  const now = options.clock.now();
  await tx.accessGrants.changeStatus(booking.id, { from: 'active', to: 'revoked', at: accessEndedAt });
  await chargeOnce(options, tx, booking, accessEndedAt);
  await tx.bookings.changeStatus(booking.id, {
    from: 'revoking',
    to: 'wiping',
    reason: null,
    at: now,
    set: { accessEndedAt },
  });
  const wipe = await tx.dataWipes.findByBooking(booking.id);
  if (wipe !== null) tx.jobs.add({ name: 'wipe.run', payload: { dataWipeId: wipe.id }, key: `wipe:${wipe.id}` });
  tellBoth(tx, booking, 'booking_wiping', 'Access has ended. The clean-up begins.');
}

/**
 * The machine does not answer: its own watchdog ends the access at the booked end, so the money does not wait for it. At
 * the deadline booking and machine go to quarantine.
 */
async function carryOnWithoutMachine(options: EndingOptions, lease: Lease, seen: Booking): Promise<WorkflowOutcome> {
  const { clock, uow } = options;
  return uow.run(async (tx) => {
    await lease.assertHeld(tx);
    const booking = await tx.bookings.lockById(seen.id);
    if (booking?.status !== 'revoking') return DONE;
    const now = clock.now();
    const isTooLate = booking.deadlineAt !== null && now >= booking.deadlineAt;
    // Quarantine is the last state that this workflow sees, so nothing is left unsettled in it.
    if (now >= booking.end || isTooLate) await chargeOnce(options, tx, booking, booking.end);
    if (!isTooLate) return again(clock, backOffMs(options, lease.attempt));
    const reason = 'We could not prove within 24 hours that access has ended.';
    await tx.bookings.changeStatus(booking.id, {
      from: 'revoking',
      to: 'quarantined',
      reason,
      at: now,
      set: { deadlineAt: null },
    });
    await quarantineMachine(tx, booking.machineId, { reason: 'wipe', text: reason, at: now });
    tellBoth(tx, booking, 'booking_quarantined', reason);
    return DONE;
  });
}

async function chargeOnce(options: EndingOptions, tx: Tx, booking: Booking, accessEndedAt: Instant): Promise<void> {
  if (booking.chargedAmount !== null) return;
  const usedUntil = earlier(booking.endRequestedAt ?? booking.end, accessEndedAt);
  const settlement = await options.ending.settlementFor(tx, booking, usedUntil, booking.endReason ?? 'expired');
  await options.ledger.settle(tx, booking, settlement);
}
