// @module-tag ci

import { setTimeout as sleep } from 'node:timers/promises';
import { instant } from '@rsm/domain/common/instant';
import type { HostFlavour } from '@rsm/lab';
import { describe, expect, test, vi, type TestContext } from 'vitest';
import type { Renter } from './testing/lab-machine.ts';
import { WatchedHost } from './testing/watched-host.ts';

/** With systemd the end comes within seconds of the deadline; cron looks every minute and waits for a deadline within it. */
const flavours: readonly { flavour: HostFlavour; timeZone: string; lateMsMax: number }[] = [
  { flavour: 'debian', timeZone: 'Asia/Kolkata', lateMsMax: 15_000 },
  { flavour: 'no-systemd', timeZone: 'America/St_Johns', lateMsMax: 65_000 },
];
/** OpenSSH has no smaller unit, and the deadline is cut to whole seconds. */
const EARLY_MS_MAX = 1_500;
/** The renter is thrown out first, and what is left of him is swept in the seconds after; a limit for a machine that has much else to do. */
const SWEPT_MS_MAX = 30_000;

/** Nearly all of these is waiting, so they wait together, each on a host of its own. */
describe.concurrent.each(flavours)(
  'the watchdog of a host of flavour $flavour in $timeZone',
  ({ flavour, timeZone, lateMsMax }) => {
    const start = async ({ onTestFinished }: TestContext): Promise<WatchedHost> => {
      const watched = await WatchedHost.start({ flavour, timeZone });
      onTestFinished(() => watched.close());
      return watched;
    };
    const isOver = async (watched: WatchedHost, renter: Renter): Promise<void> => {
      await vi.waitFor(async () => expect(await watched.remainsOf(renter)).toBe('1'), {
        timeout: SWEPT_MS_MAX,
        interval: 500,
      });
      expect((await renter.ssh('true')).status).toBe(255);
      expect(await watched.remainsOf(renter), 'nothing comes back').toBe('1');
    };
    const expectOnTime = (deadlineAt: number): void => {
      const lateMs = Date.now() - deadlineAt;
      expect(lateMs).toBeGreaterThan(-EARLY_MS_MAX);
      expect(lateMs).toBeLessThan(lateMsMax);
    };

    // Cron is the slow one, and waiting for its minute shows nothing new in two of these: they are there for systemd alone.
    const withSystemd = flavour === 'debian' ? [flavour] : [];

    test('ends everything, whatever the renter did with what is his', async (context) => {
      const watched = await start(context);
      const { trouble } = watched.machine.host;
      const renter = await watched.newRenter(40_000);
      const { accountName } = renter.spec;
      const second = await trouble.secondKey(accountName);
      await trouble.stubbornProcess(accountName);
      await trouble.cronJob(accountName);
      await trouble.atJob(accountName);
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
      watched.leave();
      await session.closed;
      expectOnTime(renter.spec.deadlineAt);
      await isOver(watched, renter);
      expect(
        await watched.root(
          `ls /var/spool/cron/crontabs /var/lib/systemd/linger 2>/dev/null | grep ${accountName}; find /var/spool/cron/atjobs -uid ${renter.spec.uid}`,
        ),
      ).toBe('');
    });

    test.for(withSystemd)(
      'lets the renter in again after a reboot, and still ends at its deadline',
      async (_flavour, context) => {
        const watched = await start(context);
        const renter = await watched.newRenter(40_000);
        watched.leave();
        await watched.machine.host.reboot();
        expect(await renter.ssh('echo back')).toEqual({ status: 0, output: 'back\n' });
        const session = await renter.openSession();
        await session.closed;
        expectOnTime(renter.spec.deadlineAt);
        await isOver(watched, renter);
      },
    );

    // Without systemd it waits for cron's minute twice, and sshd refuses an expired account all the same.
    const once = flavour === 'debian' ? {} : { tags: 'deep' };
    test('lets nobody in when the deadline passed while the machine was off', once, async (context) => {
      const watched = await start(context);
      const { host } = watched.machine;
      // Long enough to be provisioned on a machine that has much else to do.
      const renter = await watched.newRenter(20_000);
      watched.leave();
      await host.trouble.stopSshd();
      // The watchdog is kept from running, as if the machine had no power at that moment.
      await watched.root('pkill -STOP -x cron; systemctl stop "rsm-*-end.timer" 2>/dev/null; true');
      await sleep(Math.max(0, renter.spec.deadlineAt - Date.now()) + 1_000);
      await host.reboot({ powerCut: true });
      expect((await renter.ssh('true')).status).toBe(255);
      const limit = Date.now() + lateMsMax;
      const expired = () => watched.root(`getent shadow ${renter.spec.accountName} | cut -d: -f8`);
      while (Date.now() < limit && (await expired()) !== '1') await sleep(500);
      await isOver(watched, renter);
    });

    test.for(withSystemd)('follows a deadline that was moved, both ways', async (_flavour, context) => {
      const watched = await start(context);
      const { access, machine } = watched;
      const renter = await watched.newRenter(600_000);
      // Long enough to be moved once more on a machine that has much else to do.
      const sooner = { ...renter.spec, deadlineAt: instant(Date.now() + 20_250) };
      expect(await access.moveDeadline(machine.control, sooner, machine.work)).toEqual({
        deadlineAt: sooner.deadlineAt,
      });
      const later = { ...renter.spec, deadlineAt: instant(Date.now() + 30_500) };
      expect(await access.moveDeadline(machine.control, later, machine.work)).toEqual({ deadlineAt: later.deadlineAt });
      const session = await renter.openSession();
      watched.leave();
      await session.closed;
      expectOnTime(later.deadlineAt);
      await expect(
        access.moveDeadline(machine.control, { ...later, deadlineAt: instant(Date.now() + 60_000) }, machine.work),
      ).rejects.toMatchObject({ code: 'wrong_state' });
    });
  },
);
