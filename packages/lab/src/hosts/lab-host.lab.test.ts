// @module-tag ci

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareTestLab } from '../availability/prepare-test-lab.ts';
import { sshLogin } from '../test-support/ssh-program.ts';
import type { HostFlavour, LabHost } from './lab-host.ts';
import { readSshBanner } from './ssh-banner.ts';

const availability = await prepareTestLab(process.env);
const reason = availability.available ? '' : `: ${availability.reason}`;

describe.skipIf(!availability.available)(`a lab host${reason}`, () => {
  if (!availability.available) return;
  const { lab } = availability;
  afterAll(() => lab.stop());

  /** Tests that only look, or that leave nothing behind, share a host of each flavour: a start is their dearest part. */
  const shared = new Map<HostFlavour, Promise<LabHost>>();
  const sharedHost = async (flavour: HostFlavour): Promise<LabHost> => {
    const options = flavour === 'debian' ? { flavour, timeZone: 'Asia/Kolkata' } : { flavour };
    const host = shared.get(flavour) ?? lab.startHost(options);
    shared.set(flavour, host);
    return host;
  };

  for (const flavour of ['debian', 'bare', 'no-systemd'] as const) {
    // The others are logged in to by every test of their troubles.
    const options = flavour === 'bare' ? {} : { tags: 'deep' };
    it(`of flavour ${flavour} lets a key in that was put there`, options, async () => {
      const host = await (flavour === 'bare' ? sharedHost(flavour) : lab.startHost({ flavour }));
      const ssh = await sshLogin(host);

      const answer = await ssh.run('id -un; hostname; readlink /etc/localtime');

      expect(answer).toMatchObject({ exitCode: 0, stdout: `root\n${host.name}\n/usr/share/zoneinfo/Etc/UTC\n` });
    });
  }

  it('is a stock Debian that runs systemd, logind, cron, at and nftables', async () => {
    const host = await sharedHost('debian');

    expect(await output(host, 'systemctl is-system-running')).toBe('running');
    expect(await output(host, 'systemctl is-active ssh systemd-logind cron atd')).toBe(
      'active\nactive\nactive\nactive',
    );
    const settings = 'passwordauthentication yes\npermitrootlogin without-password\nusepam yes';
    expect(await output(host, 'sshd -T | grep -E "^(permitrootlogin|passwordauthentication|usepam) " | sort')).toBe(
      settings,
    );
    expect(await output(host, 'nft add table inet t && nft list tables')).toBe('table inet t');
  });

  it('of flavour debian has an administrator who is not root and may become it', async () => {
    const host = await sharedHost('debian');
    const ssh = await sshLogin(host, 'provider');

    expect(await ssh.run('id -un; sudo -n id -un')).toMatchObject({ exitCode: 0, stdout: 'provider\nroot\n' });
    expect(host.adminUsers).toEqual(['root', 'provider']);
  });

  it('of flavour bare lacks the tools', { tags: 'deep' }, async () => {
    const host = await sharedHost('bare');

    const missing = 'for tool in sudo cron at sysbench fio python3 rsync podman; do command -v $tool; done; true';
    expect(await output(host, missing)).toBe('');
    expect(host.adminUsers).toEqual(['root']);
  });

  it('of flavour no-systemd has no service manager and yet runs sshd, cron and at', async () => {
    const host = await lab.startHost({ flavour: 'no-systemd' });

    expect(await output(host, 'test -d /run/systemd/system || echo none')).toBe('none');
    expect(await output(host, 'cat /proc/1/comm')).toBe('sh');
    expect(await output(host, 'for name in atd cron sshd; do pgrep -x $name > /dev/null && echo $name; done')).toBe(
      'atd\ncron\nsshd',
    );
    await host.stop();
  });

  it('holds the limits a slice sets: memory, processes', async () => {
    const host = await sharedHost('debian');
    await host.run(
      'useradd --create-home --uid 4242 guest && systemctl set-property user-4242.slice MemoryMax=64M TasksMax=20',
    );
    const ssh = await sshLogin(host, 'guest');

    const greedy = await ssh.run('python3 -c "x = bytearray(200 * 1024 * 1024); print(len(x))"');
    const crowd = await ssh.run('for i in $(seq 40); do sleep 5 & done; jobs -r | wc -l');

    expect(greedy.stdout).toBe('');
    expect(greedy.exitCode).not.toBe(0);
    expect(crowd.stderr).toMatch(/Cannot fork|Resource temporarily unavailable/);
    expect(await output(host, 'systemctl show user-4242.slice -p MemoryMax -p TasksMax')).toBe(
      'MemoryMax=67108864\nTasksMax=20',
    );
  });

  it('has no more memory than it was given', { tags: 'deep' }, async () => {
    const host = await lab.startHost({ flavour: 'debian', memoryMaxMb: 256 });

    const greedy = await host.run('python3 -c "x = bytearray(400 * 1024 * 1024); print(len(x))"');

    expect(greedy).toMatchObject({ stdout: '' });
    expect(greedy.exitCode).not.toBe(0);
    await host.stop();
  });

  it('runs a script on the console with its input, its exit status, bounded output and a time limit', async () => {
    const host = await sharedHost('bare');

    expect(await host.run('read -r word; echo "$word"; echo no >&2; exit 7', { input: 'hello\n' })).toMatchObject({
      exitCode: 7,
      stdout: 'hello\n',
      stderr: 'no\n',
      truncated: false,
    });
    const flood = await host.run('head -c 3000000 /dev/zero | tr "\\0" x');
    expect(flood).toMatchObject({ exitCode: 0, truncated: true });
    expect(flood.stdout).toHaveLength(1024 * 1024);
    expect(await host.run('sleep 60', { timeoutMs: 300 })).toMatchObject({ exitCode: null, timedOut: true });
    expect(await output(host, 'sleep 60 & echo started')).toBe('started');
    expect(await output(host, 'env | grep -c -i -E "vitest|node|npm" || true')).toBe('0');
  });

  it('comes up in the zone it was given', { tags: 'deep' }, async () => {
    const host = await sharedHost('debian');

    expect(await output(host, 'date +%z')).toBe('+0530');
  });

  for (const flavour of ['debian', 'no-systemd'] as const) {
    // Without systemd a reboot is the plug that is pulled, and that is seen below.
    const options = flavour === 'debian' ? {} : { tags: 'deep' };
    it(`of flavour ${flavour} keeps its disk over a reboot and loses the rest`, options, async () => {
      const host = await lab.startHost({ flavour });
      const ssh = await sshLogin(host);
      await host.run('echo kept > /root/note; echo lost > /run/note; nft add table inet t; sync');

      await host.reboot();

      expect(await ssh.run('cat /root/note /run/note')).toMatchObject({ stdout: 'kept\n' });
      expect(await output(host, 'nft list tables')).toBe('');
      await host.stop();
    });
  }

  // The next test loses its power too, and shows more.
  it('can lose its power', { tags: 'deep' }, async () => {
    const host = await lab.startHost({ flavour: 'debian' });
    const before = await output(host, 'cat /proc/sys/kernel/random/boot_id');

    await host.reboot({ powerCut: true });

    expect(await output(host, 'cat /proc/sys/kernel/random/boot_id')).not.toBe(before);
    await host.stop();
  });

  it('can switch itself off, and comes back when the power does', { tags: 'deep' }, async () => {
    const host = await lab.startHost({ flavour: 'debian' });

    await host.run('systemctl poweroff');

    await expect.poll(() => readSshBanner(host.address, 22, 500), { timeout: 10_000 }).toBeUndefined();
    await expect.poll(() => host.run('true').catch(String)).toBe(`Error: ${host.name} is not running`);
    await host.reboot({ powerCut: true });
    expect(await readSshBanner(host.address, 22, 2000)).toMatch(/^SSH-2\.0-/);
    await host.stop();
  });

  it(
    'switches itself off while a script runs on its console (bug: the script was stopped, and the host with it)',
    { tags: 'deep' },
    async () => {
      const host = await lab.startHost({ flavour: 'debian' });
      const script = host.run('touch /run/begun; sleep 600', { timeoutMs: 60_000 });
      await expect.poll(async () => (await host.run('test -e /run/begun')).exitCode).toBe(0);

      await host.run('systemctl poweroff');

      // At its time limit the script would be killed, and the host could end after all.
      expect(await script).toMatchObject({ timedOut: false });
      await expect.poll(() => host.run('true').catch(String)).toBe(`Error: ${host.name} is not running`);
      await host.stop();
    },
  );

  it('reboots when it is told so over SSH', { tags: 'deep' }, async () => {
    const host = await lab.startHost({ flavour: 'debian' });
    const ssh = await sshLogin(host);
    const before = await output(host, 'cat /proc/sys/kernel/random/boot_id');

    await ssh.run('systemctl reboot');

    await expect
      .poll(async () => (await ssh.run('cat /proc/sys/kernel/random/boot_id')).stdout.trim(), {
        timeout: 20_000,
        interval: 200,
      })
      .toMatch(new RegExp(`^(?!${before})[0-9a-f-]{36}$`));
    await host.stop();
  });

  it('has keys of its own that no other host has', async () => {
    const [one, other] = await Promise.all([sharedHost('bare'), lab.startHost({ flavour: 'bare' })]);

    const fingerprints = [...(await one.hostKeys()), ...(await other.hostKeys())].map((key) => key.fingerprint);

    expect(new Set(fingerprints).size).toBe(6);
    expect(await output(one, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).toContain(
      (await one.hostKeys()).find((key) => key.type === 'ssh-ed25519')?.fingerprint,
    );
    expect(await output(one, 'cat /etc/machine-id')).not.toBe(await output(other, 'cat /etc/machine-id'));
    await other.stop();
  });

  it(
    'reaches the machine that runs the lab and, unless that one forwards, nothing behind it',
    { tags: 'deep' },
    async () => {
      const [one, other] = await Promise.all([
        lab.startHost({ flavour: 'debian' }),
        lab.startHost({ flavour: 'debian' }),
      ]);
      const reaches = async (address: string) => (await one.run(`ping -c 1 -W 1 ${address}`)).exitCode === 0;

      expect(await reaches(one.gateway)).toBe(true);
      expect(await reaches(other.address)).toBe(false);

      // The same question with forwarding switched on shows that it is this what keeps hosts apart.
      for (const host of [one, other]) writeFileSync(forwardingFile(host), '1');
      expect(await reaches(other.address)).toBe(true);
      await Promise.all([one.stop(), other.stop()]);
    },
  );

  it('comes back under its id with disk, address and host keys', { tags: 'deep' }, async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'rsm-lab-state-'));
    const options = { flavour: 'debian', persistent: { id: 'demo-1', stateDir } } as const;
    const first = await lab.startHost(options);
    const { address } = first;
    const keys = await first.hostKeys();
    await first.run('echo kept > /root/note');

    await expect(lab.startHost(options)).rejects.toThrow('persistent.id: demo-1 already runs');
    await first.stop();
    const second = await lab.startHost(options);

    expect(second).toMatchObject({ name: 'demo-1', address });
    expect(await second.hostKeys()).toEqual(keys);
    expect(await output(second, 'cat /root/note; hostname')).toBe('kept\ndemo-1');
    await second.stop();
    await expect(lab.startHost({ ...options, flavour: 'bare' })).rejects.toThrow(/belongs to another root; remove/);
    rmSync(stateDir, { recursive: true });
  });

  // A renter's container (container-access.lab.test.ts) shows the same with our own way to start one.
  it(
    'with containers imports an image, runs it as root inside and answers on its published port',
    { tags: 'deep' },
    async () => {
      const host = await lab.startHost({ flavour: 'debian', containers: 'podman' });

      // A small image: the storage of these containers copies all of it for each (storage.conf, driver vfs).
      const image = await output(
        host,
        `mkdir -p /var/tmp/image/{bin,tmp} && cd /var/tmp/image
       for file in /bin/sh /usr/bin/id /usr/bin/iperf3 $(ldd /bin/sh /usr/bin/id /usr/bin/iperf3 | grep -o '/lib[^ ]*' | sort -u); do
         install -D "$(readlink -f "$file")" ".$file"
       done
       tar -c . | podman import - probe:1 > /dev/null 2>&1
       podman run --rm probe:1 /usr/bin/id -u
       podman run --detach --rm --name web --publish 8080:80 probe:1 /usr/bin/iperf3 --server --port 80 > /dev/null
       podman ps --format '{{.Names}}'`,
      );

      expect(image).toBe('0\nweb');
      await expect.poll(() => iperfAnswer(host.address, 8080), { timeout: 10_000 }).toBe(PARAM_EXCHANGE);
      expect(await iperfAnswer(host.address, 8081)).toBeUndefined();
      expect(await output(host, 'systemctl is-active ssh')).toBe('active');
      await host.stop();
    },
  );

  it.for([
    [{ flavour: 'bare', containers: 'podman' }, 'containers: only a host of flavour "debian"'],
    [{ flavour: 'bare', timeZone: '../../etc/shadow' }, 'timeZone: "../../etc/shadow"'],
    [{ flavour: 'bare', memoryMaxMb: 1 }, 'memoryMaxMb: 1 is not'],
    [{ flavour: 'bare', diskMb: 1.5 }, 'diskMb: 1.5 is not'],
    [{ flavour: 'bare', persistent: { id: '../x', stateDir: '/nowhere' } }, 'persistent.id: "../x"'],
  ] as const)('is refused with the option named: %j', async ([options, message]) => {
    await expect(lab.startHost(options)).rejects.toThrow(message);
  });
});

async function output(host: LabHost, script: string): Promise<string> {
  const result = await host.run(script);
  if (result.exitCode !== 0) throw new Error(`exit status ${result.exitCode}: ${result.stderr}${result.stdout}`);
  return result.stdout.trim();
}

/** What iperf3 asks first of whoever comes with a cookie (iperf_api.h). */
const PARAM_EXCHANGE = 9;
const COOKIE_BYTES = 37;

/** The first byte that an iperf3 server says, or `undefined` when nobody answers. */
async function iperfAnswer(address: string, port: number): Promise<number | undefined> {
  const socket = connect({ host: address, port, timeout: 1_000 });
  return new Promise((done) => {
    const end = (answer: number | undefined): void => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => socket.write(Buffer.alloc(COOKIE_BYTES, 'c')));
    socket.once('data', (bytes: Buffer) => end(bytes[0]));
    for (const event of ['error', 'close', 'timeout'] as const) socket.once(event, () => end(undefined));
  });
}

/** The switch by which the kernel forwards packets that come from this host. */
function forwardingFile(host: LabHost): string {
  const interfaces = Object.entries(networkInterfaces());
  const name = interfaces.find(([, addresses]) => addresses?.some((address) => address.address === host.gateway))?.[0];
  if (name === undefined) throw new Error(`no interface has ${host.gateway}`);
  return `/proc/sys/net/ipv4/conf/${name}/forwarding`;
}
