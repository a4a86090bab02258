import type { AccessHost, AccessSpec } from '../access/access-host.ts';
import { accountNameOf } from '../access/access-grant.ts';
import type { AccessGrant } from '../access/access-grant.ts';
import { DomainError } from '../common/domain-error.ts';
import { accessGrantIdSchema, dataWipeIdSchema, newId } from '../common/ids.ts';
import type { BookingId } from '../common/ids.ts';
import { SECOND_MS, earlier, plusMs } from '../common/instant.ts';
import type { CanaryPlanter } from '../data-wipes/canary.ts';
import type { WipeVerifier } from '../data-wipes/data-wipe-strategy.ts';
import { keepBaseline } from '../data-wipes/keep-baseline.ts';
import { plantCanaries } from '../data-wipes/plant-canaries.ts';
import { wipePlanFor } from '../data-wipes/wipe-plan.ts';
import { handoverJob } from '../handovers/handover-workflow.ts';
import type { JobPayload } from '../jobs/job.ts';
import { raiseHostKeyAlarm } from '../machines/host-key-alarm.ts';
import { targetOf } from '../machines/machine-targets.ts';
import type { Machine } from '../machines/machine.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Lease, Workflow, WorkflowOptions, WorkflowOutcome } from '../workflows/workflow.ts';
import { DONE, again, backOffMs, messageOf, reasonOf, withLease } from '../workflows/workflow.ts';
import type { BookingEnding } from './booking-ending.ts';
import { scheduleEnd, scheduleFirstWeek, tellBoth } from './booking-news.ts';
import type { Booking } from './booking.ts';
import { startLimit, startOutcome } from './late-start.ts';
import { releaseEverything } from './settlement.ts';
import { startObstacle } from './start-obstacle.ts';

/** A delayed start looks again so often, until its 60 minutes are over. */
const DELAYED_RETRY_MS = 10 * SECOND_MS;
/** A machine that answers but can't be provisioned fails after so many tries, 2 + 4 s apart. */
const BROKEN_ATTEMPTS_MAX = 3;

export interface ProvisioningOptions extends WorkflowOptions {
  readonly access: AccessHost;
  readonly verifier: Pick<WipeVerifier, 'takeBaseline'>;
  readonly ending: BookingEnding;
  readonly canaries: CanaryPlanter;
}

/** From the start of a booking to access that works, or to `failed` with all money back. */
export function createProvisioningWorkflow(options: ProvisioningOptions): Workflow<JobPayload<'booking.provision'>> {
  const { clock, uow } = options;
  return {
    run: ({ bookingId }, { signal }) =>
      withLease(options, `booking:${bookingId}`, signal, async (lease): Promise<WorkflowOutcome> => {
        const booking = await uow.reads.bookings.findById(bookingId);
        if (booking === null) return DONE;
        if (booking.status === 'scheduled') {
          if (clock.now() < booking.start) return { kind: 'again', at: booking.start };
          const begun = await begin(options, lease, booking.id);
          if (begun === null) return DONE;
          if (begun.status !== 'provisioning') return retryUntilLimit(options, begun, DELAYED_RETRY_MS);
          if (lease.attempt === 1) return provision(options, lease, begun);
          // The tries before were spent waiting; those of the machine count from 1.
          lease.progressed();
          return again(clock, 0);
        }
        if (booking.status === 'provisioning') return provision(options, lease, booking);
        // A worker that died after access was given had still to plant the markers.
        if (booking.status === 'active') await plantMarkers(options, lease, booking.id);
        return DONE;
      }),
  };
}

/** Opens the gate: null when the booking is over, the unchanged booking when it has to wait. */
async function begin(options: ProvisioningOptions, lease: Lease, id: BookingId): Promise<Booking | null> {
  const { clock, ids, uow } = options;
  return uow.run(async (tx) => {
    await lease.assertHeld(tx);
    const seen = await tx.bookings.findById(id);
    if (seen !== null) await tx.occupancies.lockCalendar(seen.unitId);
    const booking = await tx.bookings.lockById(id);
    if (booking?.status !== 'scheduled') return null;
    const now = clock.now();
    const machine = await tx.machines.findById(booking.machineId);
    const obstacle = machine === null ? 'The machine is gone.' : await startObstacle(tx.bookings, booking, machine);
    const outcome = startOutcome(booking, now, obstacle !== null);
    if (outcome === 'fail') {
      await options.ending.close(tx, booking, {
        to: 'failed',
        reason: [tooLateText(booking), ...(obstacle === null ? [] : [obstacle])].join(' '),
        settlement: releaseEverything(booking, ['Access never worked: everything goes back.']),
        // Without an obstacle it was us who came too late.
        brokenByProvider: obstacle !== null,
      });
      return null;
    }
    if (outcome === 'wait' || machine === null) {
      const reason = obstacle ?? '';
      if (lease.attempt === 1) {
        tellBoth(tx, booking, 'booking_delayed', `The start is delayed: ${reason} Only ready time is charged.`);
      }
      return booking;
    }
    const accessGrant = await newGrant(options, tx, booking, machine);
    await tx.accessGrants.insert(accessGrant);
    await tx.dataWipes.insert({
      id: newId(ids, dataWipeIdSchema),
      bookingId: booking.id,
      machineId: machine.id,
      status: 'pending',
      plan: wipePlanFor(machine.accessMode, (await tx.listings.findById(booking.listingId))?.extraWipeStrategies ?? []),
      attempt: 0,
      steps: [],
      findings: [],
      failureReason: null,
      createdAt: now,
      startedAt: null,
      finishedAt: null,
    });
    const deadlineAt = startLimit(booking);
    const change = { from: 'scheduled', to: 'provisioning', reason: null, at: now, set: { deadlineAt } } as const;
    await tx.bookings.changeStatus(booking.id, change);
    tellBoth(tx, booking, 'booking_provisioning', 'Access is being set up.');
    return { ...booking, status: 'provisioning', statusChangedAt: now, deadlineAt };
  });
}

async function newGrant(
  options: ProvisioningOptions,
  tx: Tx,
  booking: Booking,
  machine: Machine,
): Promise<AccessGrant> {
  if (machine.hostKey === null) throw new DomainError('host_key_not_confirmed', 'The host key is not confirmed.');
  return {
    id: newId(options.ids, accessGrantIdSchema),
    bookingId: booking.id,
    machineId: machine.id,
    mode: booking.accessMode,
    status: 'pending',
    accountName: accountNameOf(booking.id),
    uid: await tx.machines.takeUid(machine.id, booking.id),
    endpoint: machine.renter,
    hostKey: machine.hostKey,
    watchdogDeadlineAt: null,
    grantedAt: null,
    revokedAt: null,
    createdAt: options.clock.now(),
  };
}

/** The outside effect and its record. */
async function provision(options: ProvisioningOptions, lease: Lease, booking: Booking): Promise<WorkflowOutcome> {
  const { access, clock, secretBox, uow } = options;
  if (booking.cancelRequestedAt !== null) {
    await giveUp(options, lease, booking, 'cancelled', 'The renter left before access worked.');
    return DONE;
  }
  if (startOutcome(booking, clock.now(), false) === 'fail') {
    await giveUp(options, lease, booking, 'failed', tooLateText(booking));
    return DONE;
  }
  const machine = await uow.reads.machines.findById(booking.machineId);
  const grant = await uow.reads.accessGrants.findByBooking(booking.id);
  if (machine === null || grant === null) throw new Error(`Booking ${booking.id} lost its machine or grant.`);
  try {
    await keepBaseline(options, lease, { booking, machine });
    const spec = accessSpecOf(booking, grant, machine);
    const { deadlineAt } = await access.provision(targetOf(machine, 'control', secretBox), spec, {
      signal: lease.signal,
      purpose: `provision:${booking.id}`,
    });
    const cameTooLate = await uow.run(async (tx) => {
      await lease.assertHeld(tx);
      const row = await tx.bookings.lockById(booking.id);
      if (row?.status !== 'provisioning') return false;
      const now = clock.now();
      // The machine took until the booked end: nothing of it can be used any more.
      if (now >= row.end) return true;
      const set = { readyAt: now, deadlineAt: null };
      await tx.bookings.changeStatus(row.id, { from: 'provisioning', to: 'active', reason: null, at: now, set });
      await tx.accessGrants.changeStatus(row.id, {
        from: 'pending',
        to: 'active',
        at: now,
        watchdogDeadlineAt: deadlineAt,
      });
      scheduleEnd(tx, row, now);
      scheduleFirstWeek(tx, row, now);
      tx.jobs.add(handoverJob(row.id));
      // The renter may have extended or left while the machine was at work.
      const moveDeadline = { name: 'booking.move_deadline', key: `booking:${row.id}:move_deadline` } as const;
      if (row.end !== spec.deadlineAt) tx.jobs.add({ ...moveDeadline, payload: { bookingId: row.id } });
      if (row.cancelRequestedAt !== null)
        await options.ending.requestEnd(tx, { ...row, status: 'active' }, 'interrupted');
      tellBoth(tx, row, 'booking_active', 'Access works: the booking is active.');
      return false;
    });
    if (cameTooLate) await giveUp(options, lease, booking, 'failed', tooLateText(booking));
    lease.progressed();
  } catch (error) {
    options.log({ event: 'provision_failed', bookingId: booking.id, attempt: lease.attempt, error: messageOf(error) });
    const code = error instanceof DomainError ? error.code : null;
    if (code === 'host_key_changed') await uow.run((tx) => raiseHostKeyAlarm(tx, machine.id, clock.now()));
    // A machine that answers and refuses is broken; one that does not answer may come back until the limit.
    const isBroken = code !== null && code !== 'machine_unreachable';
    const isHopeless = code === 'host_key_changed' || (isBroken && lease.attempt >= BROKEN_ATTEMPTS_MAX);
    if (isHopeless || clock.now() >= startLimit(booking)) {
      await giveUp(options, lease, booking, 'failed', `Access could not be given: ${reasonOf(error)}`);
      return DONE;
    }
    return retryUntilLimit(options, booking, backOffMs(options, lease.attempt));
  }
  await plantMarkers(options, lease, booking.id);
  return DONE;
}

/** When the renter is in already: neither he nor the booking waits for it. */
async function plantMarkers(options: ProvisioningOptions, lease: Lease, id: BookingId): Promise<void> {
  const { reads } = options.uow;
  const booking = await reads.bookings.findById(id);
  if (booking?.status !== 'active') return;
  const machine = await reads.machines.findById(booking.machineId);
  const grant = await reads.accessGrants.findByBooking(id);
  if (machine === null || grant === null) throw new Error(`Booking ${id} lost its machine or grant.`);
  await plantCanaries(options, lease, { booking, machine, grant });
}

/** Releases everything at once; the wipe of what was half done follows and guards the unit until it is verified. */
async function giveUp(
  options: ProvisioningOptions,
  lease: Lease,
  booking: Booking,
  to: 'failed' | 'cancelled',
  reason: string,
): Promise<void> {
  await options.uow.run(async (tx) => {
    await lease.assertHeld(tx);
    await tx.occupancies.lockCalendar(booking.unitId);
    const row = await tx.bookings.lockById(booking.id);
    if (row?.status !== 'provisioning') return;
    const settlement = releaseEverything(row, ['Access never worked: everything goes back.']);
    await options.ending.close(tx, row, { to, reason, settlement, brokenByProvider: to === 'failed' });
    const wipe = await tx.dataWipes.findByBooking(row.id);
    if (wipe === null) return;
    tx.jobs.add({ name: 'wipe.run', payload: { dataWipeId: wipe.id }, key: `wipe:${wipe.id}` });
  });
  lease.progressed();
}

function retryUntilLimit(options: ProvisioningOptions, booking: Booking, afterMs: number): WorkflowOutcome {
  const limit = startLimit(booking);
  return options.clock.now() >= limit
    ? again(options.clock, 1_000)
    : { kind: 'again', at: earlier(plusMs(options.clock.now(), afterMs), limit) };
}

function tooLateText(booking: Booking): string {
  const limit = startLimit(booking) === booking.end ? 'before the booked end' : 'within 60 minutes of the start';
  return `Access could not be given ${limit}.`;
}

/** What the machine is told about a booking. */
export function accessSpecOf(booking: Booking, grant: AccessGrant, machine: Machine): AccessSpec {
  return {
    bookingId: booking.id,
    mode: grant.mode,
    image: booking.containerImage?.reference ?? null,
    accountName: grant.accountName,
    uid: grant.uid,
    publicKeys: booking.publicKeys,
    network: machine.renterNetwork,
    deadlineAt: booking.end,
  };
}
