import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessHost } from '@rsm/domain/access/access-host';
import { verdictOf, type WipeFinding, type WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import type { BookingTraces, WipeRunner, WipeVerifier } from '@rsm/domain/data-wipes/data-wipe-strategy';
import { instant } from '@rsm/domain/common/instant';
import type { Machine } from '@rsm/domain/machines/machine';
import { labOrReason, realClock, Renter, startLabMachine, type LabMachine } from '../access/testing/lab-machine.ts';
import { createUnixUserAccess } from '../access/unix-user-access.ts';
import { createWipeRunner } from './wipe-runner.ts';
import { createWipeVerifier, wipeChecks } from './verifier/wipe-verifier.ts';

const found = await labOrReason();
const FULL_PLAN: readonly WipeStrategyKind[] = ['ssh_key_removal', 'home_directory_purge', 'user_deletion'];
/** Strategies are given the machine's row; none of these reads it. */
const anyMachine = {} as Machine;

const tracesOf = (renter: Renter, machine: LabMachine): BookingTraces => ({
  ...renter.spec,
  machineId: machine.control.machineId,
  startedAt: instant(Date.now()),
});
const notClean = (findings: readonly WipeFinding[]) => findings.filter(({ verdict }) => verdict !== 'clean');

describe.skipIf('reason' in found)('a wipe', () => {
  let machine: LabMachine;
  let access: AccessHost;
  let runner: WipeRunner;
  let verifier: WipeVerifier;
  const renters: Renter[] = [];
  let nextUid = 2_100_001;
  const newRenter = async (): Promise<Renter> => {
    const renter = new Renter(machine, { uid: nextUid++ });
    renters.push(renter);
    await access.provision(machine.control, renter.spec, machine.work);
    return renter;
  };
  const wipe = (renter: Renter, plan = FULL_PLAN) =>
    runner.run(machine.control, anyMachine, tracesOf(renter, machine), plan, machine.work);
  const verify = (renter: Renter) => verifier.verify(machine.verifier, tracesOf(renter, machine), machine.work);

  beforeAll(async () => {
    if ('reason' in found) return;
    machine = await startLabMachine(found.lab, { flavour: 'debian' });
    access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
    runner = createWipeRunner({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
    verifier = createWipeVerifier({ pool: machine.pool });
  });
  afterAll(async () => {
    for (const renter of renters) renter.dispose();
    if ('lab' in found) await found.lab.stop();
    machine?.pool.close();
  });

  test('removes everything, and may be repeated', async () => {
    const renter = await newRenter();
    await renter.ssh('echo secret > file; mkdir -p .config; echo left > /var/tmp/left');
    const steps = await wipe(renter);
    expect(steps.filter((step) => !step.succeeded)).toEqual([]);
    const findings = await verify(renter);
    expect(findings.map(({ check }) => check)).toEqual(wipeChecks);
    expect(notClean(findings)).toEqual([]);
    expect(verdictOf(findings)).toBe('verified');
    const again = await wipe(renter);
    expect(again.filter((step) => !step.succeeded)).toEqual([]);
    expect(notClean(await verify(renter))).toEqual([]);
  });

  test('that was never run is seen by the verifier', async () => {
    const renter = await newRenter();
    const findings = await verify(renter);
    expect(verdictOf(findings)).toBe('failed');
    expect(notClean(findings).map(({ check }) => check)).toEqual(
      expect.arrayContaining(['accounts', 'keys', 'files_by_uid', 'files_by_gid', 'systemd', 'configuration']),
    );
  });
});
