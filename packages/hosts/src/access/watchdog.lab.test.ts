import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AccessHost } from '@rsm/domain/access/access-host';
import { instant } from '@rsm/domain/common/instant';
import type { HostFlavour, Lab } from '@rsm/lab';
import { openLab } from '../test-support/lab-machine.ts';
import { realClock } from '../test-support/ssh-peer.ts';
import { adoptLabHost, Renter, type LabMachine } from './testing/lab-machine.ts';
import { createUnixUserAccess } from './unix-user-access.ts';

/** With systemd the end comes within seconds of the deadline; cron looks every minute and waits for a deadline within it. */
const flavours: readonly { flavour: HostFlavour; timeZone: string; lateMsMax: number }[] = [
  { flavour: 'debian', timeZone: 'Asia/Kolkata', lateMsMax: 5_000 },
  { flavour: 'no-systemd', timeZone: 'America/St_Johns', lateMsMax: 65_000 },
];

describe.each(flavours)(
  'the watchdog of a host of flavour $flavour in $timeZone',
  ({ flavour, timeZone, lateMsMax }) => {
    const stateDir = mkdtempSync(join(tmpdir(), 'rsm-watchdog-'));
    let lab: Lab;
    let machine: LabMachine;
    let access: AccessHost;
    const renters: Renter[] = [];
    let nextUid = 2_200_001;

    const newRenter = async (endsInMs: number): Promise<Renter> => {
      const renter = new Renter(machine, { uid: nextUid++, endsInMs });
      renters.push(renter);
      await access.provision(machine.control, renter.spec, machine.work);
      return renter;
    };
    const root = async (script: string) => (await machine.host.run(script)).stdout.trim();
    /** Nobody of ours is connected from here on. */
    const leave = () => machine.pool.forget(machine.control.machineId);
    const isOver = async (renter: Renter): Promise<void> => {
      expect(
        await root(
          `pgrep -U ${renter.spec.uid} -l; getent shadow ${renter.spec.accountName} | cut -d: -f8; cat /etc/ssh/rsm-keys/${renter.spec.accountName}`,
        ),
      ).toBe('1');
      expect((await renter.ssh('true')).status).toBe(255);
    };

    beforeAll(async () => {
      lab = await openLab();
      machine = await adoptLabHost(await lab.startHost({ flavour, timeZone, persistent: { id: 'watched', stateDir } }));
      access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
    });
    afterAll(async () => {
      machine.pool.close();
      await lab.stop();
      rmSync(stateDir, { recursive: true, force: true });
    });
    afterEach(() => {
      for (const renter of renters.splice(0)) renter.dispose();
    });

    // Cron is the slow one, and waiting for its minute shows nothing new in two of these: they are there for systemd alone.
    const withSystemd = flavour === 'debian' ? [flavour] : [];

    test('ends everything, whatever the renter did with what is his', async () => {
      const renter = await newRenter(12_000);
      const { accountName } = renter.spec;
      const second = await machine.host.trouble.secondKey(accountName);
      await machine.host.trouble.stubbornProcess(accountName);
      await machine.host.trouble.cronJob(accountName);
      await machine.host.trouble.atJob(accountName);
      const bring = 'setsid sh -c \'trap "" TERM HUP; while :; do sleep 1; done\' </dev/null >/dev/null 2>&1 &';
      await renter.ssh(`
      echo ${JSON.stringify(bring)} >> ~/.profile; echo ${JSON.stringify(bring)} >> ~/.bashrc; mkdir -p ~/.config/systemd/user/default.target.wants
      printf '[Service]\\nExecStart=/bin/sleep 999\\nRestart=always\\n[Install]\\nWantedBy=default.target\\n' > ~/.config/systemd/user/back.service
      systemctl --user enable --now back.service; loginctl enable-linger
      rm -f ~/.ssh/rc; chmod 755 ~/.ssh; echo 'expiry-time="20990101" '"$(head -n 1 ~/.ssh/authorized_keys)" >> ~/.ssh/authorized_keys; true`);
      expect(
        (await renter.ssh('true', { keyFile: renter.keyFile(second.privateKey) })).status,
        'a key in his home is worth nothing',
      ).toBe(255);
      const session = await renter.openSession();
      leave();
      await session.closed;
      const lateMs = Date.now() - renter.spec.deadlineAt;
      expect(lateMs).toBeGreaterThan(-1_500);
      expect(lateMs).toBeLessThan(lateMsMax);
      await sleep(3_000);
      await isOver(renter);
      expect(
        await root(
          `ls /var/spool/cron/crontabs /var/lib/systemd/linger 2>/dev/null | grep ${accountName}; find /var/spool/cron/atjobs -uid ${renter.spec.uid}`,
        ),
      ).toBe('');
    });

    test.each(withSystemd)('lets the renter in again after a reboot, and still ends at its deadline', async () => {
      const renter = await newRenter(25_000);
      leave();
      await machine.host.reboot();
      expect(await renter.ssh('echo back')).toEqual({ status: 0, output: 'back\n' });
      const session = await renter.openSession();
      await session.closed;
      expect(Date.now() - renter.spec.deadlineAt).toBeGreaterThan(-1_500);
      expect(Date.now() - renter.spec.deadlineAt).toBeLessThan(lateMsMax);
      await sleep(3_000);
      await isOver(renter);
    });

    test('lets nobody in when the deadline passed while the machine was off', async () => {
      const renter = await newRenter(6_000);
      leave();
      await machine.host.trouble.stopSshd();
      // The watchdog is kept from running, as if the machine had no power at that moment.
      await root('pkill -STOP -x cron; systemctl stop "rsm-*-end.timer" 2>/dev/null; true');
      await sleep(Math.max(0, renter.spec.deadlineAt - Date.now()) + 1_000);
      await machine.host.reboot({ powerCut: true });
      expect((await renter.ssh('true')).status).toBe(255);
      const limit = Date.now() + lateMsMax;
      while (Date.now() < limit && (await root(`getent shadow ${renter.spec.accountName} | cut -d: -f8`)) !== '1')
        await sleep(500);
      await isOver(renter);
    });

    test.each(withSystemd)('follows a deadline that was moved, both ways', async () => {
      const renter = await newRenter(600_000);
      const sooner = { ...renter.spec, deadlineAt: instant(Date.now() + 8_250) };
      expect(await access.moveDeadline(machine.control, sooner, machine.work)).toEqual({
        deadlineAt: sooner.deadlineAt,
      });
      const later = { ...renter.spec, deadlineAt: instant(Date.now() + 14_500) };
      expect(await access.moveDeadline(machine.control, later, machine.work)).toEqual({ deadlineAt: later.deadlineAt });
      const session = await renter.openSession();
      leave();
      await session.closed;
      expect(Date.now() - later.deadlineAt).toBeGreaterThan(-1_500);
      expect(Date.now() - later.deadlineAt).toBeLessThan(lateMsMax);
      await expect(
        access.moveDeadline(machine.control, { ...later, deadlineAt: instant(Date.now() + 60_000) }, machine.work),
      ).rejects.toMatchObject({ code: 'wrong_state' });
    });
  },
);
