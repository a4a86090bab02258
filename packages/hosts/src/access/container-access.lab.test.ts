// @module-tag ci

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AccessHost } from '@rsm/domain/access/access-host';
import { instant } from '@rsm/domain/common/instant';
import { verdictOf, type WipeFinding } from '@rsm/domain/data-wipes/data-wipe';
import type { BookingTraces, SoughtBooking } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { Machine } from '@rsm/domain/machines/machine';
import { startContainerHost, type Lab } from '@rsm/lab';
import { createCanaryPlanter } from '../data-wipes/canaries/canary-planter.ts';
import { wipeStrategies, type WipeStrategyRegistry } from '../data-wipes/strategies/strategy-registry.ts';
import { residuesLeft, wipeOnce } from '../data-wipes/testing/matrix-run.ts';
import { createWipeVerifier } from '../data-wipes/verifier/wipe-verifier.ts';
import { createWipeRunner } from '../data-wipes/wipe-runner.ts';
import { foreignTemplate, parseForeignLook } from '../handovers/foreign-look.ts';
import { judgePeople } from '../handovers/judge-foreign.ts';
import { openLab } from '../test-support/lab-machine.ts';
import { realClock } from '../test-support/ssh-peer.ts';
import { adoptLabHost, Renter, type LabMachine } from './testing/lab-machine.ts';
import { NEIGHBOUR } from './testing/neighbour.ts';
import { createUnixUserAccess } from './unix-user-access.ts';

/** Strategies are given the machine's row; this one does not read it. */
const anyMachine = {} as Machine;

/** Where root inside is outside: podman is told by us, docker by its daemon (the first of /etc/subuid). */
const ENGINES = [
  { engine: 'podman', insideUid: 2_000_000_000 },
  { engine: 'docker', insideUid: 165_536 },
] as const;

// What is done on the machine differs between them in a few words of the same commands.
const depthOf = (engine: (typeof ENGINES)[number]['engine']) => (engine === 'podman' ? {} : { tags: 'deep' });

describe.each(ENGINES)('a container of $engine on a machine', ({ engine, insideUid }) => {
  let lab: Lab;
  let machine: LabMachine;
  let access: AccessHost;
  const renters: Renter[] = [];
  let nextUid = 2_400_001;
  let baseline = '';
  /** A volume without a name is the last renter's if it is younger than his booking. */
  let begunAt = instant(0);
  const verifier = () => createWipeVerifier({ pool: machine.pool, clock: realClock });
  const newRenter = async (endsInMs?: number): Promise<Renter> => {
    const renter = new Renter(machine, {
      uid: nextUid++,
      mode: 'container',
      ...(endsInMs === undefined ? {} : { endsInMs }),
    });
    renters.push(renter);
    begunAt = instant(Date.now());
    await access.provision(machine.control, renter.spec, machine.work);
    return renter;
  };
  const root = async (script: string): Promise<string> => (await machine.host.run(script)).stdout.trim();
  const tracesOf = (renter: Renter): BookingTraces => ({
    ...renter.spec,
    machineId: machine.control.machineId,
    startedAt: begunAt,
    baseline,
  });
  const wipe = (renter: Renter, strategies: WipeStrategyRegistry = wipeStrategies) =>
    createWipeRunner({ pool: machine.pool, clock: realClock, graceSeconds: 1, strategies }).run(
      machine.control,
      anyMachine,
      tracesOf(renter),
      ['container_destroy'],
      machine.work,
    );
  const verify = (renter: Renter, marks: Pick<SoughtBooking, 'canaries'> = {}): Promise<readonly WipeFinding[]> =>
    verifier().verify(machine.verifier, { ...tracesOf(renter), ...marks }, machine.work);
  const seen = (findings: readonly WipeFinding[]) =>
    Object.fromEntries(
      findings
        .filter(({ verdict }) => verdict !== 'clean')
        .map(({ check, verdict, detail }) => [check, `${verdict}: ${detail}`]),
    );

  beforeAll(async () => {
    lab = await openLab();
    const { host, image } = await startContainerHost(lab, { engine });
    machine = await adoptLabHost(host);
    access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1, image });
    baseline = await verifier().takeBaseline(machine.verifier, machine.work);
  });
  afterAll(async () => {
    for (const renter of renters) renter.dispose();
    machine.pool.close();
    await lab.stop();
  });

  // One container's whole life, with podman's slow store of the lab in it: longer than other tests on a host.
  const lifeTest = { timeout: 360_000, ...depthOf(engine) };
  test('is the renter’s from provisioning to a verified clean-up: root inside, nobody outside', lifeTest, async () => {
    await root('echo secret > /root/of-the-provider');
    const renter = await newRenter();
    const { accountName } = renter.spec;
    expect((await renter.ssh('id -u; hostname')).output).toBe(`0\n${accountName}\n`);
    expect((await renter.ssh('cat /root/of-the-provider')).output).not.toContain('secret');
    // Markers are planted inside, as the renter's own; this image has no /var/tmp.
    const planter = createCanaryPlanter({ pool: machine.pool });
    const canaries = planter.marksOf(planter.newSeed());
    const planted = await planter.plant(machine.control, renter.spec, canaries, machine.work);
    expect(planted.map(({ place }) => place)).toEqual(['home', 'tmp', 'dev_shm']);
    const [mark] = canaries;
    expect((await renter.ssh(`cat /root/${mark?.name ?? ''}`)).output).toBe(`${mark?.content ?? ''}\n`);
    // Root inside is a number of its own outside.
    expect(Number(await root(`pgrep --count -U ${insideUid}`))).toBeGreaterThan(0);
    expect((await renter.ssh('cat /proc/self/uid_map')).output).toMatch(new RegExp(`^ +0 +${insideUid} +65536\\n$`));
    expect(await renter.ssh('exit 7')).toMatchObject({ status: 7 });
    // Whoever works in the container is the renter, and nobody whom the check at the start would call somebody else.
    const control = machine.pool.session(machine.control, machine.work);
    const around = parseForeignLook(
      (await control.run(foreignTemplate, { sshUser: 'root', account: accountName })).stdout,
    );
    expect(around?.insideUids).toEqual([{ first: insideUid, count: 65_536 }]);
    expect(around?.processes.some(({ uid }) => uid === insideUid)).toBe(true);
    expect(judgePeople(around, renter.spec.uid)).toMatchObject({ actual: 'nobody else', verdict: 'passed' });
    expect(await renter.ssh('cat > /root/kept; grep -c . /root/kept', { input: 'a\nb\n' })).toEqual({
      status: 0,
      output: '2\n',
    });
    expect(await renter.sftp('ls -l /root')).toMatch(/ 4 .*kept/);
    // A service inside is reached by the container's name, which the greeting of a login tells.
    const login = await renter.login('exit\n');
    expect(login).toContain(`ssh -L 8888:${accountName}:8888`);
    const service = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 8888, Listen => 1); my $c = $s->accept; print $c "inside"; close $c`;
    await renter.ssh(`(setsid perl -e '${service}' >/dev/null 2>&1 </dev/null &); sleep 1`);
    expect(await renter.forward(`${accountName}:8888`)).toBe('inside');
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

    const session = await renter.openSession();
    expect(await access.revoke(machine.control, renter.spec, machine.work)).toMatchObject({ ended: true });
    await session.closed;
    expect((await renter.ssh('true')).status).toBe(255);
    const left = seen(await verify(renter, { canaries }));
    for (const check of ['containers', 'canaries_by_name']) expect(left[check], check).toMatch(/^found/);

    // One cell of the matrix of clean-ups: the runtime is gone as the strategy begins.
    const strategy = 'container_destroy';
    const struck = await wipeOnce(machine, tracesOf(renter), [strategy], {
      strategy,
      strike: async (moment, index) => {
        if (moment === 'before' && index === 0) await machine.host.trouble.hideTool(engine);
      },
    });
    await machine.host.trouble.restoreTool(engine);
    // Podman's store is read without podman; docker's is known to docker alone, and is not clean because nobody can look.
    expect(struck.end, struck.said).toBe(engine === 'podman' ? 'failed' : 'unverifiable');
    expect(await residuesLeft(machine, renter)).toEqual(['container', 'volume', 'file in the volume', 'network']);
    expect(struck.said).toContain(`step remove the container and its layers: ${engine} is missing`);

    const steps = await wipe(renter);
    expect(steps.filter((step) => !step.succeeded)).toEqual([]);
    const findings = await verify(renter, { canaries });
    expect(seen(findings)).toEqual({});
    expect(verdictOf(findings)).toBe('verified');
    expect(await root(`${engine} ps --all --quiet; ${engine} volume ls -q; ${engine} image ls -q | wc -l`)).toBe('1');
  });

  test('that is left in part is found, whatever is left', { tags: 'deep' }, async () => {
    const renter = await newRenter();
    const { accountName } = renter.spec;
    await access.revoke(machine.control, renter.spec, machine.work);
    await wipe(renter);
    const again = await wipe(renter);
    expect(again.filter((step) => !step.succeeded)).toEqual([]);
    const image = await root(`${engine} image ls --format "{{.Repository}}@{{.Digest}}"`);
    expect(seen(await verify(renter))).toEqual({});
    for (const [what, plant, remove] of [
      ['a container', `${engine} create --name ${accountName} ${image} sh`, `${engine} rm ${accountName}`],
      ['a volume', `${engine} volume create ${accountName}`, `${engine} volume rm ${accountName}`],
      ['a volume without a name', `${engine} volume create`, `${engine} volume prune --force`],
      ['a network', `${engine} network create ${accountName}`, `${engine} network rm ${accountName}`],
    ] as const) {
      expect((await machine.host.run(plant)).exitCode, what).toBe(0);
      expect(seen(await verify(renter))['containers'] ?? 'nothing', what).toMatch(/^found/);
      expect((await machine.host.run(remove)).exitCode, what).toBe(0);
      expect(seen(await verify(renter)), what).toEqual({});
    }
    // Last, because podman remembers the names that an image once had.
    await root(`${engine} tag ${image} localhost/${accountName}:kept`);
    expect(seen(await verify(renter))['containers']).toMatch(/^found/);
  });

  test('that its strategy left alone is not verified', { tags: 'deep' }, async () => {
    const renter = await newRenter();
    const skipped = { kind: 'container_destroy', execute: () => Promise.resolve([]) } as const;
    const steps = await wipe(renter, { ...wipeStrategies, container_destroy: () => skipped });
    expect(steps.filter((step) => !step.succeeded)).toEqual([]);
    const findings = await verify(renter);
    expect(verdictOf(findings)).toBe('failed');
    for (const check of ['accounts', 'sudoers', 'configuration', 'containers'])
      expect(seen(findings)[check], check).toMatch(/^found/);
    await wipe(renter);
    expect(seen(await verify(renter))).toEqual({});
  });

  test('reaches the public, and neither metadata nor private networks nor port 25', { tags: 'deep' }, async () => {
    await root(NEIGHBOUR);
    const said = async (by: (script: string) => Promise<string>, place: string): Promise<string> =>
      (await by(`timeout 5 bash -c 'exec 3<>/dev/tcp/${place} && head -c 5 <&3' 2>/dev/null || echo refused`)).trim();
    const renter = await newRenter();
    const inside = async (script: string): Promise<string> => (await renter.ssh(script)).output;
    for (const place of ['198.51.100.2/80', '198.51.100.2/587']) {
      expect(await said(inside, place), place).toBe('hello');
    }
    for (const place of ['169.254.169.254/80', '198.51.100.2/25', '10.77.0.2/80', '192.168.7.2/80', '100.64.9.2/80']) {
      expect(await said(root, place), `${place} answers the machine`).toBe('hello');
      expect(await said(inside, place), `${place} from inside`).toBe('refused');
    }
    await access.revoke(machine.control, renter.spec, machine.work);
    await wipe(renter);
    expect(seen(await verify(renter))).toEqual({});
  });

  test('is there again after a reboot, and ends at its deadline with nobody connected', { tags: 'deep' }, async () => {
    // Provisioned and rebooted within it also on a machine that has much else to do.
    const renter = await newRenter(90_000);
    const { accountName } = renter.spec;
    await renter.ssh('echo mine > /root/kept');
    machine.pool.forget(machine.control.machineId);
    await machine.host.reboot();
    expect(await renter.ssh('cat /root/kept')).toEqual({ status: 0, output: 'mine\n' });
    expect(await root('nft list tables')).toContain(accountName);
    const session = await renter.openSession();
    await session.closed;
    expect(Date.now()).toBeGreaterThan(renter.spec.deadlineAt - 1_000);
    await vi.waitFor(async () => expect(await root(`${engine} ps --quiet`)).toBe(''), {
      timeout: 20_000,
      interval: 500,
    });
    expect((await renter.ssh('true')).status).toBe(255);
    await wipe(renter);
    expect(seen(await verify(renter))).toEqual({});
  });
});
