// @module-tag ci

import type { Machine } from '@rsm/domain/machines/machine';
import type { MachineTarget } from '@rsm/domain/machines/machine-host';
import { labNetwork, type HostFlavour, type Lab, type LabHost } from '@rsm/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyMachine } from '../test-support/any-machine.ts';
import { anyWork, labGuard, openLab, pinnedKeyOf } from '../test-support/lab-machine.ts';
import { realClock, recordingLog } from '../test-support/ssh-peer.ts';
import { DEFAULT_SSH_LIMITS } from '../ssh/ssh-limits.ts';
import { SshPool } from '../ssh/ssh-pool.ts';
import { createMachineInspector } from './inspector.ts';
import { createOnboardingBlocks } from './onboarding.ts';
import { createMachineProber } from './probe.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.stop());

/** Shared by the tests that leave it as they found it, or that only ask for its host key anew. */
let shared: Promise<LabHost> | null = null;
const sharedHost = async (): Promise<LabHost> => (shared ??= lab.startHost({ flavour: 'debian' }));

/** A machine as the product sees it after the provider pasted the block, and everything that talks to it. */
async function connect(host: LabHost, options: { readonly user?: string; readonly paste?: boolean } = {}) {
  const endpoint = { address: host.address, port: host.sshPort };
  const hostKey = await pinnedKeyOf(host);
  const sshUser = options.user ?? 'root';
  const { machine, controlPrivateKey, verifierPrivateKey } = anyMachine({
    control: endpoint,
    renter: endpoint,
    hostKey,
    sshUser,
  });
  const blocks = createOnboardingBlocks({ ourAddresses: [labNetwork] }).render({ machine });
  if (options.paste !== false) expect(await host.run(blocks.grant)).toMatchObject({ exitCode: 0, stderr: '' });
  const log = recordingLog();
  const limits = { ...DEFAULT_SSH_LIMITS, connectTimeoutMs: 3_000 };
  const pool = new SshPool({ guard: labGuard(), log, clock: realClock, limits });
  const targetOf = (credential: MachineTarget['credential']): MachineTarget => ({
    machineId: machine.id,
    endpoint,
    sshUser,
    hostKey,
    credential,
    privateKey: credential === 'control' ? controlPrivateKey : verifierPrivateKey,
  });
  const inspector = createMachineInspector({ pool, clock: realClock });
  return {
    machine,
    blocks,
    pool,
    log,
    control: targetOf('control'),
    inspect: (change: Partial<Machine> = {}) =>
      inspector.inspect(targetOf('control'), targetOf('verifier'), { ...machine, ...change }, anyWork('inspect')),
  };
}

const failedIn = (inspection: {
  readonly checks: readonly { readonly id: string; readonly passed: boolean }[];
}): string[] => inspection.checks.filter((check) => !check.passed).map((check) => check.id);

describe('the onboarding blocks on a host', () => {
  let host: LabHost;
  beforeAll(async () => {
    host = await sharedHost();
  });

  it.each(['root', 'provider'])(
    'let our keys in for %s, leave the owner’s keys alone, and can be pasted again',
    async (user) => {
      const home = user === 'root' ? '/root' : `/home/${user}`;
      await host.run(
        `install -d -m 700 -o ${user} -g ${user} ${home}/.ssh && printf 'ssh-ed25519 AAAAowner owner@home' > ${home}/.ssh/authorized_keys && chown ${user}: ${home}/.ssh/authorized_keys`,
      );
      const { blocks, control, pool } = await connect(host, { user });
      expect((await pool.session(control, anyWork()).login()).privilege).toBe(user === 'root' ? 'root' : 'sudo');
      const once = (await host.run(`cat ${home}/.ssh/authorized_keys; stat -c '%a %U:%G' ${home}/.ssh/authorized_keys`))
        .stdout;
      expect(once.split('\n')).toHaveLength(5);
      expect(once).toContain('ssh-ed25519 AAAAowner owner@home\n');
      expect(once).toContain(`600 ${user}:${user}`);
      const again = await host.run(blocks.grant);
      expect(again.stdout).toMatch(/Done: our two keys may log in as \w+\.\nCompare this fingerprint .*\n256 SHA256:/);
      expect(
        (await host.run(`cat ${home}/.ssh/authorized_keys; stat -c '%a %U:%G' ${home}/.ssh/authorized_keys`)).stdout,
      ).toBe(once);

      expect(await host.run(blocks.takeAway)).toMatchObject({ exitCode: 0 });
      expect((await host.run(`cat ${home}/.ssh/authorized_keys`)).stdout).toBe('ssh-ed25519 AAAAowner owner@home\n');
      pool.forget(control.machineId);
      await expect(pool.session(control, anyWork()).login()).rejects.toMatchObject({ failure: 'login_refused' });
      expect(await host.run(blocks.takeAway)).toMatchObject({ exitCode: 0 });
      expect((await host.run(`ls -A ${home}/.ssh`)).stdout).toBe('authorized_keys\n');
      pool.close();
    },
  );

  it('let our keys do nothing but run commands', async () => {
    const { control, pool } = await connect(host);
    const file = (await host.run('cat /root/.ssh/authorized_keys')).stdout;
    expect(
      file
        .trim()
        .split('\n')
        .filter((line) => line.includes('rsm-'))
        .every((line) => line.startsWith(`from="${labNetwork}",restrict `)),
    ).toBe(true);
    await pool.session(control, anyWork()).login();
    pool.close();
  });

  it('are refused from anywhere but our addresses', { tags: 'deep' }, async () => {
    const { machine, control, pool } = await connect(host, { paste: false });
    const elsewhere = createOnboardingBlocks({ ourAddresses: ['192.0.2.1'] }).render({ machine });
    await host.run(elsewhere.grant);
    await expect(pool.session(control, anyWork()).login()).rejects.toMatchObject({ failure: 'login_refused' });
    pool.close();
  });

  it('change nothing for a user who is not there or a file that is a link', async () => {
    const missing = await connect(host, { user: 'nobody-here', paste: false });
    expect(await host.run(missing.blocks.grant)).toMatchObject({
      exitCode: 1,
      stderr: 'Nothing was changed: there is no user nobody-here with a home on this machine.\n',
    });
    await host.run(
      'useradd --create-home linked && install -d -o linked /home/linked/.ssh && echo secret > /etc/target && ln -s /etc/target /home/linked/.ssh/authorized_keys',
    );
    const linked = await connect(host, { user: 'linked', paste: false });
    expect(await host.run(linked.blocks.grant)).toMatchObject({ exitCode: 1 });
    expect((await host.run('cat /etc/target')).stdout).toBe('secret\n');
    missing.pool.close();
    linked.pool.close();
  });
});

describe('the inspector', () => {
  it.each<HostFlavour>(['debian', 'bare', 'no-systemd'])(
    'passes a stock host of flavour %s and reads its facts',
    async (flavour) => {
      const host = await lab.startHost({ flavour });
      const { inspect, log, pool } = await connect(host);
      const inspection = await inspect();
      expect(failedIn(inspection)).toEqual([]);
      expect(inspection.checks.map((check) => check.id)).toEqual([
        'reachable',
        'host_key',
        'login',
        'root',
        'verifier_login',
        'os',
        'kernel',
        'scheduler',
        'sshd_version',
        'sshd_drop_ins',
        'tools',
        'writable',
        'disk',
        'memory',
        'gpus',
        'clock',
        'network_fence',
      ]);
      const { facts } = inspection;
      const seenInside = (script: string) => host.run(script).then((answer) => answer.stdout.trim());
      expect(facts.cpu?.threads).toBe(Number(await seenInside('nproc')));
      expect(facts.memory?.totalBytes).toBe(
        1024 * Number(await seenInside("awk '/^MemTotal/ { print $2 }' /proc/meminfo")),
      );
      expect(facts.kernel).toBe(await seenInside('uname -sr'));
      expect(facts.os).toMatchObject({ id: 'debian' });
      expect(facts.disks?.map((disk) => disk.mountPoint)).toEqual(['/']);
      expect(facts.initSystem).toBe(flavour === 'no-systemd' ? 'other' : 'systemd');
      expect(facts.sshdVersion).toContain('OpenSSH');
      expect(facts.timeZone).toMatch(/UTC$/);
      expect(log.entries.every((entry) => entry.kind === 'read_only')).toBe(true);
      expect((await inspect()).facts.fingerprint).toBe(facts.fingerprint);
      pool.close();
      await host.stop();
    },
  );

  it('works through sudo, and says when there is none', { tags: 'deep' }, async () => {
    const host = await sharedHost();
    const withSudo = await connect(host, { user: 'provider' });
    const inspection = await withSudo.inspect();
    expect(failedIn(inspection)).toEqual([]);
    expect(inspection.checks.find((check) => check.id === 'root')).toMatchObject({
      actual: 'sudo without a password',
      remedy: null,
    });
    withSudo.pool.close();
    await host.run('useradd --create-home plain');
    const without = await connect(host, { user: 'plain' });
    const refused = await without.inspect();
    expect(failedIn(refused)).toEqual(['root']);
    expect(refused.checks.find((check) => check.id === 'root')?.remedy).toContain('plain ALL=(ALL) NOPASSWD: ALL');
    expect(refused.facts.unreadable.length).toBeGreaterThan(0);
    without.pool.close();
  });

  it('says what is wrong, with a remedy, and changes nothing', async () => {
    const host = await lab.startHost({ flavour: 'debian', timeZone: 'Asia/Tokyo' });
    const { inspect, pool } = await connect(host);
    await host.run("sed -i '/^Include/d' /etc/ssh/sshd_config");
    await host.trouble.hideTool('usermod');
    const inspection = await inspect();
    expect(failedIn(inspection)).toEqual(['sshd_drop_ins', 'tools']);
    expect(inspection.checks.find((check) => check.id === 'tools')?.actual).toBe('missing: usermod');
    expect(inspection.facts.timeZone).toBe('Asia/Tokyo');
    await host.trouble.restoreTool('usermod');
    await host.trouble.fillDisk();
    expect(failedIn(await inspect())).toEqual(['sshd_drop_ins', 'disk']);
    pool.close();
    await host.stop();
  });

  it('answers a fact that can’t be read with its reason', { tags: 'deep' }, async () => {
    const host = await sharedHost();
    const { inspect, pool } = await connect(host);
    await host.trouble.shadowTool('systemd-detect-virt', '#!/bin/sh\necho "no bus" >&2\nexit 9\n');
    const { facts } = await inspect();
    expect(facts.virtualization).toBeNull();
    expect(facts.unreadable).toEqual([
      { fact: 'virtualization', reason: 'A command on the machine ended with status 9: no bus' },
    ]);
    await host.trouble.restoreTool('systemd-detect-virt');
    pool.close();
  });

  it('answers with the first failed check when it can’t get in, and throws when the host key changed', async () => {
    const host = await sharedHost();
    const stranger = await connect(host, { paste: false });
    expect(failedIn(await stranger.inspect())).toEqual(['login']);
    stranger.pool.close();
    const { inspect, machine, pool } = await connect(host);
    await host.run(`sed -i '/rsm-verifier-${machine.id}/d' /root/.ssh/authorized_keys`);
    expect(failedIn(await inspect())).toEqual(['verifier_login']);
    pool.forget(machine.id);
    await host.trouble.stopSshd();
    const unreachable = await inspect();
    expect(unreachable.checks).toEqual([
      expect.objectContaining({ id: 'reachable', passed: false, remedy: expect.stringContaining('sshd') as string }),
    ]);
    await host.trouble.startSshd();
    await host.trouble.changeHostKey();
    await expect(inspect()).rejects.toMatchObject({ code: 'host_key_changed' });
    pool.close();
  });
});

describe('the probe', () => {
  it('tells up, degraded, down and our own trouble apart', async () => {
    const host = await sharedHost();
    const { control, pool } = await connect(host, { user: 'provider' });
    let isOurNetworkUp = true;
    const options = { pool, isOurNetworkUp: async () => isOurNetworkUp };
    const prober = createMachineProber(options);
    const probe = () => prober.probe(control, anyWork('probe'));
    // For a machine that is cut off alone: on a busy one even a machine that is there may take so long.
    const impatient = createMachineProber({ ...options, timeoutMs: 1_000 });
    const probeBriefly = () => impatient.probe(control, anyWork('probe'));
    expect(await probe()).toEqual({ outcome: 'up', detail: null });
    await host.trouble.readOnlyRoot();
    expect(await probe()).toMatchObject({ outcome: 'degraded' });
    await host.trouble.writableRoot();
    await host.trouble.cutNetwork();
    // The words of the probe's own limit: the command's and the connection's, which are longer, have others.
    expect(await probeBriefly()).toEqual({ outcome: 'down', detail: 'The machine did not answer in time.' });
    isOurNetworkUp = false;
    expect(await probeBriefly()).toMatchObject({ outcome: 'control_failed' });
    await host.trouble.healNetwork();
    isOurNetworkUp = true;
    await expect.poll(() => probe().then((answer) => answer.outcome), { timeout: 20_000 }).toBe('up');
    pool.forget(control.machineId);
    await host.trouble.stopSshd();
    expect(await probe()).toMatchObject({
      outcome: 'down',
      detail: 'The machine refused the connection on this port.',
    });
    await host.trouble.startSshd();
    await host.trouble.changeHostKey();
    await expect(probe()).rejects.toMatchObject({ code: 'host_key_changed' });
    pool.close();
  });
});
