import { DomainError } from '../common/domain-error.ts';
import { SECOND_MS, plusMs } from '../common/instant.ts';
import type { JobPayload } from '../jobs/job.ts';
import type { Workflow, WorkflowOptions, WorkflowOutcome } from '../workflows/workflow.ts';
import { DONE, again, backOffMs, messageOf, reasonOf, withLease } from '../workflows/workflow.ts';
import { quarantineMachine, raiseHostKeyAlarm } from './host-key-alarm.ts';
import type { MachineFacts } from './machine-facts.ts';
import type { HostKeyScanner, Inspection, MachineInspector, MachineProber } from './machine-host.ts';
import { INTERRUPT_AFTER_MS, classifyMinutes, unusableMs } from './machine-minutes.ts';
import { targetOf } from './machine-targets.ts';
import type { Machine } from './machine.ts';

/** A machine that was not pasted yet is asked so often for its host key, with growing pauses. */
const SCAN_ATTEMPTS_MAX = 8;
const VERIFY_ATTEMPTS_MAX = 4;
const PROBE_TIMEOUT_MS = 20 * SECOND_MS;

/** Reads the host key that the provider is then asked to compare. */
export function createScanWorkflow(
  options: WorkflowOptions & { readonly scanner: HostKeyScanner },
): Workflow<JobPayload<'machine.scan'>> {
  const { clock, scanner, uow } = options;
  return {
    run: ({ machineId }, { signal }) =>
      withLease(options, `machine:${machineId}:scan`, signal, async (lease) => {
        const machine = await uow.reads.machines.findById(machineId);
        if (machine === null || machine.status === 'retired' || machine.hostKeyState === 'pinned') return DONE;
        try {
          const work = { signal: lease.signal, purpose: 'scan_host_key', machineId };
          const hostKey = await scanner.scan(machine.control, work);
          await uow.run(async (tx) => {
            await lease.assertHeld(tx);
            const row = await tx.machines.lockById(machineId);
            if (row === null || row.hostKeyState === 'pinned') return;
            await tx.machines.changeHostKey(machineId, {
              from: row.hostKeyState,
              to: 'scanned',
              hostKey,
              lastError: null,
            });
            tx.events.add({
              audience: row.providerId,
              kind: 'machine_host_key_scanned',
              subject: 'machine',
              subjectId: machineId,
              text: `${row.name} presented the key ${hostKey.fingerprint}. Compare it on the machine and confirm it.`,
            });
          });
          lease.progressed();
          return DONE;
        } catch (error) {
          await uow.run((tx) => tx.machines.setLastError(machineId, reasonOf(error)));
          options.log({ event: 'machine_scan_failed', machineId, attempt: lease.attempt, error: messageOf(error) });
          if (lease.attempt >= SCAN_ATTEMPTS_MAX) {
            lease.progressed();
            return DONE;
          }
          return again(clock, backOffMs(options, lease.attempt));
        }
      }),
  };
}

/** Runs the checks and reads the facts; a machine whose checks all pass is verified. */
export function createVerifyWorkflow(
  options: WorkflowOptions & { readonly inspector: MachineInspector },
): Workflow<JobPayload<'machine.verify'>> {
  const { clock, inspector, secretBox, uow } = options;
  return {
    run: ({ machineId }, { signal }) =>
      withLease(options, `machine:${machineId}:verify`, signal, async (lease) => {
        const machine = await uow.reads.machines.findById(machineId);
        if (machine === null || machine.status === 'retired') return DONE;
        try {
          const inspection = await inspector.inspect(
            targetOf(machine, 'control', secretBox),
            targetOf(machine, 'verifier', secretBox),
            machine,
            { signal: lease.signal, purpose: 'inspect' },
          );
          await uow.run(async (tx) => {
            await lease.assertHeld(tx);
            await recordInspection(tx, machine, inspection, clock.now());
          });
          lease.progressed();
          return DONE;
        } catch (error) {
          options.log({ event: 'machine_verify_failed', machineId, attempt: lease.attempt, error: messageOf(error) });
          const isAlarm = error instanceof DomainError && error.code === 'host_key_changed';
          await uow.run(async (tx) => {
            await tx.machines.setLastError(machineId, reasonOf(error));
            if (isAlarm) await raiseHostKeyAlarm(tx, machineId, clock.now());
          });
          if (isAlarm || lease.attempt >= VERIFY_ATTEMPTS_MAX) {
            lease.progressed();
            return DONE;
          }
          return again(clock, backOffMs(options, lease.attempt));
        }
      }),
  };
}

async function recordInspection(
  tx: Parameters<Parameters<WorkflowOptions['uow']['run']>[0]>[0],
  seen: Machine,
  inspection: Inspection,
  at: ReturnType<WorkflowOptions['clock']['now']>,
): Promise<void> {
  const machine = await tx.machines.lockById(seen.id);
  if (machine === null || machine.status === 'retired') return;
  const facts = isReadable(inspection.facts) ? inspection.facts : null;
  await tx.machines.saveInspection(machine.id, { facts, checks: inspection.checks, at });
  if (inspection.software !== null) await tx.machineSoftware.save(machine.id, inspection.software, at);
  // What was measured is another machine's speed now: it is measured again as soon as it is verified.
  if (facts !== null && hasChanged(machine, facts)) await tx.benchmarks.hastenRemeasure(machine.id, at);
  await tx.machines.setLastError(machine.id, null);
  const failed = inspection.checks.filter((check) => !check.passed);
  tx.events.add({
    audience: machine.providerId,
    kind: 'machine_checked',
    subject: 'machine',
    subjectId: machine.id,
    text:
      failed.length === 0
        ? `${machine.name} passed all ${String(inspection.checks.length)} checks.`
        : `${machine.name} failed: ${failed.map((check) => check.title).join(', ')}.`,
  });
  if (failed.length > 0) return;
  await tx.machines.setReachability(machine.id, 'reachable', at);
  if (machine.status === 'verified' && facts !== null && hasChanged(machine, facts)) {
    // What renters were shown is not there any more: off the market until the provider has it verified anew.
    const text = 'its hardware or system is not what was verified. Check it again and measure it anew.';
    await quarantineMachine(tx, machine.id, { reason: 'facts_changed', text, at });
    return;
  }
  // A machine in quarantine for a wipe stays there until the wipe is verified, whatever its checks say.
  const mayBeVerified =
    machine.status === 'connecting' || (machine.status === 'quarantined' && machine.quarantineReason !== 'wipe');
  if (!mayBeVerified) return;
  await tx.machines.changeStatus(machine.id, {
    from: machine.status,
    to: 'verified',
    reason: null,
    quarantineReason: null,
    at,
  });
  if (await tx.dataWipes.hasUnproven(machine.id)) {
    // Who answers is known again; what an earlier renter left is not. Only the wipe or an admin ends this.
    const text = 'the clean-up of an earlier booking is not verified. Run it again.';
    await quarantineMachine(tx, machine.id, { reason: 'wipe', text, at });
    return;
  }
  tx.events.add({
    audience: machine.providerId,
    kind: 'machine_verified',
    subject: 'machine',
    subjectId: machine.id,
    text: `${machine.name} is verified. Measure it next.`,
  });
}

/** An inspection that did not get in knows nothing. */
function isReadable(facts: MachineFacts): boolean {
  return facts.cpu !== null || facts.memory !== null || facts.os !== null;
}

function hasChanged(machine: Machine, facts: MachineFacts): boolean {
  return machine.facts !== null && machine.facts.fingerprint !== facts.fingerprint;
}

/** One look at a machine: a sample for its minutes, its reachability, and the end of a booking that is cut off. */
export function createProbeWorkflow(
  options: WorkflowOptions & { readonly prober: MachineProber },
): Workflow<JobPayload<'machine.probe'>> {
  const { clock, prober, secretBox, uow } = options;
  return {
    run: ({ machineId }, { signal }) =>
      withLease(options, `machine:${machineId}:probe`, signal, async (lease): Promise<WorkflowOutcome> => {
        const machine = await uow.reads.machines.findById(machineId);
        if (machine === null || machine.hostKeyState !== 'pinned') return DONE;
        if (machine.status !== 'verified' && machine.status !== 'quarantined') return DONE;
        const at = clock.now();
        try {
          const { outcome, detail } = await prober.probe(targetOf(machine, 'control', secretBox), {
            signal: AbortSignal.any([lease.signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]),
            purpose: 'probe',
          });
          await uow.run(async (tx) => {
            await lease.assertHeld(tx);
            await tx.machines.insertProbe({ machineId, at, outcome, detail });
            await followReachability(tx, machine, clock.now());
            await interruptCutOffBooking(tx, machine, clock.now());
          });
        } catch (error) {
          if (!(error instanceof DomainError) || error.code !== 'host_key_changed') throw error;
          await uow.run((tx) => raiseHostKeyAlarm(tx, machineId, clock.now()));
        }
        lease.progressed();
        return DONE;
      }),
  };
}

/** Samples of the last two minutes decide; one failed look alone changes nothing. */
async function followReachability(
  tx: Parameters<Parameters<WorkflowOptions['uow']['run']>[0]>[0],
  seen: Machine,
  now: ReturnType<WorkflowOptions['clock']['now']>,
): Promise<void> {
  const range = { start: plusMs(now, -120 * SECOND_MS), end: plusMs(now, 1) };
  const samples = await tx.machines.listProbes(seen.id, { from: range.start, to: range.end, limit: 100 });
  const current = classifyMinutes(samples, range).at(-1)?.kind;
  const machine = await tx.machines.lockById(seen.id);
  if (machine === null) return;
  const next = current === 'down' ? 'unreachable' : samples.at(-1)?.outcome === 'up' ? 'reachable' : null;
  if (next === null || next === machine.reachability) return;
  await tx.machines.setReachability(machine.id, next, now);
  tx.events.add({
    audience: machine.providerId,
    kind: next === 'reachable' ? 'machine_reachable' : 'machine_unreachable',
    subject: 'machine',
    subjectId: machine.id,
    text: next === 'reachable' ? `${machine.name} answers again.` : `${machine.name} does not answer.`,
  });
}

/** product.md: after two hours of unusable time the booking ends as interrupted. */
async function interruptCutOffBooking(
  tx: Parameters<Parameters<WorkflowOptions['uow']['run']>[0]>[0],
  machine: Machine,
  now: ReturnType<WorkflowOptions['clock']['now']>,
): Promise<void> {
  const range = { start: now, end: plusMs(now, 1) };
  const [occupancy] = await tx.occupancies.listByUnit(machine.unitId, range, 1);
  if (occupancy?.of.kind !== 'booking') return;
  const booking = await tx.bookings.lockById(occupancy.of.bookingId);
  if (booking?.status !== 'active' || booking.readyAt === null || booking.endRequestedAt !== null) return;
  const used = { start: booking.readyAt, end: now };
  const samples = await tx.machines.listProbes(machine.id, { from: used.start, to: used.end, limit: 100_000 });
  if (used.end <= used.start || unusableMs(classifyMinutes(samples, used)) < INTERRUPT_AFTER_MS) return;
  await tx.bookings.requestEnd(booking.id, { at: now, by: 'interrupted', reason: null });
  tx.jobs.add({
    name: 'booking.end',
    payload: { bookingId: booking.id },
    key: `booking:${booking.id}:end`,
  });
}
