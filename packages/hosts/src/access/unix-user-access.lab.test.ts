import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessHost, AccessSpec } from '@rsm/domain/access/access-host';
import { instant } from '@rsm/domain/common/instant';
import type { Lab } from '@rsm/lab';
import { openLab } from '../test-support/lab-machine.ts';
import { realClock } from '../test-support/ssh-peer.ts';
import { adoptLabHost, Renter, type LabMachine } from './testing/lab-machine.ts';
import { createUnixUserAccess } from './unix-user-access.ts';

describe('an account on a machine', () => {
  let lab: Lab;
  let machine: LabMachine;
  let access: AccessHost;
  const renters: Renter[] = [];
  let nextUid = 2_000_001;
  const newRenter = (endsInMs?: number): Renter => {
    const renter = new Renter(machine, { uid: nextUid++, ...(endsInMs === undefined ? {} : { endsInMs }) });
    renters.push(renter);
    return renter;
  };
  const provision = (spec: AccessSpec) => access.provision(machine.control, spec, machine.work);

  beforeAll(async () => {
    lab = await openLab();
    machine = await adoptLabHost(await lab.startHost({ flavour: 'debian' }));
    access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
  });
  afterAll(async () => {
    for (const renter of renters) renter.dispose();
    machine.pool.close();
    await lab.stop();
  });

  test('lets the renter in with his own key and nobody else, without root', async () => {
    const renter = newRenter();
    const { deadlineAt } = await provision(renter.spec);
    expect(deadlineAt).toBe(renter.spec.deadlineAt);
    const seen = await renter.ssh('id; pwd; stat -c %a ~; sudo -n true || echo no root');
    expect(seen).toMatchObject({ status: 0 });
    expect(seen.output).toContain(
      `uid=${renter.spec.uid}(${renter.spec.accountName}) gid=${renter.spec.uid}(${renter.spec.accountName}) groups=${renter.spec.uid}(${renter.spec.accountName})`,
    );
    expect(seen.output).toContain(`/home/${renter.spec.accountName}\n700\n`);
    expect(seen.output).toContain('no root');
    const other = newRenter();
    expect((await other.ssh('true')).status).toBe(255);
  });

  test('may be provisioned again without harm, while the renter works', { tags: 'ci' }, async () => {
    const renter = newRenter();
    await provision(renter.spec);
    const session = await renter.openSession();
    await renter.ssh('echo mine > file');
    await provision(renter.spec);
    expect(session.isOpen()).toBe(true);
    expect(await renter.ssh('cat file')).toEqual({ status: 0, output: 'mine\n' });
  });

  test('moves the deadline and reads it back from the watchdog', { tags: 'deep' }, async () => {
    const renter = newRenter();
    await provision(renter.spec);
    const later = { ...renter.spec, deadlineAt: instant(renter.spec.deadlineAt + 3_600_123) };
    expect(await access.moveDeadline(machine.control, later, machine.work)).toEqual({ deadlineAt: later.deadlineAt });
    expect((await renter.ssh('true')).status).toBe(0);
  });

  test('is revoked with its open session and a process that ignores SIGTERM', async () => {
    const renter = newRenter();
    await provision(renter.spec);
    const session = await renter.openSession();
    const pid = await machine.host.trouble.stubbornProcess(renter.spec.accountName);
    const report = await access.revoke(machine.control, renter.spec, machine.work);
    expect(report).toMatchObject({ ended: true, detail: 'account expired, 0 keys, 0 processes' });
    await session.closed;
    expect((await machine.host.run(`kill -0 ${pid}`)).exitCode).not.toBe(0);
    expect((await renter.ssh('true')).status).toBe(255);
    await expect(provision(renter.spec)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('ends at its deadline with nobody connected', { tags: 'deep' }, async () => {
    const renter = newRenter(20_000);
    await provision(renter.spec);
    const session = await renter.openSession();
    machine.pool.forget(machine.control.machineId);
    await session.closed;
    const lateMs = Date.now() - renter.spec.deadlineAt;
    expect(lateMs).toBeGreaterThan(-1_000);
    expect(lateMs).toBeLessThan(15_000);
    // What is left of him is swept in the seconds after.
    await expect
      .poll(async () => (await machine.host.run(`pgrep -U ${renter.spec.uid}`)).exitCode, { timeout: 30_000 })
      .toBe(1);
    expect((await renter.ssh('true')).status).toBe(255);
  });
});
