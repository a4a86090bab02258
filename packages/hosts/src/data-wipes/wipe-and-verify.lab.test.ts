import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accountNameOf } from '@rsm/domain/access/access-grant';
import type { AccessHost } from '@rsm/domain/access/access-host';
import { bookingIdSchema } from '@rsm/domain/common/ids';
import { instant } from '@rsm/domain/common/instant';
import { verdictOf, type WipeFinding, type WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import type { BookingTraces, WipeVerifier } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { Machine } from '@rsm/domain/machines/machine';
import type { Lab } from '@rsm/lab';
import { adoptLabHost, Renter, type LabMachine } from '../access/testing/lab-machine.ts';
import { createUnixUserAccess } from '../access/unix-user-access.ts';
import { createKeyPairMaker } from '../keys/key-pair-maker.ts';
import { openLab } from '../test-support/lab-machine.ts';
import { anyMachineId, realClock } from '../test-support/ssh-peer.ts';
import { wipeStrategies, type WipeStrategyRegistry } from './strategies/strategy-registry.ts';
import { createWipeVerifier, wipeChecks } from './verifier/wipe-verifier.ts';
import { createWipeRunner } from './wipe-runner.ts';

const FULL_PLAN: readonly WipeStrategyKind[] = ['ssh_key_removal', 'home_directory_purge', 'user_deletion'];
/** Strategies are given the machine's row; none of these reads it. */
const anyMachine = {} as Machine;

const seen = (findings: readonly WipeFinding[]) =>
  Object.fromEntries(
    findings
      .filter(({ verdict }) => verdict !== 'clean')
      .map(({ check, verdict, detail }) => [check, `${verdict}: ${detail}`]),
  );

describe('a wipe', () => {
  let lab: Lab;
  let machine: LabMachine;
  let access: AccessHost;
  let verifier: WipeVerifier;
  const renters: Renter[] = [];
  let nextUid = 2_100_001;
  const newRenter = async (): Promise<Renter> => {
    const renter = new Renter(machine, { uid: nextUid++ });
    renters.push(renter);
    await access.provision(machine.control, renter.spec, machine.work);
    return renter;
  };
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
      FULL_PLAN,
      machine.work,
    );
  const verify = (traces: BookingTraces) => verifier.verify(machine.verifier, traces, machine.work);
  const root = async (script: string): Promise<string> => {
    const result = await machine.host.run(script);
    if (result.exitCode !== 0) throw new Error(`${script}: ${result.stderr}`);
    return result.stdout.trim();
  };

  beforeAll(async () => {
    lab = await openLab();
    machine = await adoptLabHost(await lab.startHost({ flavour: 'debian' }));
    access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
    verifier = createWipeVerifier({ pool: machine.pool });
  });
  afterAll(async () => {
    machine.pool.close();
    await lab.stop();
  });
  afterEach(() => {
    for (const renter of renters.splice(0)) renter.dispose();
  });

  /** Everything that a renter can leave, as he would leave it or as it would lie there. */
  const plantEverything = async (renter: Renter) => {
    const { accountName: account, uid, publicKeys } = renter.spec;
    const { trouble } = machine.host;
    await renter.openSession();
    const pid = await trouble.stubbornProcess(account);
    for (const path of ['/tmp/left', '/var/tmp/left', '/dev/shm/left', '/opt/deep/er/left', '/srv/-rf *\n"left']) {
      await trouble.foreignFile(account, path);
    }
    await trouble.cronJob(account);
    await trouble.atJob(account);
    await trouble.secondKey(account);
    await root(`
      as="setpriv --reuid ${uid} --regid ${uid} --clear-groups"
      $as ipcmk -M 4096; $as ipcmk -S 2; $as ipcmk -Q
      mkdir -p /var/lib/systemd/linger && touch /var/lib/systemd/linger/${account}
      touch /srv/group-only && chgrp ${uid} /srv/group-only
      mkdir -p /srv/shared && chown ${uid} /srv/shared && echo theirs > /srv/shared/of-root
      touch /var/mail/${account}
      mkdir -p /var/lib/systemd/coredump && touch /var/lib/systemd/coredump/core.sleep.${uid}.abc.1.2.zst
      mkdir -p /home/${account}/mnt && mount -t tmpfs none /home/${account}/mnt && echo hidden > /home/${account}/mnt/file
      usermod --append --groups games ${account}
      echo "${publicKeys[0]} kept for later" >> /root/.ssh/authorized_keys`);
    return { pid };
  };
  const EVERYTHING = {
    processes: 'found', sessions: 'found', accounts: 'found', keys: '/root/.ssh/authorized_keys', files_by_uid: '/opt/deep/er/left', files_by_gid: '/srv/group-only',
    cron_jobs: 'crontabs', at_jobs: 'atjobs', systemd: 'linger', shared_memory: 'shm 0; sem 0; msg 0', mail: '/var/mail', configuration: 'rsm-access', dumps_and_journals: 'core.sleep', mounts: '/mnt',
  }; // prettier-ignore

  test('removes everything that a renter can leave, and nothing else; and may be repeated', async () => {
    const renter = await newRenter();
    await plantEverything(renter);
    const before = seen(await verify(tracesOf(renter)));
    for (const [check, what] of Object.entries(EVERYTHING)) expect(before[check], check).toContain(what);

    const steps = await wipe(renter);
    expect(steps.filter((step) => !step.succeeded)).toEqual([]);
    expect(steps.slice(0, 2).map(({ name }) => name)).toEqual([
      'revocation: put the script in place',
      'revocation: lock, kill, prove empty',
    ]);
    const findings = await verify(tracesOf(renter));
    expect(seen(findings)).toEqual({});
    expect(findings.map(({ check }) => check)).toEqual(wipeChecks);
    expect(verdictOf(findings)).toBe('verified');
    expect(
      await root(
        'cat /srv/shared/of-root; stat -c %u:%g /srv/shared /srv/group-only; grep -c . /root/.ssh/authorized_keys; sshd -t',
      ),
    ).toBe('theirs\n0:0\n0:0\n2');

    const again = await wipe(renter);
    expect(again.filter((step) => !step.succeeded)).toEqual([]);
    expect(seen(await verify(tracesOf(renter)))).toEqual({});
  });

  test.each([
    ['ssh_key_removal', ['keys']],
    ['home_directory_purge', ['files_by_uid', 'files_by_gid', 'shared_memory', 'mail', 'dumps_and_journals', 'mounts']],
    ['user_deletion', ['accounts', 'configuration', 'systemd']],
  ] as const)('without its strategy %s is not verified', async (kind, expected) => {
    const renter = await newRenter();
    await plantEverything(renter);
    const skipped = { kind, execute: () => Promise.resolve([]) };
    const steps = await wipe(renter, { ...wipeStrategies, [kind]: () => skipped });
    expect(steps.filter((step) => !step.succeeded)).toEqual([]);
    const findings = await verify(tracesOf(renter));
    expect(verdictOf(findings)).toBe('failed');
    for (const check of expected) expect(seen(findings)[check], check).toMatch(/^found/);
    await wipe(renter);
    expect(seen(await verify(tracesOf(renter)))).toEqual({});
  });

  test('that only claims to have revoked access is not verified: the process lives, and the session', async () => {
    const renter = await newRenter();
    const session = await renter.openSession();
    const pid = await machine.host.trouble.stubbornProcess(renter.spec.accountName);
    const findings = await verify(tracesOf(renter));
    expect(seen(findings)['processes']).toContain(`process ${pid} bash`);
    expect(seen(findings)['sessions']).toMatch(/^found/);
    // The strategies run without revocation, as if it had lied.
    const context = { session: machine.pool.session(machine.control, machine.work), clock: realClock };
    for (const kind of FULL_PLAN) await wipeStrategies[kind]?.(context).execute(anyMachine, tracesOf(renter));
    expect(seen(await verify(tracesOf(renter)))['processes']).toContain(String(pid));
    expect(session.isOpen()).toBe(true);
    await wipe(renter);
    await session.closed;
    expect(seen(await verify(tracesOf(renter)))).toEqual({});
  });

  describe('is looked at by a verifier that', () => {
    const bookingId = bookingIdSchema.parse(anyMachineId());
    const uid = 2_099_999;
    const account = accountNameOf(bookingId);
    const key = createKeyPairMaker().make('x').publicKey.split(' ').slice(0, 2).join(' ');
    const traces = (): BookingTraces => ({
      bookingId, machineId: machine.control.machineId, accountName: account, uid, publicKeys: [key], startedAt: instant(0),
    }); // prettier-ignore
    const as = `setpriv --reuid ${uid} --regid ${uid} --clear-groups`;
    const background = '</dev/null >/dev/null 2>&1 &';

    /** What may lie there, what puts it there, the check that has to see it and name it, and what takes it away. */
    const residues = [
      ['a file in /tmp', `touch /tmp/x; chown ${uid} /tmp/x`, 'files_by_uid', '/tmp/x', 'rm /tmp/x'],
      ['a file in /dev/shm', `touch /dev/shm/x; chown ${uid} /dev/shm/x`, 'shared_memory', '/dev/shm/x', 'rm /dev/shm/x'],
      ['a file that only has the group', `touch /srv/x; chgrp ${uid} /srv/x`, 'files_by_gid', '/srv/x', 'rm /srv/x'],
      ['a link', `ln -s /nowhere /opt/x; chown -h ${uid} /opt/x`, 'files_by_uid', '/opt/x', 'rm /opt/x'],
      ['a crontab', `touch /var/spool/cron/crontabs/${account}`, 'cron_jobs', `crontabs/${account}`, `rm /var/spool/cron/crontabs/${account}`],
      ['a line of system cron', `echo "0 0 * * * ${account} true" > /etc/cron.d/x`, 'cron_jobs', '/etc/cron.d/x', 'rm /etc/cron.d/x'],
      ['an at job', `echo "# atrun uid=${uid} gid=${uid}" > /var/spool/cron/atjobs/a0001`, 'at_jobs', 'a0001', 'rm /var/spool/cron/atjobs/a0001'],
      ['a process', `${as} sleep 77 ${background}`, 'processes', 'sleep', 'pkill -f "[s]leep 77"'],
      ['a process with it among its groups', `setpriv --groups ${uid} tail -f /dev/null ${background}`, 'processes', 'tail', 'pkill -x tail'],
      ['a deleted file that is still open', `touch /root/x; chown ${uid} /root/x; sleep 79 9</root/x ${background} sleep 0.1; rm /root/x`, 'open_files', '/fd/9 open', 'pkill -f "[s]leep 79"'],
      ['a listening socket', `${as} python3 -c 'import socket,time; s=socket.create_server(("",7777)); time.sleep(99)' ${background} sleep 1`, 'sockets', 'tcp socket 00000000:1E61', 'pkill -x python3'],
      ['shared memory', `${as} ipcmk -M 64`, 'shared_memory', 'shm ', 'ipcrm --all'],
      ['a semaphore', `${as} ipcmk -S 1`, 'shared_memory', 'sem ', 'ipcrm --all'],
      ['a message queue', `${as} ipcmk -Q`, 'shared_memory', 'msg ', 'ipcrm --all'],
      ['the key among the keys of root', `echo "from=\\"::1\\" ${key} other comment" >> /root/.ssh/authorized_keys`, 'keys', '/root/.ssh/authorized_keys', 'sed -i "/other comment/d" /root/.ssh/authorized_keys'],
      ['the key elsewhere in /etc', `echo "${key}" > /etc/ssh/more`, 'keys', '/etc/ssh/more', 'rm /etc/ssh/more'],
      ['an account', `echo "${account}:*:1:100::/:/bin/sh" >> /etc/passwd`, 'accounts', '/etc/passwd names the account', `sed -i /^${account}/d /etc/passwd`],
      ['another name for its number', `echo "other:*:${uid}:100::/:/bin/sh" >> /etc/passwd`, 'accounts', '/etc/passwd has the number', 'sed -i /^other/d /etc/passwd'],
      ['a shadow line', `echo "${account}:*:1::::::" >> /etc/shadow`, 'accounts', '/etc/shadow names the account', `sed -i /^${account}/d /etc/shadow`],
      ['a membership', `cp /etc/group /root/group; sed -i "s/^games:.*/&root,${account}/" /etc/group`, 'accounts', '/etc/group has it as a member', 'cp /root/group /etc/group; rm /root/group'],
      ['subordinate ids', `echo "${account}:700000:1000" >> /etc/subuid`, 'accounts', '/etc/subuid names the account', `sed -i /^${account}/d /etc/subuid`],
      ['a right to be root', `echo "#${uid} ALL=(ALL) ALL" > /etc/sudoers.d/x`, 'sudoers', '/etc/sudoers.d/x', 'rm /etc/sudoers.d/x'],
      ['lingering', `mkdir -p /var/lib/systemd/linger; touch /var/lib/systemd/linger/${account}`, 'systemd', 'linger', `rm /var/lib/systemd/linger/${account}`],
      ['a service that runs as it', `printf '[Service]\\nUser=${uid}\\nExecStart=/bin/true\\n' > /etc/systemd/system/x.service`, 'systemd', 'x.service', 'rm /etc/systemd/system/x.service'],
      ['a unit of ours', `touch /etc/systemd/system/${account}-end.timer`, 'configuration', 'end.timer', `rm /etc/systemd/system/${account}-end.timer`],
      ['limits of ours', `mkdir -p /etc/systemd/system/user-${uid}.slice.d`, 'configuration', 'slice.d', `rmdir /etc/systemd/system/user-${uid}.slice.d`],
      ['lines for sshd', `echo "Match User ${account}" > /etc/ssh/sshd_config.d/x.conf`, 'configuration', 'sshd_config.d/x.conf', 'rm /etc/ssh/sshd_config.d/x.conf'],
      ['mail', `touch /var/mail/${account}`, 'mail', '/var/mail/', `rm /var/mail/${account}`],
      ['a core dump', `mkdir -p /var/crash; touch /var/crash/_bin_x.${uid}.crash`, 'dumps_and_journals', '_bin_x', 'rm -r /var/crash'],
      ['his own journal', `mkdir -p /var/log/journal/abc; touch /var/log/journal/abc/user-${uid}.journal`, 'dumps_and_journals', `user-${uid}.journal`, 'rm -r /var/log/journal'],
      ['a mount', `mkdir -p /home/${account}; mount -t tmpfs none /home/${account}`, 'mounts', '/home/', `umount /home/${account}; rmdir /home/${account}`],
      ['a container', `mkdir -p /var/lib/containers/storage/overlay-containers; echo '[{"names":["${account}"]}]' > /var/lib/containers/storage/overlay-containers/containers.json`, 'containers', 'containers.json', 'rm -r /var/lib/containers'],
      ['a volume', `mkdir -p /var/lib/containers/storage/volumes/${account}-data`, 'containers', '-data', 'rm -r /var/lib/containers'],
      ['a fence', `nft add table inet ${account}`, 'network_fence', account, `nft delete table inet ${account}`],
      ['a network', `mkdir -p /etc/containers/networks; touch /etc/containers/networks/${account}.json`, 'containers', '/etc/containers/networks', 'rm -r /etc/containers'],
    ] as const; // prettier-ignore

    describe('with all of them planted at once,', () => {
      let findings: readonly WipeFinding[] = [];
      beforeAll(async () => {
        for (const [, plant] of residues) await root(plant);
        findings = await verify(traces());
        for (const [, , , , remove] of residues) await root(`{ ${remove}; } 2>/dev/null; true`);
      });

      test.each(residues)('sees %s', (_name, _plant, check, what) => {
        expect(seen(findings)[check]).toMatch(/^found/);
        expect(seen(findings)[check]).toContain(what);
      });
    });

    test('sees nothing on a clean machine', async () => {
      expect(seen(await verify(traces()))).toEqual({});
    });

    test.each([
      ['find is missing', 'find', null],
      ['grep is missing', 'grep', null],
      ['awk is missing', 'awk', null],
      ['find says nothing', 'find', '#!/bin/sh\nexit 0\n'],
      ['grep says nothing', 'grep', '#!/bin/sh\nexit 0\n'],
      ['getent is missing', 'getent', null],
      ['systemctl does not answer', 'systemctl', '#!/bin/sh\nexit 1\n'],
    ] as const)('does not say clean when %s', async (_name, tool, script) => {
      await root(`real=$(readlink -f "$(command -v ${tool})"); echo "$real" > /root/real; mv "$real" /root/tool`);
      if (script !== null)
        await root(`printf '${script.replaceAll('\n', '\\n')}' > "$(cat /root/real)"; chmod 755 "$(cat /root/real)"`);
      const findings = await verify(traces());
      await root('mv -f /root/tool "$(cat /root/real)"');
      expect(verdictOf(findings)).not.toBe('verified');
      expect(Object.values(seen(findings)).join()).toContain('could_not_look');
    });

    test('says that it could not look when it cannot reach the machine', async () => {
      machine.pool.forget(machine.control.machineId);
      await machine.host.trouble.stopSshd();
      const findings = await verify(traces());
      await machine.host.trouble.startSshd();
      expect(findings.map(({ verdict }) => verdict)).toEqual(wipeChecks.map(() => 'could_not_look'));
      expect(verdictOf(findings)).toBe('unverifiable');
    });

    test('looks with its own key pair only, and for whole names only', async () => {
      await expect(verifier.verify(machine.control, traces(), machine.work)).rejects.toMatchObject({
        field: 'target.credential',
      });
      await expect(verify({ ...traces(), accountName: 'root' })).rejects.toMatchObject({
        field: 'booking.accountName',
      });
      await expect(verify({ ...traces(), uid: 0 })).rejects.toMatchObject({ field: 'booking.uid' });
    });
  });

  test('is looked at without changing anything on the machine', async () => {
    const renter = await newRenter();
    await plantEverything(renter);
    await verify(tracesOf(renter));
    // What a login writes by itself, with or without us, is left out: it is there before the first command.
    const snapshot = () =>
      root(`find / -xdev \\( -path /proc -o -path /sys -o -path /run/log -o -path /run/systemd -o -path /run/user -o -path /var/log -o -path '*/pts' -o -path /run/utmp \\) -prune -o \\
        -printf '%p %y %m %U:%G %s %T@ %C@ %l\\n' | sort
        for mount in /run /tmp /dev/shm /home/${renter.spec.accountName}/mnt; do find $mount -xdev \\( -path /run/log -o -path /run/systemd -o -path /run/user -o -path /run/utmp \\) -prune -o -printf '%p %y %m %U:%G %s %T@ %C@\\n' | sort; done
        find /etc /home /root /opt /srv /tmp /var/tmp /var/lib /var/spool /var/mail -xdev -type f -exec sha256sum {} + | sort
        crontab -u ${renter.spec.accountName} -l; atq; ipcs; cat /proc/mounts; iptables-save 2>/dev/null; nft list ruleset 2>/dev/null`);
    const before = await snapshot();
    expect(before.split('\n').length).toBeGreaterThan(5_000);
    await verify(tracesOf(renter));
    const after = await snapshot();
    const lines = new Set(before.split('\n'));
    expect(after.split('\n').filter((line) => !lines.has(line))).toEqual([]);
    expect(after).toBe(before);
    await root('echo x >> /srv/group-only');
    expect(await snapshot()).not.toBe(before);
    await wipe(renter);
  });

  test('stops after a revocation that is not proven, and says so', async () => {
    const renter = await newRenter();
    await machine.host.trouble.shadowTool('usermod', '#!/bin/sh\nexit 1\n');
    const steps = await wipe(renter);
    await machine.host.trouble.restoreTool('usermod');
    expect(steps.map(({ name, succeeded }) => [name, succeeded])).toEqual([
      ['revocation: put the script in place', true],
      ['revocation: lock, kill, prove empty', false],
    ]);
    expect(steps.at(-1)).toMatchObject({ exitStatus: 75, detail: 'processes=0 keys=no open=yes containers=0' });
    expect((await wipe(renter)).every(({ succeeded }) => succeeded)).toBe(true);
  });

  test('that loses its connection throws, and the next run carries on', async () => {
    const renter = await newRenter();
    await plantEverything(renter);
    const running = wipe(renter);
    const dropped = machine.host.trouble.dropSessionsAfter(400);
    await expect(running).rejects.toMatchObject({ code: 'machine_unreachable' });
    await dropped;
    expect((await wipe(renter)).filter((step) => !step.succeeded)).toEqual([]);
    expect(seen(await verify(tracesOf(renter)))).toEqual({});
  });
});
