import { bookingIdSchema } from '@rsm/domain/common/ids';
import { instant } from '@rsm/domain/common/instant';
import type { WipeStep, WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import type { BookingTraces } from '@rsm/domain/data-wipes/data-wipe-strategy';
import { basePlanFor } from '@rsm/domain/data-wipes/wipe-plan';
import { expect, test } from 'vitest';
import { anyMachine } from '../test-support/any-machine.ts';
import { scriptedSession } from '../test-support/scripted-session.ts';
import { anyMachineId } from '../test-support/ssh-peer.ts';
import { createWipeRunner } from './wipe-runner.ts';

const { machine, controlPrivateKey } = anyMachine({
  hostKey: { keyType: 'ssh-ed25519', publicKey: 'AAAA', fingerprint: 'SHA256:pinned' },
});

const traces: BookingTraces = {
  bookingId: bookingIdSchema.parse(anyMachineId()),
  machineId: machine.id,
  accountName: 'rsm-0123456789abcdef',
  uid: 200_001,
  publicKeys: ['ssh-ed25519 AAAA somebody'],
  startedAt: instant(0),
  baseline: null,
};

/** Runs a plan on a machine on which each command ends with this status; answers what was run and what was told meanwhile. */
async function runPlan(plan: readonly WipeStrategyKind[], exitStatus: number) {
  if (machine.hostKey === null) throw new Error('The machine of the test has a host key.');
  const pool = { session: () => scriptedSession(() => ({ exitStatus })) };
  const runner = createWipeRunner({ pool, clock: { now: () => instant(0) } });
  const told: WipeStep[] = [];
  const { id: machineId, control: endpoint, sshUser, hostKey } = machine;
  const target = {
    machineId,
    endpoint,
    sshUser,
    hostKey,
    credential: 'control' as const,
    privateKey: controlPrivateKey,
  };
  const steps = await runner.run(target, machine, traces, plan, {
    signal: new AbortController().signal,
    purpose: 'test',
    onStep: async (step) => {
      await Promise.resolve();
      told.push(step);
    },
  });
  const names = steps.map(({ strategy, name }) => ({ strategy, name }));
  return { names, steps, told, planned: runner.stepsOf(plan) };
}

test.each(['unix_user', 'container'] as const)('the planned steps of %s are those that are run', async (accessMode) => {
  const { names, planned, steps, told } = await runPlan(basePlanFor(accessMode), 0);
  expect(names).toEqual(planned);
  expect(told).toEqual(steps);
});

test('a revocation that fails is the last step that is run', async () => {
  const { names, planned } = await runPlan(basePlanFor('unix_user'), 1);
  expect(names).toEqual(planned.slice(0, 1));
});
