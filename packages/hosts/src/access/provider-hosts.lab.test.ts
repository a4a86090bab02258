// @module-tag ci

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AccessHost } from '@rsm/domain/access/access-host';
import { verdictOf } from '@rsm/domain/data-wipes/data-wipe';
import { instant } from '@rsm/domain/common/instant';
import type { Machine } from '@rsm/domain/machines/machine';
import type { HostFlavour, Lab } from '@rsm/lab';
import { createWipeVerifier } from '../data-wipes/verifier/wipe-verifier.ts';
import { createWipeRunner } from '../data-wipes/wipe-runner.ts';
import { openLab } from '../test-support/lab-machine.ts';
import { realClock } from '../test-support/ssh-peer.ts';
import { adoptLabHost, Renter, type LabMachine } from './testing/lab-machine.ts';
import { createUnixUserAccess } from './unix-user-access.ts';

const STOCK = 'as Debian ships it';
const NO_DROP_INS = 'sed -i /^Include/d /etc/ssh/sshd_config';
const MATCH_AT_THE_END = 'printf "Match User nobody\\n  ForceCommand /bin/false\\n" >> /etc/ssh/sshd_config';
const NAMED_USERS = 'printf "AllowUsers provider root\\n" >> /etc/ssh/sshd_config';
const KEYS_FROM_A_COMMAND =
  'sed -i "1i AuthorizedKeysCommand /bin/echo\\nAuthorizedKeysCommandUser nobody\\nAllowTcpForwarding no\\nPasswordAuthentication yes" /etc/ssh/sshd_config';
/**
 * What providers made of it, and the command that does the same. The sample has all changes at once; one alone, which tells which
 * of them was too much, is for the deep run.
 */
const SSHD_CONFIGS = [
  { name: STOCK, change: 'true', isSample: true },
  {
    name: 'that has no drop-ins, a Match block at its end, named users only, keys from a command and no forwarding',
    change: `${NAMED_USERS}; ${KEYS_FROM_A_COMMAND}; ${NO_DROP_INS}; ${MATCH_AT_THE_END}`,
    isSample: true,
  },
  { name: 'that includes no drop-ins', change: NO_DROP_INS, isSample: false },
  { name: 'that ends in a Match block', change: MATCH_AT_THE_END, isSample: false },
  { name: 'that admits named users only', change: NAMED_USERS, isSample: false },
  { name: 'that takes keys from a command and forbids forwarding', change: KEYS_FROM_A_COMMAND, isSample: false },
] as const;

/** Machines as providers have them: logged in to by sudo, with sshd configured their way. */
describe.each<{ flavour: HostFlavour }>([{ flavour: 'debian' }, { flavour: 'no-systemd' }])(
  "a provider's host of flavour $flavour",
  ({ flavour }) => {
    let lab: Lab;
    let machine: LabMachine;
    let access: AccessHost;
    const renters: Renter[] = [];
    let baseline = '';
    let nextUid = 2_300_001;
    const newRenter = (): Renter => {
      const renter = new Renter(machine, { uid: nextUid++ });
      renters.push(renter);
      return renter;
    };
    const verifier = () => createWipeVerifier({ pool: machine.pool, clock: realClock });
    const provision = async (renter: Renter) => {
      baseline = await verifier().takeBaseline(machine.verifier, machine.work);
      return access.provision(machine.control, renter.spec, machine.work);
    };
    const root = async (script: string): Promise<string> => {
      const { stdout, stderr, exitCode } = await machine.host.run(script);
      if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
      return stdout.trim();
    };
    const traces = (renter: Renter) => ({
      ...renter.spec,
      machineId: machine.control.machineId,
      startedAt: instant(Date.now()),
      baseline,
    });
    const wipeAndVerify = async (renter: Renter) => {
      const runner = createWipeRunner({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
      const plan = ['ssh_key_removal', 'home_directory_purge', 'user_deletion'] as const;
      const steps = await runner.run(machine.control, {} as Machine, traces(renter), plan, machine.work);
      const findings = await verifier().verify(machine.verifier, traces(renter), machine.work);
      return {
        failed: steps.filter(({ succeeded }) => !succeeded),
        notClean: findings.filter(({ verdict }) => verdict !== 'clean'),
        verdict: verdictOf(findings),
      };
    };
    const CLEAN = { failed: [], notClean: [], verdict: 'verified' };

    beforeAll(async () => {
      lab = await openLab();
      machine = await adoptLabHost(await lab.startHost({ flavour, diskMb: 256 }), 'provider');
      access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
      await root('cp /etc/ssh/sshd_config /root/sshd_config');
    });
    afterAll(async () => {
      machine.pool.close();
      await lab.stop();
    });
    afterEach(async () => {
      for (const renter of renters.splice(0)) renter.dispose();
      await root('cp /root/sshd_config /etc/ssh/sshd_config; rm -f /etc/ssh/sshd_config.d/*');
    });

    // sshd reads its configuration alike on both; systemd alone makes a difference to how it is told to.
    const onceMore = flavour === 'debian' ? {} : { tags: 'deep' };

    for (const { name, change, isSample } of SSHD_CONFIGS) {
      // A stock Debian with systemd is what all other lab tests let renters in on.
      const isSampled = flavour === 'debian' ? isSample : name === STOCK;
      const options = isSampled ? {} : { tags: 'deep' };
      test(`lets a renter in with an sshd_config ${name}, and gets it back as it was`, options, async () => {
        await root(change);
        const before = await root('cat /etc/ssh/sshd_config; ls /etc/ssh/sshd_config.d');
        const renter = newRenter();
        await provision(renter);
        expect(await renter.ssh('echo in')).toEqual({ status: 0, output: 'in\n' });
        const effective = await root(`sshd -T -C user=${renter.spec.accountName},host=x,addr=127.0.0.1`);
        for (const line of [
          'authenticationmethods publickey',
          'authorizedkeyscommand none',
          'allowtcpforwarding yes',
          'x11forwarding no',
        ])
          expect(effective).toContain(line);
        expect(await root('sshd -T -C user=provider,host=x,addr=127.0.0.1')).toContain(
          'authorizedkeysfile .ssh/authorized_keys',
        );
        expect(await wipeAndVerify(renter)).toEqual(CLEAN);
        expect(await root('cat /etc/ssh/sshd_config; ls /etc/ssh/sshd_config.d')).toBe(before);
      });
    }

    test('whose sshd_config is broken is left alone, and says so', onceMore, async () => {
      await root('echo "NoSuchOption yes" >> /etc/ssh/sshd_config');
      const before = await root('cat /etc/ssh/sshd_config; ls /etc/ssh/sshd_config.d');
      const renter = newRenter();
      await expect(provision(renter)).rejects.toMatchObject({
        code: 'host_command_failed',
        message: expect.stringContaining('NoSuchOption') as string,
      });
      expect(await root('cat /etc/ssh/sshd_config; ls /etc/ssh/sshd_config.d')).toBe(before);
    });

    test('on which number or home is taken refuses, and a wrong number never kills', { tags: 'deep' }, async () => {
      const victim = newRenter();
      await root(
        `useradd --uid ${victim.spec.uid} --create-home victim; setpriv --reuid ${victim.spec.uid} sleep 60 </dev/null >/dev/null 2>&1 &`,
      );
      await expect(provision(victim)).rejects.toMatchObject({ code: 'conflict' });
      await expect(access.revoke(machine.control, victim.spec, machine.work)).rejects.toMatchObject({
        failure: 'command_failed',
      });
      const { failed } = await wipeAndVerify(victim);
      expect(failed.map(({ exitStatus }) => exitStatus)).toEqual([64]);
      expect(
        await root(
          `pgrep -c -u victim; ls -d /home/victim; pkill -u victim; userdel -r victim 2>/dev/null; rm -rf /etc/rsm-access`,
        ),
      ).toBe('1\n/home/victim');
      const squatted = newRenter();
      await root(`mkdir -p /home/${squatted.spec.accountName}`);
      await expect(provision(squatted)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('/home/') as string,
      });
      await wipeAndVerify(squatted);
    });

    test('whose clock is off is told so', { tags: 'deep' }, async () => {
      const wrong = createUnixUserAccess({
        pool: machine.pool,
        clock: { now: () => instant(Date.now() - 600_000) },
        graceSeconds: 1,
      });
      const renter = newRenter();
      await expect(wrong.provision(machine.control, renter.spec, machine.work)).rejects.toThrow(
        /clock is (599|600|601) s ahead/,
      );
      expect(await wipeAndVerify(renter)).toEqual(CLEAN);
    });

    test('whose disk the renter filled still ends his access, and is clean afterwards', onceMore, async () => {
      const renter = newRenter();
      await provision(renter);
      await machine.host.trouble.fillDisk();
      const report = await access.revoke(machine.control, renter.spec, machine.work);
      expect(report).toMatchObject({ ended: true });
      expect((await renter.ssh('true')).status).toBe(255);
      await machine.host.trouble.freeDisk();
      expect(await wipeAndVerify(renter)).toEqual(CLEAN);
    });

    // The matrix of clean-ups cuts each step in the middle.
    test('with a half-done provisioning is wiped clean', { tags: 'deep' }, async () => {
      const renter = newRenter();
      await machine.host.trouble.shadowTool('usermod', '#!/bin/sh\nexit 1\n');
      await machine.host.trouble.shadowTool('useradd', '#!/bin/sh\nexit 1\n');
      await expect(provision(renter)).rejects.toMatchObject({ code: 'host_command_failed' });
      await machine.host.trouble.restoreTool('useradd');
      await machine.host.trouble.restoreTool('usermod');
      expect(await wipeAndVerify(renter)).toEqual(CLEAN);
    });
  },
);
