import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessHost } from '@rsm/domain/access/access-host';
import { instant } from '@rsm/domain/common/instant';
import { verdictOf, type WipeFinding } from '@rsm/domain/data-wipes/data-wipe';
import type { BookingTraces } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { Machine } from '@rsm/domain/machines/machine';
import type { Lab } from '@rsm/lab';
import { wipeStrategies, type WipeStrategyRegistry } from '../data-wipes/strategies/strategy-registry.ts';
import { createWipeVerifier } from '../data-wipes/verifier/wipe-verifier.ts';
import { createWipeRunner } from '../data-wipes/wipe-runner.ts';
import { openLab } from '../test-support/lab-machine.ts';
import { realClock } from '../test-support/ssh-peer.ts';
import { startContainerHost } from './testing/container-host.ts';
import { adoptLabHost, Renter, type LabMachine } from './testing/lab-machine.ts';
import { createUnixUserAccess } from './unix-user-access.ts';

/** Strategies are given the machine's row; this one does not read it. */
const anyMachine = {} as Machine;

describe('a container on a machine', () => {
  let lab: Lab;
  let machine: LabMachine;
  let access: AccessHost;
  const renters: Renter[] = [];
  let nextUid = 2_400_001;
  const newRenter = async (endsInMs?: number): Promise<Renter> => {
    const renter = new Renter(machine, {
      uid: nextUid++,
      mode: 'container',
      ...(endsInMs === undefined ? {} : { endsInMs }),
    });
    renters.push(renter);
    await access.provision(machine.control, renter.spec, machine.work);
    return renter;
  };
  const root = async (script: string): Promise<string> => (await machine.host.run(script)).stdout.trim();
  const tracesOf = (renter: Renter): BookingTraces => ({
    ...renter.spec,
    machineId: machine.control.machineId,
    startedAt: instant(Date.now()),
  });
  const wipe = (renter: Renter, strategies: WipeStrategyRegistry = wipeStrategies) =>
    createWipeRunner({ pool: machine.pool, clock: realClock, graceSeconds: 1, strategies }).run(
      machine.control,
      anyMachine,
      tracesOf(renter),
      ['container_destroy'],
      machine.work,
    );
  const verify = (renter: Renter): Promise<readonly WipeFinding[]> =>
    createWipeVerifier({ pool: machine.pool }).verify(machine.verifier, tracesOf(renter), machine.work);
  const seen = (findings: readonly WipeFinding[]) =>
    Object.fromEntries(
      findings
        .filter(({ verdict }) => verdict !== 'clean')
        .map(({ check, verdict, detail }) => [check, `${verdict}: ${detail}`]),
    );

  beforeAll(async () => {
    lab = await openLab();
    const { host, image } = await startContainerHost(lab);
    machine = await adoptLabHost(host);
    access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1, image });
  });
  afterAll(async () => {
    for (const renter of renters) renter.dispose();
    machine.pool.close();
    await lab.stop();
  });

  test('is the renter’s from provisioning to a verified clean-up: root inside, nobody outside', async () => {
    await root('echo secret > /root/of-the-provider');
    const renter = await newRenter();
    const { accountName } = renter.spec;
    expect(await renter.ssh('id -u; hostname; ls /root /home; cat /root/of-the-provider; echo "$HOME"')).toMatchObject({
      output: expect.stringMatching(new RegExp(`^0\\n${accountName}\\n`)),
    });
    expect((await renter.ssh('cat /root/of-the-provider')).output).not.toContain('secret');
    // Root inside is a number of its own outside.
    expect(Number(await root('pgrep --count -U 2000000000'))).toBeGreaterThan(0);
    expect(await renter.ssh('cat /proc/self/uid_map')).toMatchObject({
      output: expect.stringMatching(/^ +0 +2000000000 +65536\n$/),
    });
    expect(await renter.ssh('exit 7')).toMatchObject({ status: 7 });
    expect(await renter.ssh('cat > /root/kept; grep -c . /root/kept', { input: 'a\nb\n' })).toEqual({
      status: 0,
      output: '2\n',
    });
    // Nothing but the container is behind the door: not the host's loopback, not its network, not another network.
    expect(await renter.forward('127.0.0.1:22')).toBe('');
    expect(await renter.forward(`${machine.host.address}:22`)).toBe('');
    expect(
      (await renter.ssh(`timeout 3 bash -c '< /dev/tcp/${machine.host.address}/22' || echo refused`)).output,
    ).toContain('refused');
    expect(
      (await renter.ssh(`timeout 3 bash -c '< /dev/tcp/${machine.host.gateway}/22' || echo refused`)).output,
    ).toContain('No route to host');

    const later = { ...renter.spec, deadlineAt: instant(renter.spec.deadlineAt + 3_600_000) };
    expect(await access.moveDeadline(machine.control, later, machine.work)).toEqual({ deadlineAt: later.deadlineAt });
    // It may be provisioned again without harm, and comes back when its root stopped it.
    await renter.ssh('kill -TERM 1; kill -KILL -1');
    await access.provision(machine.control, renter.spec, machine.work);
    expect((await renter.ssh('cat /root/kept')).output).toBe('a\nb\n');

    console.time('plain'); await renter.ssh('true'); console.timeEnd('plain');
    console.time('fwd'); await renter.forward('127.0.0.1:22'); console.timeEnd('fwd');
    const session = await renter.openSession();
    expect(await access.revoke(machine.control, renter.spec, machine.work)).toMatchObject({ ended: true });
    await session.closed;
    expect((await renter.ssh('true')).status).toBe(255);
    expect(seen(await verify(renter))['containers']).toMatch(/^found/);

    const steps = await wipe(renter);
    expect(steps.filter((step) => !step.succeeded)).toEqual([]);
    expect(seen(await verify(renter))).toEqual({});
    expect(verdictOf(await verify(renter))).toBe('verified');
    expect(await root('podman ps -aq; podman volume ls -q; podman image ls -q | wc -l')).toBe('1');
    const again = await wipe(renter);
    expect(again.filter((step) => !step.succeeded)).toEqual([]);
  });
});
