import { readFileSync } from 'node:fs';
import { DomainError } from '@rsm/domain/common/domain-error';
import { instant } from '@rsm/domain/common/instant';
import { verdictOf, type WipeStep, type WipeVerdict } from '@rsm/domain/data-wipes/data-wipe';
import type { BookingTraces } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { Machine } from '@rsm/domain/machines/machine';
import type { Renter, LabMachine } from '../../access/testing/lab-machine.ts';
import { realClock } from '../../test-support/ssh-peer.ts';
import type { StepContext } from '../run-step.ts';
import { wipeStrategies } from '../strategies/strategy-registry.ts';
import { createWipeVerifier } from '../verifier/wipe-verifier.ts';
import { createWipeRunner } from '../wipe-runner.ts';
import { containerResidues, residues, type MatrixEnd, type MatrixStrategy, type Residue } from './wipe-matrix.ts';

const LOOK_BY_HAND = readFileSync(new URL('./look-by-hand.py', import.meta.url), 'utf8');
const LOOK_AT_CONTAINERS = readFileSync(new URL('./look-at-containers.py', import.meta.url), 'utf8');

/** Called before and after each step of the strategy that is struck; `index` counts from 0. */
export type Strike = (moment: 'before' | 'after', index: number) => Promise<void>;

/** The booking's names, and what the machine is now: to be asked for before anything is made there. */
export async function tracesOf(machine: LabMachine, renter: Renter): Promise<BookingTraces> {
  const verifier = createWipeVerifier({ pool: machine.pool, clock: realClock });
  const baseline = await verifier.takeBaseline(machine.verifier, machine.work);
  return { ...renter.spec, machineId: machine.control.machineId, startedAt: instant(Date.now()), baseline };
}

/** Puts every residue of the matrix on the host. */
export async function plantResidues(machine: LabMachine, renter: Renter): Promise<void> {
  await (renter.spec.mode === 'container' ? plantInContainer : plantByAccount)(machine, renter);
}

/** What no renter of a container could make is made by root, as if he had broken out, or as if we had made it and lost sight of it. */
async function plantInContainer(machine: LabMachine, renter: Renter): Promise<void> {
  const { accountName: account, publicKeys, uid } = renter.spec;
  const inside = await renter.ssh(
    `echo kept > /root/kept; setsid sh -c 'trap "" TERM; while :; do sleep 1; done' </dev/null >/dev/null 2>&1 & sleep 0.2`,
  );
  if (inside.status !== 0) throw new Error(`nothing can be left in the container: ${inside.output}`);
  await onConsole(
    machine,
    `engine=$(cat /etc/rsm-access/${account}/container)
     image=$($engine inspect --format '{{.Config.Image}}' ${account})
     $engine commit --pause=false ${account} localhost/${account}:kept >/dev/null 2>&1
     $engine create --name ${account}-second --label rsm.booking=${account} --volume /nameless "$image" sh >/dev/null
     echo "${publicKeys[0]} kept for later" >> /root/.ssh/authorized_keys
     mkdir -p /opt/deep/er && echo left > /opt/deep/er/left && chown ${uid}:${uid} /opt/deep/er/left
     touch /home/${account}/left`,
  );
}

async function plantByAccount(machine: LabMachine, renter: Renter): Promise<void> {
  const { accountName: account, uid, publicKeys } = renter.spec;
  const { trouble } = machine.host;
  await trouble.stubbornProcess(account);
  await trouble.cronJob(account);
  await trouble.atJob(account);
  await onConsole(
    machine,
    `as="setpriv --reuid ${uid} --regid ${uid} --clear-groups"
     $as ipcmk -M 4096; $as ipcmk -S 2
     for file in /tmp/left /opt/deep/er/left /dev/shm/left; do mkdir -p "$(dirname $file)"; echo left > $file; chown ${uid}:${uid} $file; done
     cp /bin/sleep /opt/deep/er/become && chown ${uid}:${uid} /opt/deep/er/become && chmod 4755 /opt/deep/er/become
     touch /srv/group-only && chgrp ${uid} /srv/group-only
     mkdir -p /var/lib/systemd/linger && touch /var/lib/systemd/linger/${account} /var/mail/${account}
     mkdir -p /home/${account}/mnt && mount -t tmpfs none /home/${account}/mnt
     usermod --append --groups games ${account}
     mkdir -p /root/.ssh && echo "${publicKeys[0]} kept for later" >> /root/.ssh/authorized_keys`,
  );
}

/** What really lies on the host, by a program of the test's own on the console. */
export async function residuesLeft(machine: LabMachine, renter: Renter): Promise<readonly Residue[]> {
  const { accountName: account, mode, uid, publicKeys } = renter.spec;
  const said = await machine.host.run(`python3 - ${account} ${uid} '${publicKeys[0]?.split(' ')[1] ?? ''}'`, {
    input: mode === 'container' ? LOOK_AT_CONTAINERS : LOOK_BY_HAND,
  });
  const lines = said.stdout.trim().split('\n');
  if (said.exitCode !== 0 || lines.at(-1) !== 'done') throw new Error(`the look by hand failed: ${said.stderr}`);
  return (mode === 'container' ? containerResidues : residues).filter((residue) => lines.includes(residue));
}

export async function onConsole(machine: LabMachine, script: string): Promise<void> {
  const { exitCode, stderr } = await machine.host.run(script);
  if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
}

/** Runs the plan once, as the workflow does, and judges it by the same rule: a failed step is never verified. */
export async function wipeOnce(
  machine: LabMachine,
  traces: BookingTraces,
  plan: readonly MatrixStrategy[],
  struck?: { readonly strategy: MatrixStrategy; readonly strike: Strike },
): Promise<{ readonly end: MatrixEnd; readonly steps: readonly WipeStep[]; readonly said: string }> {
  const strategies =
    struck === undefined
      ? wipeStrategies
      : {
          ...wipeStrategies,
          [struck.strategy]: (context: StepContext) =>
            wipeStrategies[struck.strategy]?.({ ...context, session: striking(context.session, struck.strike) }),
        };
  const runner = createWipeRunner({ pool: machine.pool, clock: realClock, graceSeconds: 1, strategies });
  try {
    const steps = await runner.run(machine.control, {} as Machine, traces, plan, machine.work);
    const seen = await verdictBy(machine, traces);
    const failed = steps.filter((step) => !step.succeeded);
    const said = [...failed.map(({ name, detail }) => `step ${name}: ${detail ?? ''}`), seen.said].join('\n');
    return { end: failed.length > 0 && seen.verdict === 'verified' ? 'failed' : seen.verdict, steps, said };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { end: error.code === 'host_key_changed' ? 'alarm' : 'again', steps: [], said: error.message };
  }
}

export async function verdictBy(
  machine: LabMachine,
  traces: BookingTraces,
): Promise<{ readonly verdict: WipeVerdict; readonly said: string }> {
  const verifier = createWipeVerifier({ pool: machine.pool, clock: realClock });
  const findings = await verifier.verify(machine.verifier, traces, machine.work);
  const bad = findings.filter(({ verdict }) => verdict !== 'clean');
  return {
    verdict: verdictOf(findings),
    said: bad.map(({ check, verdict, detail }) => `${check} ${verdict}: ${detail}`).join('\n'),
  };
}

/** A session that tells of each command before and after it. */
function striking(session: StepContext['session'], strike: Strike): StepContext['session'] {
  let index = 0;
  return {
    ...session,
    machineId: session.machineId,
    credential: session.credential,
    purpose: session.purpose,
    signal: session.signal,
    login: () => session.login(),
    async run(template, values, ...options) {
      const mine = index++;
      await strike('before', mine);
      const result = await session.run(template, values, ...options);
      await strike('after', mine);
      return result;
    },
  };
}
