import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AccessHost } from '@rsm/domain/access/access-host';
import type { ContainerEngine, Lab, LabHost } from '@rsm/lab';
import { adoptLabHost, Renter, type LabMachine } from '../../access/testing/lab-machine.ts';
import { createUnixUserAccess } from '../../access/unix-user-access.ts';
import { openLab } from '../../test-support/lab-machine.ts';
import { realClock } from '../../test-support/ssh-peer.ts';
import { onConsole, plantResidues, residuesLeft, tracesOf, verdictBy, wipeOnce } from './matrix-run.ts';
import {
  accountStrategies,
  containerResidues,
  residues,
  wipeMatrix,
  type MatrixCell,
  type MatrixStrategy,
  type Misbehaviour,
} from './wipe-matrix.ts';

/** How many commands each strategy runs: it is cut at each of them in turn. */
const COMMANDS = { ssh_key_removal: 3, home_directory_purge: 6, user_deletion: 4, container_destroy: 15 } as const;
/** The tool that each strategy cannot do without; the last one cannot do without the container engine. */
const TOOL = { ssh_key_removal: 'mktemp', home_directory_purge: 'ipcrm', user_deletion: 'userdel' } as const;

interface StrikeAt {
  readonly moment: 'before' | 'after';
  /** Which of the strategy's commands, from 0. */
  readonly index: number;
}

/** When a misbehaviour strikes: once as the strategy begins, or at each of its commands in turn. */
function strikesOf(what: Misbehaviour, strategy: MatrixStrategy): readonly StrikeAt[] {
  const last = COMMANDS[strategy] - 1;
  const each = Array.from({ length: last + 1 }, (_, index) => index);
  if (what === 'cut before each step') return each.map((index) => ({ moment: 'before', index }));
  // After the very last command comes the verifier, which is a row of its own.
  const isLastOfPlan = strategy === 'user_deletion' || strategy === 'container_destroy';
  if (what === 'cut after each step')
    return each.filter((index) => !isLastOfPlan || index < last).map((index) => ({ moment: 'after', index }));
  return what === 'cut as the verifier looks' ? [{ moment: 'after', index: last }] : [{ moment: 'before', index: 0 }];
}

export interface MatrixStage {
  /** Whose matrix it is: `clean-ups of …`. */
  readonly name: string;
  readonly strategies: readonly MatrixStrategy[];
  readonly misbehaviours: readonly Misbehaviour[];
  /** What makes the containers, where there are any. */
  readonly engine?: ContainerEngine;
  /** Numbers of accounts begin here: hosts of one file share nothing else. */
  readonly firstUid: number;
  /** A host whose disk survives a reboot, and the image of its containers, where it has them. */
  readonly start: (lab: Lab, persistent: { readonly id: string; readonly stateDir: string }) => Promise<{ readonly host: LabHost; readonly image: string | null }>;
  /** `MISBEHAVIOUR STRATEGY`, or with the number of its command behind: what `npm test` runs; the deep run has all. */
  readonly sample: readonly string[];
} // prettier-ignore

/** Runs cells of the matrix, each on a host on which a booking left everything, and compares them with the table. */
export function describeMatrix(stage: MatrixStage): void {
  describe(`the matrix of ${stage.name}`, () => {
    const mode = stage.strategies.includes('container_destroy') ? 'container' : 'unix_user';
    const plan: readonly MatrixStrategy[] = mode === 'container' ? ['container_destroy'] : accountStrategies;
    const everything = mode === 'container' ? containerResidues : residues;
    const isDocker = stage.engine === 'docker';
    const toolOf = (strategy: MatrixStrategy): string =>
      strategy === 'container_destroy' ? (stage.engine ?? 'podman') : TOOL[strategy];
    let lab: Lab;
    let machine: LabMachine;
    let access: () => AccessHost;
    let renter: Renter;
    let nextUid = stage.firstUid;
    let stateDir = '';

    beforeAll(async () => {
      stateDir = mkdtempSync(join(tmpdir(), 'rsm-matrix-'));
      lab = await openLab();
      const { host, image } = await stage.start(lab, { id: 'matrix', stateDir });
      machine = await adoptLabHost(host);
      access = () => createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1, image });
      // Host keys and more were made a moment ago; that is to be before the booking.
      await onConsole(machine, 'sleep 2');
    });
    afterAll(async () => {
      machine.pool.close();
      await lab.stop();
      rmSync(stateDir, { recursive: true, force: true });
    });
    afterEach(() => renter.dispose());

    /** A booking that leaves everything behind. */
    const leaveEverything = async () => {
      renter = new Renter(machine, { uid: nextUid++, mode });
      const traces = await tracesOf(machine, renter);
      await access().provision(machine.control, renter.spec, machine.work);
      await plantResidues(machine, renter);
      expect(await residuesLeft(machine, renter)).toEqual(everything);
      return traces;
    };

    const misbehave = async (what: Misbehaviour, strategy: MatrixStrategy): Promise<void> => {
      const { trouble } = machine.host;
      const { uid, accountName: account } = renter.spec;
      switch (what) {
        case 'none':
          return;
        case 'cut before each step':
        case 'cut after each step':
        case 'cut as the verifier looks':
          trouble.dropSessions();
          return;
        case 'full disk':
          return trouble.fillDisk();
        case 'missing tool':
          return trouble.hideTool(toolOf(strategy));
        case 'process returns':
          // The watchdog sweeps once more after the revocation, and would get this one too.
          await onConsole(machine, `until [ "$(systemctl show --property=ActiveState ${account}-end.service)" = ActiveState=inactive ]; do sleep 0.1; done`);
          return onConsole(machine, `setpriv --reuid ${uid} --clear-groups sleep 600 </dev/null >/dev/null 2>&1 &`);
        case 'unkillable process':
          // Root starts it again as soon as it is killed, which no renter could; to the clean-up it is one that cannot be killed.
          return onConsole(machine, `systemd-run --quiet --unit=undying --uid=${account} -p Restart=always -p RestartSec=0 -p StartLimitIntervalSec=0 sleep 600`);
        case 'read-only root':
          // Docker's service keeps files open for writing, and mount(8) refuses then; one that finds its disk read-only does not start either.
          if (isDocker) await onConsole(machine, 'systemctl stop docker.socket docker.service containerd.service');
          return trouble.readOnlyRoot();
        case 'reboot':
          return machine.host.reboot();
        case 'changed host key':
          trouble.dropSessions();
          return trouble.changeHostKey();
        case 'host gone for good':
          trouble.dropSessions();
          return trouble.stopSshd();
      }
    }; // prettier-ignore

    const heal = async (what: Misbehaviour, strategy: MatrixStrategy): Promise<void> => {
      const { trouble } = machine.host;
      if (what === 'full disk') await trouble.freeDisk();
      if (what === 'missing tool') await trouble.restoreTool(toolOf(strategy));
      if (what === 'unkillable process') await onConsole(machine, 'systemctl stop undying.service');
      if (what === 'read-only root') {
        await trouble.writableRoot();
        if (isDocker) await onConsole(machine, 'systemctl start docker.service');
      }
      if (what === 'host gone for good') await trouble.startSshd();
      if (what === 'changed host key') {
        machine.pool.close();
        machine = await adoptLabHost(machine.host);
      }
    };

    /** Runs the struck clean-up and compares it with the table. Answers how the next one ends, after the trouble. */
    const runCell = async (cell: MatrixCell, [what, strategy]: [Misbehaviour, MatrixStrategy], at: StrikeAt) => {
      const traces = await leaveEverything();
      const early = what === 'unkillable process';
      if (early) await misbehave(what, strategy);
      const first = await wipeOnce(machine, traces, plan, {
        strategy,
        strike: async (moment, index) => {
          if (!early && moment === at.moment && index === at.index) await misbehave(what, strategy);
        },
      });
      const left = await residuesLeft(machine, renter);
      // The rule of the house, before anything that the table says: verified means that nothing is left.
      if (left.length > 0) expect(first.end, first.said).not.toBe('verified');
      const isOut = what === 'changed host key' || what === 'host gone for good';
      if (first.end === 'again' && !isOut) {
        const between = await verdictBy(machine, traces);
        if (left.length > 0) expect(between.verdict, between.said).not.toBe('verified');
      }
      await heal(what, strategy);
      const ended = first.end === 'again' && what === 'host gone for good' ? 'gone' : first.end;
      const due = cell.left === 'not asked' ? cell.left : cell.left.filter((one) => left.includes(one) || cell.orGone?.includes(one) !== true);
      expect({ ends: ended, left: cell.left === 'not asked' ? cell.left : left }, first.said).toEqual({
        ends: cell.ends,
        left: due,
      });
      return wipeOnce(machine, { ...traces, machineId: machine.control.machineId }, plan);
    }; // prettier-ignore

    const sample = new Set(stage.sample);
    for (const what of stage.misbehaviours) {
      for (const strategy of stage.strategies) {
        const cell = wipeMatrix[what][strategy];
        if (cell === null) continue;
        for (const strike of strikesOf(what, strategy)) {
          const { index } = strike;
          const name = `${what} ${strategy}`;
          const options = sample.has(name) || sample.has(`${name} ${index + 1}`) ? {} : { tags: 'deep' };
          test(`${what}, ${strategy}, at step ${index + 1}`, options, async () => {
            const second = await runCell(cell, [what, strategy], strike);
            expect({ end: second.end, left: await residuesLeft(machine, renter) }, second.said).toEqual({ end: 'verified', left: [] });
          });
        }
      }
    }
  }); // prettier-ignore
}
