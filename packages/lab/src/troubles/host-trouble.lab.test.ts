// @module-tag ci

import { rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostFlavour, LabHost } from '../hosts/lab-host.ts';
import { readSshBanner } from '../hosts/ssh-banner.ts';
import { runProgram } from '../processes/run-program.ts';
import { sshLogin } from '../test-support/ssh-program.ts';
import { prepareTestLab } from '../availability/prepare-test-lab.ts';

const availability = await prepareTestLab(process.env);
const reason = availability.available ? '' : `: ${availability.reason}`;

describe.skipIf(!availability.available)(`trouble with a lab host${reason}`, () => {
  if (!availability.available) return;
  const { lab } = availability;
  const hosts = new Map<HostFlavour, LabHost>();
  let clockwork: LabHost;
  beforeAll(async () => {
    const start = async (flavour: HostFlavour): Promise<LabHost> => {
      const host = await lab.startHost({ flavour });
      await host.run('useradd --create-home --shell /bin/bash renter');
      return host;
    };
    const [debian, plain, clock] = await Promise.all([start('debian'), start('no-systemd'), start('debian')]);
    hosts.set('debian', debian).set('no-systemd', plain);
    // Cron takes up to a minute; what it did is looked at last.
    clockwork = clock;
    await clockwork.trouble.cronJob('renter');
  });
  afterAll(() => lab.stop());

  it('has stopped sshd when it says so without systemd too (bug: a slow one still answered)', async () => {
    const host = hosts.get('no-systemd');
    if (host === undefined) throw new Error('the host did not start');
    const pid = await output(host, 'cat /run/sshd.pid');
    await host.run(`kill -STOP ${pid}`);
    let stopped = false;

    const stop = host.trouble.stopSshd().then(() => (stopped = true));

    await sleep(500);
    expect(stopped).toBe(false);
    await host.run(`kill -CONT ${pid}`);
    await stop;
    expect(await readSshBanner(host.address, 22, 1000)).toBeUndefined();
    await host.trouble.startSshd();
  });

  describe.for<HostFlavour>(['debian', 'no-systemd'])('of flavour %s', (flavour) => {
    const get = (): LabHost => {
      const host = hosts.get(flavour);
      if (host === undefined) throw new Error(`${flavour} did not start`);
      return host;
    };

    // Only how sshd is stopped and what a user can leave depend on what runs in a host.
    const onceMore = flavour === 'debian' ? {} : { tags: 'deep' };

    it('stops sshd for new connections only, and starts it again', async () => {
      const host = get();
      const ssh = await sshLogin(host);
      const open = ssh.run('sleep 2; echo finished');
      await expect.poll(() => output(host, 'pgrep -f "^sleep 2$" || true'), { timeout: 20_000 }).not.toBe('');

      await host.trouble.stopSshd();

      expect(await readSshBanner(host.address, 22, 1000)).toBeUndefined();
      expect(await open).toMatchObject({ exitCode: 0, stdout: 'finished\n' });
      await host.trouble.startSshd();
      await expect.poll(() => readSshBanner(host.address, 22, 1000)).toMatch(/^SSH-2\.0-OpenSSH/);
    });

    it('changes its host keys, which a client with pinned keys refuses', async () => {
      const host = get();
      const ssh = await sshLogin(host);
      const before = await host.hostKeys();

      await host.trouble.changeHostKey();

      const after = await host.hostKeys();
      expect(after.map((key) => key.type)).toEqual(before.map((key) => key.type));
      expect(after.filter((key) => before.some((old) => old.fingerprint === key.fingerprint))).toEqual([]);
      await expect.poll(async () => (await ssh.run('true')).stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED');
    });

    it('drops sessions in the middle of a command', onceMore, async () => {
      const host = get();
      const ssh = await sshLogin(host);

      const [result, dropped] = await Promise.all([
        ssh.run('echo begun; sleep 30; echo finished'),
        host.trouble.dropSessionsAfter(4_000),
      ]);

      expect(dropped).toBeGreaterThan(0);
      expect(result).toMatchObject({ exitCode: 255, stdout: 'begun\n', timedOut: false });
    });

    it('cuts a connection after so many bytes', onceMore, async () => {
      const host = get();
      const ssh = await sshLogin(host);

      const [result] = await Promise.all([
        // Ends with the pipe; else it would go on by itself on the host, with four processes a turn.
        ssh.run(
          'for i in $(seq 3000); do head -c 10000 /dev/zero | tr "\\0" x || exit; sleep 0.01; done; echo finished',
        ),
        host.trouble.cutAfterBytes(200_000),
      ]);

      expect(result.exitCode).toBe(255);
      expect(result.stdout.length).toBeGreaterThan(100_000);
      expect(result.stdout).not.toContain('finished');
    });

    it('loses its network without a word, and gets it back', onceMore, async () => {
      const host = get();
      const ssh = await sshLogin(host);
      expect(await ssh.run('true')).toMatchObject({ exitCode: 0 });

      await host.trouble.cutNetwork();

      const lost = await ssh.run('true');
      expect(lost).toMatchObject({ exitCode: 255 });
      expect(lost.stderr).toContain('timed out');
      await host.trouble.healNetwork();
      expect(await ssh.run('ip route show default')).toMatchObject({
        stdout: `default via ${host.gateway} dev eth0 \n`,
      });
    });

    it('answers slowly, and fast again', onceMore, async () => {
      const host = get();
      const before = await fastestRoundTripMs(host);

      await host.trouble.slowNetwork(200);

      const slow = await fastestRoundTripMs(host);
      await host.trouble.normalNetwork();
      const after = await fastestRoundTripMs(host);
      expect(slow).toBeGreaterThan(195);
      expect(slow).toBeLessThan(400);
      expect(Math.max(before, after)).toBeLessThan(100);
    });

    it('is slow for a whole SSH login too', onceMore, async () => {
      const host = get();
      const ssh = await sshLogin(host);
      await host.trouble.slowNetwork(100);

      const start = performance.now();
      const result = await ssh.run('head -c 300000 /dev/zero | wc -c');
      const tookMs = performance.now() - start;

      expect(result).toMatchObject({ exitCode: 0, stdout: '300000\n' });
      expect(tookMs).toBeGreaterThan(500);
      await host.trouble.normalNetwork();
    });

    it('has a full disk, for root too, and room again', onceMore, async () => {
      const host = get();

      await host.trouble.fillDisk();

      const full = await host.run('echo some text > /root/more && cat /root/more');
      expect(full.stdout).toBe('');
      expect(full.stderr).toContain('No space left on device');
      await host.trouble.freeDisk();
      expect(await output(host, 'echo some text > /root/more && cat /root/more')).toBe('some text');
    });

    it('has a root that can only be read, and written again', onceMore, async () => {
      const host = get();

      await host.trouble.readOnlyRoot();

      expect((await host.run('touch /root/x /etc/x /var/tmp/x')).stderr).toContain('Read-only file system');
      const ssh = await sshLoginWithWritableRoot(host);
      await host.trouble.readOnlyRoot();
      expect(await ssh.run('touch /root/x')).toMatchObject({ exitCode: 1 });
      await host.trouble.writableRoot();
      expect(await output(host, 'touch /root/x && echo written')).toBe('written');
    });

    it('lacks a tool, and has it again', onceMore, async () => {
      const host = get();
      expect(await output(host, 'sysbench --version')).toContain('sysbench');

      await host.trouble.hideTool('sysbench');

      expect((await host.run('sysbench --version')).exitCode).toBe(127);
      await host.trouble.restoreTool('sysbench');
      expect(await output(host, 'sysbench --version')).toContain('sysbench');
    });

    it('has a tool that lies about what the real one says', onceMore, async () => {
      const host = get();

      await host.trouble.shadowTool('ps', (real) => `#!/bin/sh\n${real} "$@" | grep -v cron\n`);

      expect(await output(host, 'ps -e | grep -c cron || true')).toBe('0');
      await host.trouble.shadowTool('ps', '#!/bin/sh\nexit 3\n');
      expect((await host.run('ps -e')).exitCode).toBe(3);
      await host.trouble.restoreTool('ps');
      expect(await output(host, 'ps -e | grep -c cron')).toBe('1');
    });

    it('has a process of a user that ignores SIGTERM', onceMore, async () => {
      const host = get();

      const pid = await host.trouble.stubbornProcess('renter');

      expect(await output(host, `ps -o user= -p ${pid}`)).toBe('renter');
      await host.run(`kill -TERM ${pid}; sleep 0.3`);
      expect((await host.run(`kill -0 ${pid}`)).exitCode).toBe(0);
      // Where there is a logind the process belongs to the user's slice, as one started over SSH does.
      const group = flavour === 'debian' ? /user\.slice\/user-\d+\.slice/ : /:\/$/m;
      expect(await output(host, `cat /proc/${pid}/cgroup`)).toMatch(group);
      await host.run(`kill -KILL ${pid}`);
      await expect.poll(async () => (await host.run(`kill -0 ${pid}`)).exitCode).not.toBe(0);
    });

    it('keeps what a user left: a file, a cron job, an at job, a second key', async () => {
      const host = get();

      const path = await host.trouble.foreignFile('renter');
      await host.trouble.cronJob('renter');
      const job = await host.trouble.atJob('renter');
      const { publicKey, privateKey } = await host.trouble.secondKey('renter');

      expect(await output(host, `stat -c %U ${path}`)).toBe('renter');
      expect(await output(host, 'crontab -l -u renter')).toContain('/var/tmp/cron-renter');
      expect(await output(host, 'atq')).toMatch(new RegExp(`^${job}\\s.*renter$`, 'm'));
      expect(await output(host, 'cat /home/renter/.ssh/authorized_keys')).toContain(publicKey);
      expect(await loginWithKey(host, 'renter', privateKey)).toBe('renter');
    });

    it('moves to another zone', onceMore, async () => {
      const host = get();

      await host.trouble.setTimeZone('America/St_Johns');

      expect(await output(host, 'cat /etc/timezone; date +%Z')).toMatch(/^America\/St_Johns\nN[SD]T$/);
      await expect(host.trouble.setTimeZone('No/Where')).rejects.toThrow('timeZone: there is no zone No/Where');
      await host.trouble.setTimeZone('Etc/UTC');
    });

    it('refuses names that are none', onceMore, async () => {
      const host = get();

      await expect(host.trouble.stubbornProcess('root; reboot')).rejects.toThrow('user: "root; reboot"');
      await expect(host.trouble.hideTool('../etc')).rejects.toThrow('name: "../etc"');
      await expect(host.trouble.hideTool('no-such-tool')).rejects.toThrow('no-such-tool: not on this host');
      await expect(host.trouble.slowNetwork(0)).rejects.toThrow('delayMs: 0');
    });
  });

  it('leaves a host that reboots without its troubles of the network', { tags: 'deep' }, async () => {
    const host = await lab.startHost({ flavour: 'debian' });
    const ssh = await sshLogin(host);
    await host.trouble.slowNetwork(300);

    await host.reboot();

    expect(await fastestRoundTripMs(host)).toBeLessThan(100);
    expect(await ssh.run('true')).toMatchObject({ exitCode: 0 });
    await host.trouble.slowNetwork(150);
    expect(await roundTripMs(host)).toBeGreaterThan(145);
    await host.stop();
  });

  it('can start with a root that can only be read', { tags: 'deep' }, async () => {
    const host = await lab.startHost({ flavour: 'bare', readOnlyRoot: true });

    expect((await host.run('touch /root/x')).stderr).toContain('Read-only file system');
    await host.stop();
  });

  it('runs the cron job of a user', { tags: 'deep' }, async () => {
    const answer = () => clockwork.run('cat /var/tmp/cron-renter');
    await expect.poll(async () => (await answer()).exitCode, { timeout: 75_000, interval: 1000 }).toBe(0);
  });
});

async function output(host: LabHost, script: string): Promise<string> {
  const result = await host.run(script);
  if (result.exitCode !== 0) throw new Error(`exit status ${result.exitCode}: ${result.stderr}${result.stdout}`);
  return result.stdout.trim();
}

/** The fastest of a few: a busy machine makes one slow, and never one fast. */
async function fastestRoundTripMs(host: LabHost): Promise<number> {
  let fastestMs = Infinity;
  for (let round = 0; round < 8; round += 1) fastestMs = Math.min(fastestMs, await roundTripMs(host));
  return fastestMs;
}

/** The time the handshake of a TCP connection takes, seen from here: one round trip. */
function roundTripMs(host: LabHost): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const socket = connect({ host: host.address, port: host.sshPort }, () => {
      socket.destroy();
      resolve(performance.now() - start);
    });
    socket.on('error', reject);
  });
}

async function sshLoginWithWritableRoot(host: LabHost): ReturnType<typeof sshLogin> {
  await host.trouble.writableRoot();
  return sshLogin(host);
}

async function loginWithKey(host: LabHost, user: string, privateKey: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rsm-lab-key-'));
  const file = join(folder, 'key');
  writeFileSync(file, privateKey, { mode: 0o600 });
  const options = ['-F', 'none', '-i', file, '-o', 'BatchMode=yes', '-o', 'UserKnownHostsFile=/dev/null'];
  const accept = ['-o', 'StrictHostKeyChecking=no', '-o', 'LogLevel=ERROR', '-o', 'IdentitiesOnly=yes'];
  const result = await runProgram('ssh', [...options, ...accept, `${user}@${host.address}`, 'id -un'], {
    timeoutMs: 20_000,
  });
  rmSync(folder, { recursive: true });
  return result.stdout.trim();
}
