import { tellBoth } from '../bookings/booking-news.ts';
import type { Booking } from '../bookings/booking.ts';
import { DomainError } from '../common/domain-error.ts';
import type { BookingId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { earlier, plusMs } from '../common/instant.ts';
import type { JobPayload, NewJob } from '../jobs/job.ts';
import { quarantineMachine, raiseHostKeyAlarm } from '../machines/host-key-alarm.ts';
import { targetOf } from '../machines/machine-targets.ts';
import type { Machine } from '../machines/machine.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Workflow, WorkflowOptions, WorkflowOutcome } from '../workflows/workflow.ts';
import { DONE, backOffMs, messageOf, reasonOf, withLease } from '../workflows/workflow.ts';
import { expectedSpeed } from './expected-speed.ts';
import type { HandoverInspector, HandoverReport } from './handover-inspector.ts';
import type { HandoverCheck } from './handover.ts';
import { FREE_LEAVE_MS, HANDOVER_LIMIT_MS, handoverCheckTitles, verdictOf } from './handover.ts';

/** The job that checks a machine when its renter takes it over; asked for when access works, and by the sweep. */
export function handoverJob(bookingId: BookingId): NewJob<'booking.check_handover'> {
  return { name: 'booking.check_handover', payload: { bookingId }, key: `booking:${bookingId}:handover` };
}

/**
 * Compares the machine with its listing right after access works, so that the renter does not wait for it: the check takes 5 to 15 seconds.
 * What comes of it is written once, with the machine's own output, and told to both sides.
 */
export function createHandoverWorkflow(
  options: WorkflowOptions & { readonly handoverInspector: HandoverInspector },
): Workflow<JobPayload<'booking.check_handover'>> {
  const { clock, handoverInspector, secretBox, uow } = options;
  return {
    run: ({ bookingId }, { signal }) =>
      withLease(options, `booking:${bookingId}:handover`, signal, async (lease): Promise<WorkflowOutcome> => {
        const subject = await findSubject(options, bookingId);
        if (subject === null) return DONE;
        const { account, booking, machine, readyAt } = subject;
        const finish = async (
          checks: readonly HandoverCheck[],
          report: HandoverReport | null,
        ): Promise<WorkflowOutcome> => {
          await uow.run(async (tx) => {
            await lease.assertHeld(tx);
            await record(tx, { booking, machine, checks, report, at: clock.now() });
          });
          lease.progressed();
          return DONE;
        };
        if (clock.now() >= plusMs(readyAt, FREE_LEAVE_MS)) return finish(notMeasured('we came too late'), null);
        try {
          const speed = expectedSpeed(machine, await uow.reads.benchmarks.listLatest(machine.id));
          const report = await handoverInspector.inspect(
            targetOf(machine, 'control', secretBox),
            { machine, account, speed },
            { signal: lease.signal, purpose: `handover:${booking.id}` },
          );
          return await finish(report.checks, report);
        } catch (error) {
          options.log({ event: 'handover_failed', bookingId, attempt: lease.attempt, error: messageOf(error) });
          if (lease.signal.aborted) throw error;
          if (error instanceof DomainError && error.code === 'host_key_changed') return finish([swappedKey], null);
          const limit = plusMs(readyAt, HANDOVER_LIMIT_MS);
          if (clock.now() >= limit) return finish(notMeasured(reasonOf(error)), null);
          return { kind: 'again', at: earlier(plusMs(clock.now(), backOffMs(options, lease.attempt)), limit) };
        }
      }),
  };
}

interface Subject {
  readonly booking: Booking;
  readonly machine: Machine;
  readonly account: { readonly name: string; readonly uid: number };
  readonly readyAt: Instant;
}

/** Null when there is nothing to check: access is over, or it was checked already. */
async function findSubject({ uow: { reads } }: WorkflowOptions, id: BookingId): Promise<Subject | null> {
  const booking = await reads.bookings.findById(id);
  if (booking?.status !== 'active' || booking.readyAt === null) return null;
  if ((await reads.handovers.findByBooking(id)) !== null) return null;
  const machine = await reads.machines.findById(booking.machineId);
  const grant = await reads.accessGrants.findByBooking(id);
  if (machine === null || grant === null) throw new Error(`Booking ${id} lost its machine or grant.`);
  return { booking, machine, account: { name: grant.accountName, uid: grant.uid }, readyAt: booking.readyAt };
}

const swappedKey: HandoverCheck = {
  id: 'host_key',
  actual: 'another key than the confirmed one; nothing was sent to the machine',
  required: 'the confirmed host key',
  verdict: 'failed',
};

/** What stands in the place of checks that could not be made: never clean. */
function notMeasured(reason: string): readonly HandoverCheck[] {
  return (['facts', 'other_people', 'speed_one_thread', 'speed_all_threads'] as const).map((id) => ({
    id,
    actual: `not measured: ${reason}`,
    required: 'as the listing shows',
    verdict: 'not_measured',
  }));
}

async function record(
  tx: Tx,
  found: {
    readonly booking: Booking;
    readonly machine: Machine;
    readonly checks: readonly HandoverCheck[];
    readonly report: HandoverReport | null;
    readonly at: Instant;
  },
): Promise<void> {
  const { at, booking, checks, machine, report } = found;
  if ((await tx.bookings.lockById(booking.id)) === null) return;
  if (report !== null) await tx.benchmarks.keepRawOutput({ sha256: report.rawOutputSha256, text: report.rawOutput });
  const verdict = verdictOf(checks);
  const isNew = await tx.handovers.insert({
    bookingId: booking.id,
    machineId: machine.id,
    verdict,
    checks,
    rawOutputSha256: report?.rawOutputSha256 ?? null,
    checkedAt: at,
  });
  if (!isNew) return;
  const failed = checks.filter((check) => check.verdict === 'failed').map(({ id }) => id);
  const named = failed.map((id) => handoverCheckTitles[id].toLowerCase()).join(', ');
  const texts = {
    passed: 'The check at the start passed: the machine is what its listing shows.',
    failed: `The check at the start failed: ${named}. The renter may leave free of charge until 15 minutes after access worked.`,
    not_measured: 'Not everything could be checked at the start; the booking shows what, and why.',
  } as const;
  tellBoth(tx, booking, 'booking_handover_checked', texts[verdict]);
  if (failed.length === 0) return;
  if (failed.includes('host_key')) await raiseHostKeyAlarm(tx, machine.id, at);
  if (failed.some((id) => id === 'speed_one_thread' || id === 'speed_all_threads')) {
    await tx.benchmarks.hastenRemeasure(machine.id, at);
  }
  // product.md: a machine that is not what was verified is quarantined until it was verified anew.
  if (failed.includes('facts')) {
    const text = 'a renter was given other hardware than was verified. Check it again and measure it anew.';
    await quarantineMachine(tx, machine.id, { reason: 'facts_changed', text, at });
    return;
  }
  // A machine in quarantine is off the market by that.
  if (!failed.includes('host_key')) await pauseListing(tx, machine, { named, at });
}

/** Nobody else books what was not as promised, until its provider has looked and publishes it again. */
async function pauseListing(
  tx: Tx,
  machine: Machine,
  why: { readonly named: string; readonly at: Instant },
): Promise<void> {
  const live = await tx.listings.findLiveByMachine(machine.id);
  const listing = live === null ? null : await tx.listings.lockById(live.id);
  if (listing?.status !== 'active') return;
  await tx.listings.changeStatus(listing.id, { from: 'active', to: 'paused', at: why.at });
  tx.events.add({
    audience: listing.providerId,
    kind: 'listing_changed',
    subject: 'listing',
    subjectId: listing.id,
    text: `"${listing.title}" is paused: its machine failed the check at the start of a booking (${why.named}). Put it right, then publish it again.`,
  });
}
