import type { AccessGrant } from '../access/access-grant.ts';
import { closeGrant } from '../access/close-grant.ts';
import type { BookingLedger } from '../bookings/booking-ledger.ts';
import { tellBoth } from '../bookings/booking-news.ts';
import type { Booking } from '../bookings/booking.ts';
import { CLEAN_UP_LIMIT_MS } from '../bookings/booking.ts';
import { DomainError } from '../common/domain-error.ts';
import { certificateIdSchema, newId } from '../common/ids.ts';
import { SECOND_MS } from '../common/instant.ts';
import type { JobPayload } from '../jobs/job.ts';
import { quarantineMachine, raiseHostKeyAlarm } from '../machines/host-key-alarm.ts';
import { targetOf } from '../machines/machine-targets.ts';
import type { Machine } from '../machines/machine.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Lease, Workflow, WorkflowOptions, WorkflowOutcome } from '../workflows/workflow.ts';
import { DONE, again, backOffMs, messageOf, reasonOf, withLease } from '../workflows/workflow.ts';
import type { CanaryPlanter } from './canary.ts';
import { canarySeedPlace, canaryStatementOf } from './canary.ts';
import type { BookingTraces, CertificateIssuer, WipeRunner, WipeVerifier } from './data-wipe-strategy.ts';
import type { Certificate, DataWipe, WipeFinding, WipeStep, WipeVerdict } from './data-wipe.ts';
import { verdictOf } from './data-wipe.ts';
import { progressNotes } from './note-progress.ts';

export interface WipeWorkflowOptions extends WorkflowOptions {
  readonly runner: WipeRunner;
  readonly verifier: WipeVerifier;
  readonly canaries: Pick<CanaryPlanter, 'marksOf'>;
  readonly certificates: CertificateIssuer;
  readonly ledger: BookingLedger;
}

/** The wait before the wipe of a booking that ended another way looks again. */
const NOT_YET_RETRY_MS = 5 * SECOND_MS;

interface Evidence {
  readonly steps: readonly WipeStep[];
  readonly findings: readonly WipeFinding[];
  readonly verdict: WipeVerdict;
  readonly reason: string | null;
}

/** Removes the traces, looks for them with other eyes, signs what was seen, and lets the provider's share go. */
export function createWipeWorkflow(options: WipeWorkflowOptions): Workflow<JobPayload<'wipe.run'>> {
  const { clock, uow } = options;
  return {
    run: ({ dataWipeId }, { signal }) =>
      withLease(options, `wipe:${dataWipeId}`, signal, async (lease): Promise<WorkflowOutcome> => {
        const wipe = await uow.reads.dataWipes.findById(dataWipeId);
        if (wipe === null || (wipe.status !== 'pending' && wipe.status !== 'running')) return DONE;
        const booking = await uow.reads.bookings.findById(wipe.bookingId);
        const machine = await uow.reads.machines.findById(wipe.machineId);
        const grant = await uow.reads.accessGrants.findByBooking(wipe.bookingId);
        if (booking === null || machine === null || grant === null) {
          throw new Error(`Wipe ${wipe.id} lost its booking, machine or grant.`);
        }
        // The wipe is named when provisioning begins, and runs when access is over.
        if (booking.status === 'provisioning' || booking.status === 'active') return DONE;
        if (booking.status === 'revoking') return again(clock, NOT_YET_RETRY_MS);
        const startedAt = wipe.startedAt ?? clock.now();
        await uow.run(async (tx) => {
          await lease.assertHeld(tx);
          if (wipe.status === 'running') await tx.dataWipes.beginTry(wipe.id);
          else await tx.dataWipes.changeStatus(wipe.id, { from: 'pending', to: 'running', at: startedAt });
        });
        try {
          const evidence = await gather(options, lease, { wipe, booking, machine, grant });
          await conclude(options, lease, { wipe, booking, machine }, evidence);
          lease.progressed();
          return DONE;
        } catch (error) {
          options.log({ event: 'wipe_try_failed', dataWipeId, attempt: lease.attempt, error: messageOf(error) });
          const isAlarm = error instanceof DomainError && error.code === 'host_key_changed';
          if (isAlarm) await uow.run((tx) => raiseHostKeyAlarm(tx, machine.id, clock.now()));
          if (!isAlarm && clock.now() < startedAt + CLEAN_UP_LIMIT_MS)
            return again(clock, backOffMs(options, lease.attempt));
          const evidence = await evidenceOfCutTry(options, wipe, reasonOf(error));
          await conclude(options, lease, { wipe, booking, machine }, evidence);
          lease.progressed();
          return DONE;
        }
      }),
  };
}

async function gather(
  options: WipeWorkflowOptions,
  lease: Lease,
  subject: { wipe: DataWipe; booking: Booking; machine: Machine; grant: AccessGrant },
): Promise<Evidence> {
  const { booking, grant, machine, wipe } = subject;
  const traces: BookingTraces = {
    bookingId: booking.id,
    machineId: machine.id,
    accountName: grant.accountName,
    uid: grant.uid,
    publicKeys: booking.publicKeys,
    startedAt: grant.createdAt,
    baseline: await options.uow.reads.dataWipes.findBaseline(booking.id),
  };
  const work = (purpose: string) => ({ signal: lease.signal, purpose: `${purpose}:${wipe.id}` });
  const notes = progressNotes(options, lease, subject);
  const control = targetOf(machine, 'control', options.secretBox);
  const steps = await options.runner.run(control, machine, traces, wipe.plan, { ...work('wipe'), ...notes });
  const verifier = targetOf(machine, 'verifier', options.secretBox);
  const canaries = await options.uow.reads.dataWipes.findCanaries(booking.id);
  // Opened after the clean-up ran, which is told nothing of it.
  const seed = canaries === null ? null : options.secretBox.open(canaries.seedSealed, canarySeedPlace(wipe.id));
  const sought = seed === null ? traces : { ...traces, canaries: options.canaries.marksOf(seed) };
  const findings = await options.verifier.verify(verifier, sought, { ...work('verify'), ...notes });
  const failedStep = steps.find((step) => !step.succeeded);
  const found = verdictOf(findings);
  // A step that failed fails the wipe even where the verifier saw nothing: nothing passes silently.
  const verdict = failedStep !== undefined && found === 'verified' ? 'failed' : found;
  const finding = findings.find((candidate) => candidate.verdict !== 'clean');
  const reason =
    verdict === 'verified'
      ? null
      : failedStep !== undefined
        ? `The step "${failedStep.name}" failed: ${failedStep.detail ?? 'no detail'}`
        : `The check "${finding?.check ?? 'none'}" says ${finding?.verdict ?? 'nothing'}: ${finding?.detail ?? ''}`;
  return { steps, findings, verdict, reason };
}

/** What a try that did not come to its end has noted until then. It proves nothing, but what it found counts. */
async function evidenceOfCutTry(options: WipeWorkflowOptions, wipe: DataWipe, reason: string): Promise<Evidence> {
  const noted = await options.uow.reads.dataWipes.findById(wipe.id);
  const findings = noted?.findings ?? [];
  const verdict = verdictOf(findings) === 'failed' ? 'failed' : 'unverifiable';
  return { steps: noted?.steps ?? [], findings, verdict, reason };
}

async function conclude(
  options: WipeWorkflowOptions,
  lease: Lease,
  subject: { wipe: DataWipe; booking: Booking; machine: Machine },
  evidence: Evidence,
): Promise<void> {
  const { clock, uow } = options;
  const { booking, machine, wipe } = subject;
  const certificate = await sign(options, subject, evidence);
  await uow.run(async (tx) => {
    await lease.assertHeld(tx);
    const at = clock.now();
    const row = await tx.bookings.lockById(booking.id);
    const current = await tx.dataWipes.lockById(wipe.id);
    if (row === null || current?.status !== 'running') return;
    await tx.dataWipes.changeStatus(wipe.id, {
      from: 'running',
      to: evidence.verdict,
      at,
      failureReason: evidence.reason,
    });
    await tx.dataWipes.insertCertificate(certificate);
    if (evidence.verdict === 'verified') await accept(options, tx, row, machine.id, at);
    else await refuse(tx, row, machine.id, evidence, at);
    const kind = `wipe_${evidence.verdict}` as const;
    const text =
      evidence.verdict === 'verified'
        ? 'The clean-up is verified; the signed report is ready.'
        : `The clean-up is ${evidence.verdict}: ${evidence.reason ?? ''}`;
    for (const audience of [row.renterId, row.providerId]) {
      tx.events.add({ audience, kind, subject: 'data_wipe', subjectId: wipe.id, text });
    }
  });
}

async function accept(
  options: WipeWorkflowOptions,
  tx: Tx,
  booking: Booking,
  machineId: Machine['id'],
  at: DataWipe['createdAt'],
): Promise<void> {
  await closeGrant(tx, booking.id, at);
  if (booking.status === 'wiping' || booking.status === 'quarantined') {
    const reason = booking.status === 'quarantined' ? 'The clean-up was verified after all.' : null;
    const set = { deadlineAt: null };
    await tx.bookings.changeStatus(booking.id, { from: booking.status, to: 'completed', reason, at, set });
    await options.ledger.earn(tx, booking);
    tellBoth(tx, booking, 'booking_completed', 'The booking is completed.');
  }
  const machine = await tx.machines.lockById(machineId);
  if (machine?.status !== 'quarantined' || machine.quarantineReason !== 'wipe') return;
  await tx.machines.changeStatus(machine.id, {
    from: 'quarantined',
    to: 'verified',
    reason: null,
    quarantineReason: null,
    at,
  });
  tx.events.add({
    audience: machine.providerId,
    kind: 'machine_released',
    subject: 'machine',
    subjectId: machine.id,
    text: `${machine.name} left quarantine: the clean-up was verified.`,
  });
}

async function refuse(
  tx: Tx,
  booking: Booking,
  machineId: Machine['id'],
  evidence: Evidence,
  at: DataWipe['createdAt'],
): Promise<void> {
  // An admin has decided about this booking while the clean-up went on: its outcome is certified and changes nothing.
  if (booking.status === 'completed') return;
  const reason = `The clean-up is ${evidence.verdict}: ${evidence.reason ?? 'no reason was given'}`;
  if (booking.status === 'wiping') {
    const set = { deadlineAt: null };
    await tx.bookings.changeStatus(booking.id, { from: 'wiping', to: 'quarantined', reason, at, set });
    tellBoth(tx, booking, 'booking_quarantined', reason);
  }
  await quarantineMachine(tx, machineId, { reason: 'wipe', text: reason, at });
}

async function sign(
  options: WipeWorkflowOptions,
  subject: { wipe: DataWipe; booking: Booking; machine: Machine },
  evidence: Evidence,
): Promise<Certificate> {
  const { booking, machine, wipe } = subject;
  const id = newId(options.ids, certificateIdSchema);
  const issuedAt = options.clock.now();
  const previousSha256 = (await options.uow.reads.dataWipes.findLatestCertificate(machine.id))?.sha256 ?? null;
  const signed = await options.certificates.issue({
    machine,
    booking: {
      id: booking.id,
      start: booking.start,
      end: booking.end,
      accessEndedAt: booking.accessEndedAt,
    },
    plan: wipe.plan,
    steps: evidence.steps,
    findings: evidence.findings,
    canaries: canaryStatementOf(booking, await options.uow.reads.dataWipes.findCanaries(booking.id)),
    verdict: evidence.verdict,
    certificateId: id,
    dataWipeId: wipe.id,
    previousSha256,
    issuedAt,
  });
  return {
    id,
    dataWipeId: wipe.id,
    bookingId: booking.id,
    machineId: machine.id,
    jws: signed.jws,
    keyId: signed.keyId,
    sha256: signed.sha256,
    previousSha256,
    verdict: evidence.verdict,
    issuedAt,
  };
}
