import { DomainError } from '../common/domain-error.ts';
import type { MachineId } from '../common/ids.ts';
import { plusMs } from '../common/instant.ts';
import type { JobPayload, NewJob } from '../jobs/job.ts';
import type { Lease, Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE, again, backOffMs, messageOf, reasonOf, withLease } from '../workflows/workflow.ts';
import { raiseHostKeyAlarm } from './host-key-alarm.ts';
import type { ToolInstaller } from './machine-host.ts';
import type { MachineSoftware, ToolConsent } from './machine-software.ts';
import { targetOf } from './machine-targets.ts';
import type { Machine } from './machine.ts';

const INSTALL_ATTEMPTS_MAX = 3;

export function installToolsJob(machineId: MachineId): NewJob<'machine.install_tools'> {
  return { name: 'machine.install_tools', payload: { machineId }, key: `machine:${machineId}:install_tools` };
}

/** Installs what a provider consented to, and nothing else. A worker that died is followed by another one: what is there is left alone. */
export function createInstallToolsWorkflow(
  options: WorkflowOptions & { readonly installer: ToolInstaller },
): Workflow<JobPayload<'machine.install_tools'>> {
  const { clock, installer, secretBox, uow } = options;
  return {
    run: ({ machineId }, { signal }) =>
      // The lease of benchmarks: neither may the other one's tools come and go under it, nor is it to be measured.
      withLease(options, `machine:${machineId}:benchmark`, signal, async (lease) => {
        const [consent] = await uow.reads.machineSoftware.listConsents(machineId, 1);
        const machine = await uow.reads.machines.findById(machineId);
        if (machine === null || consent === undefined || consent.finishedAt !== null) return DONE;
        const obstacle = await obstacleFor(options, machine);
        if (obstacle !== null) {
          await finish(options, lease, machine, { consent, problem: obstacle });
          return DONE;
        }
        try {
          const tools = consent.tools.map(({ tool }) => tool);
          const software = await installer.install(
            targetOf(machine, 'control', secretBox),
            { tools, packageManager: consent.packageManager },
            { signal: lease.signal, purpose: 'install_tools' },
          );
          const missing = software.missingTools.filter(({ tool }) => tools.includes(tool)).map(({ tool }) => tool);
          const problem =
            missing.length === 0 ? null : `${missing.join(', ')} could not be found after the installation.`;
          await finish(options, lease, machine, { consent, problem, software });
          return DONE;
        } catch (error) {
          const isAlarm = error instanceof DomainError && error.code === 'host_key_changed';
          options.log({ event: 'install_tools_failed', machineId, attempt: lease.attempt, error: messageOf(error) });
          if (!isAlarm && lease.attempt < INSTALL_ATTEMPTS_MAX) return again(clock, backOffMs(options, lease.attempt));
          await finish(options, lease, machine, { consent, problem: reasonOf(error), isAlarm });
          return DONE;
        }
      }),
  };
}

/** Nothing is installed under a renter, nor where we may not log in. */
async function obstacleFor(options: WorkflowOptions, machine: Machine): Promise<string | null> {
  if (machine.status === 'retired') return 'The machine was retired before this could start.';
  if (machine.hostKeyState !== 'pinned') return 'The host key of the machine is not confirmed.';
  const now = options.clock.now();
  const range = { start: now, end: plusMs(now, 1) };
  const taken = await options.uow.reads.occupancies.listByUnit(machine.unitId, range, 1);
  return taken.some(({ of }) => of.kind === 'booking')
    ? 'The machine was booked before this could start. Consent again when the booking has ended.'
    : null;
}

async function finish(
  options: WorkflowOptions,
  lease: Lease,
  machine: Machine,
  end: {
    readonly consent: ToolConsent;
    readonly problem: string | null;
    readonly software?: Pick<MachineSoftware, 'packageManager' | 'missingTools'>;
    readonly isAlarm?: boolean;
  },
): Promise<void> {
  const { consent, isAlarm = false, problem, software } = end;
  const at = options.clock.now();
  await options.uow.run(async (tx) => {
    await lease.assertHeld(tx);
    if (!(await tx.machineSoftware.finishConsent(machine.id, { at, problem }))) return;
    if (software !== undefined) {
      const seen = await tx.machineSoftware.find(machine.id);
      const images = seen?.images ?? null;
      // Nobody looked at the images now: they stay as old as they are.
      const seenAt = seen === null || images === null ? at : seen.seenAt;
      await tx.machineSoftware.save(machine.id, { ...software, images }, seenAt);
    }
    if (isAlarm) await raiseHostKeyAlarm(tx, machine.id, at);
    const names = consent.tools.map(({ tool }) => tool).join(', ');
    tx.events.add({
      audience: machine.providerId,
      kind: 'machine_checked',
      subject: 'machine',
      subjectId: machine.id,
      text:
        problem === null
          ? `${names} ${consent.tools.length === 1 ? 'is' : 'are'} installed on ${machine.name}.`
          : `${names} could not be installed on ${machine.name}: ${problem}`,
    });
  });
  lease.progressed();
}
