// @module-tag ci

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { readSshBanner } from '../hosts/ssh-banner.ts';
import { defaultCacheDir } from '../prepare-lab.ts';
import { withFileLock } from '../processes/file-lock.ts';
import { descendantsOf } from '../processes/process-tree.ts';
import { runProgramOrThrow } from '../processes/run-program.ts';
import { prepareTestLab } from '../availability/prepare-test-lab.ts';
import { sweepIfPossible, sweepLockPath, sweepStaleLabs, sweepWithLock } from './sweep-stale-labs.ts';

const availability = await prepareTestLab(process.env);
const reason = availability.available ? '' : `: ${availability.reason}`;
const cacheDir = process.env['RSM_LAB_CACHE'] ?? defaultCacheDir;

/** What another process says about the host it has started. */
const startedHost = z.object({ name: z.string(), address: z.string(), index: z.number() });
type StartedHost = z.infer<typeof startedHost>;

describe.skipIf(!availability.available)(`what lab hosts leave behind${reason}`, () => {
  if (!availability.available) return;
  const { lab } = availability;
  afterAll(() => lab.stop());

  it('is nothing when they are stopped, whatever was done to them', async () => {
    const hosts = await Promise.all([
      lab.startHost({ flavour: 'debian' }),
      lab.startHost({ flavour: 'bare', memoryMaxMb: 512 }),
      lab.startHost({ flavour: 'no-systemd' }),
    ]);
    for (const host of hosts) {
      await host.run('useradd --create-home renter');
      await host.trouble.stubbornProcess('renter');
      await host.trouble.slowNetwork(20);
      expect(await tracesOf(indexOf(host.address))).toContain('control group');
    }
    await hosts[0]?.trouble.cutNetwork();

    await Promise.all(hosts.map((host) => host.stop()));
    await Promise.all(hosts.map((host) => host.stop()));

    for (const host of hosts) expect(await tracesOf(indexOf(host.address))).toEqual([]);
  });

  it('is nothing of a host that cannot start, and the reason is told', { tags: 'deep' }, async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'rsm-lab-state-'));
    onTestFinished(() => rmSync(stateDir, { recursive: true }));
    const options = { flavour: 'bare', persistent: { id: 'broken', stateDir } } as const;
    const host = await lab.startHost(options);
    await host.stop();
    writeFileSync(join(stateDir, 'broken', 'disk.img'), 'no file system');

    await expect(lab.startHost(options)).rejects.toThrow(/broken did not start: [^]*the disk cannot be mounted/);

    expect(await tracesOf(indexOf(host.address))).toEqual([]);
  });

  it('is swept when the process that started them was killed, and the process of each host too', async () => {
    const victim = await startInOtherProcess();
    const traces = await tracesOf(victim.host.index);
    expect(traces).toEqual(expect.arrayContaining(['control group', 'disk', 'folder', 'interface', 'process']));
    const supervisors = descendantsOf(victim.child.pid ?? 0).filter((stat) => stat.parentPid === victim.child.pid);

    // Every lab that opens sweeps first; under the lock it is this test that does.
    await withFileLock(sweepLockPath, 60_000, async () => {
      for (const pid of [victim.child.pid, ...supervisors.map((stat) => stat.pid)]) process.kill(pid ?? 0, 'SIGKILL');

      // The kernel takes away all that runs; what is left lies still until somebody sweeps.
      await expect
        .poll(() => tracesOf(victim.host.index), { timeout: 10_000 })
        .not.toEqual(expect.arrayContaining(['process']));
      await expect.poll(() => tracesOf(victim.host.index), { timeout: 10_000 }).toEqual(['control group', 'folder']);
      expect(await sweepWithLock(cacheDir)).toContain(victim.host.index);
    });
    expect(await tracesOf(victim.host.index)).toEqual([]);
  });

  it(
    'is nothing even without a sweep when only the process that started them was killed',
    { tags: 'deep' },
    async () => {
      const victim = await startInOtherProcess();

      victim.child.kill('SIGKILL');

      await expect.poll(() => tracesOf(victim.host.index), { timeout: 10_000 }).toEqual([]);
    },
  );

  it('is nothing when the process just ends and forgets to stop them', { tags: 'deep' }, async () => {
    const victim = await startInOtherProcess();

    victim.child.stdin.write('exit\n');

    await expect.poll(() => tracesOf(victim.host.index), { timeout: 10_000 }).toEqual([]);
  });

  it(
    'is theirs to keep while their process lives: a sweep of another process touches nothing',
    { tags: 'deep' },
    async () => {
      const neighbour = await startInOtherProcess();
      const before = await tracesOf(neighbour.host.index);

      expect(await sweepStaleLabs(cacheDir)).not.toContain(neighbour.host.index);
      await sleep(200);

      expect(await tracesOf(neighbour.host.index)).toEqual(before);
      expect(await readSshBanner(neighbour.host.address, 22, 2000)).toMatch(/^SSH-2\.0-/);
    },
  );
});

describe.skipIf(!availability.available)(`a sweep that cannot be made${reason}`, () => {
  it(
    'is said and keeps no lab from opening: hosts take other numbers than those that lie there',
    { tags: 'deep' },
    async () => {
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);
      await withFileLock(sweepLockPath, 60_000, () => sweepIfPossible(cacheDir, { log, waitMs: 1_000 }));
      expect(lines).toEqual([
        `What dead labs left was not removed: ${sweepLockPath}: another process held the lock for more than 1 s`,
      ]);
      await sweepIfPossible(cacheDir, { log });
      expect(lines).toHaveLength(1);
    },
  );
});

describe.skipIf(!availability.available)(`two labs at once${reason}`, () => {
  it('have hosts side by side, each of which answers as itself', async () => {
    const [one, other] = await Promise.all([startInOtherProcess(), startInOtherProcess()]);

    expect(one.host.address).not.toBe(other.host.address);
    for (const { host } of [one, other]) expect(await readSshBanner(host.address, 22, 2000)).toMatch(/^SSH-2\.0-/);
    one.child.kill('SIGKILL');
    await expect.poll(() => readSshBanner(one.host.address, 22, 500), { timeout: 10_000 }).toBeUndefined();
    expect(await readSshBanner(other.host.address, 22, 2000)).toMatch(/^SSH-2\.0-/);
  });
});

/** Starts a host in another process, which ends at the end of the test at the latest. */
async function startInOtherProcess(): Promise<{ child: ChildProcessWithoutNullStreams; host: StartedHost }> {
  const script = fileURLToPath(new URL('../test-support/start-one-host.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, cacheDir]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, host: startedHost.parse(JSON.parse(line)) };
  }
  throw new Error(`the other process started no host: ${errors}`);
}

const tell = (command: string) => runProgramOrThrow('sh', ['-c', command], { timeoutMs: 10_000 });

/** Looks for a host by its number in every place it could have left something, by other means than the lab's own. */
async function tracesOf(index: number): Promise<string[]> {
  const machine = `rsm-lab-${index}`;
  const traces: Record<string, boolean> = {
    'control group': (await tell(`find /sys/fs/cgroup -maxdepth 3 -name ${machine}`)) !== '',
    disk: (await tell('losetup --list --noheadings --output BACK-FILE')).includes(`/${index}.img`),
    'disk image': existsSync(`${cacheDir}/disks/${index}.img`),
    folder: existsSync(`/run/rsm-lab/${index}`),
    interface: new RegExp(`rsm[a-z]+${index}[@:]`).test(await tell('ip -oneline link')),
    route: (await tell('ip route')).includes(addressOf(index)),
    mount: readFileSync('/proc/self/mountinfo', 'utf8').includes(`/rsm-lab/${index}/`),
    'network namespace': (await tell('ip netns list')).includes(machine),
    process:
      (await tell('grep -lsa "" /proc/[0-9]*/environ | xargs -r grep -lsa "LAB_MACHINE=' + machine + '" || true')) !==
      '',
  };
  return Object.keys(traces).filter((name) => traces[name] === true);
}

function addressOf(index: number): string {
  return `10.219.${(index * 4 + 2) >> 8}.${(index * 4 + 2) & 255}`;
}

function indexOf(address: string): number {
  const [, , third = 0, fourth = 0] = address.split('.').map(Number);
  return (third * 256 + fourth - 2) / 4;
}
