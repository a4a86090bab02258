import type { Clock } from '@rsm/domain/common/instant';
import type { MachineInspector, MachineTarget, RemoteWork } from '@rsm/domain/machines/machine-host';
import { tryFence } from '../access/network-fence.ts';
import type { SshPool } from '../ssh/ssh-pool.ts';
import type { SshSession } from '../ssh/ssh-session.ts';
import { judgeContainers, observeContainers, observeImages, parseImages } from './checks/container-check.ts';
import { isLoginAnswer, judgeLogins, type LoginOutcome } from './checks/login-checks.ts';
import { judgeMachine } from './checks/machine-checks.ts';
import { observationTemplate, parseObservation } from './checks/machine-observation.ts';
import { noFacts, readFacts } from './facts/read-facts.ts';
import { observeTools, parseTools } from './tools/tool-commands.ts';

/**
 * Runs the checks and reads the facts of a machine, with commands that only look (on a machine
 * for containers the runtime is asked by its own client, which may make its folders). Both keys have to log in, because a wipe
 * that can't be verified later would keep the machine in quarantine.
 *
 * A machine that can't be reached or does not let us in is an answer: the first failed check, and no facts. A connection
 * that is lost on the way is thrown, so that the workflow tries again.
 */
export function createMachineInspector(deps: {
  readonly pool: SshPool;
  readonly clock: Clock;
  /** What containers may be made from, the default first; empty where the installation has none. */
  readonly images?: readonly string[];
}): MachineInspector {
  const { clock, images = [], pool } = deps;
  const image = images[0] ?? null;
  return {
    async inspect(target, verifier, machine, work) {
      const control = await logIn(pool, target, work);
      if (control.outcome.kind === 'out') {
        return {
          checks: judgeLogins(machine, control.outcome, null),
          facts: noFacts(control.outcome.error.message),
          software: null,
        };
      }
      const second = await logIn(pool, verifier, work);
      const logins = judgeLogins(machine, control.outcome, second.outcome);
      if (control.outcome.privilege === 'none') {
        return { checks: logins, facts: noFacts('We may not become root on this machine.'), software: null };
      }
      const { facts, osFamily } = await readFacts(control.session);
      const askedAt = clock.now();
      const { stdout } = await control.session.run(observationTemplate, {});
      const answeredAt = clock.now();
      const fence = await control.session.run(tryFence, {});
      const observation = parseObservation(stdout);
      const input = {
        facts,
        osFamily,
        observation,
        clockOffsetSeconds: clockOffsetSeconds(observation.epochSeconds, askedAt, answeredAt),
        serverSoftware: control.outcome.serverSoftware,
        fence: { stands: fence.exitStatus === 0, said: fence.stdout },
      };
      const checks = [...logins, ...judgeMachine(input)];
      const tools = parseTools((await control.session.run(observeTools, {})).stdout);
      if (machine.accessMode === 'unix_user') return { checks, facts, software: { ...tools, images: null } };
      const { stdout: seen } = await control.session.run(observeContainers, { image: image ?? '' });
      const { stdout: list } = await control.session.run(observeImages, { images: images.join(' ') });
      const software = { ...tools, images: parseImages(list, images) };
      return { checks: [...checks, judgeContainers(seen, image)], facts, software };
    },
  };
}

async function logIn(
  pool: SshPool,
  target: MachineTarget,
  work: RemoteWork,
): Promise<{ readonly session: SshSession; readonly outcome: LoginOutcome }> {
  const session = pool.session(target, work);
  try {
    const { privilege, serverSoftware } = await session.login();
    return { session, outcome: { kind: 'in', privilege, serverSoftware } };
  } catch (error) {
    if (isLoginAnswer(error)) return { session, outcome: { kind: 'out', error } };
    throw error;
  }
}

/**
 * The machine prints whole seconds, so its clock stood anywhere in that second, at any moment between question and answer.
 * The offset is the least one that fits, so that a slow line is not taken for a wrong clock.
 */
export function clockOffsetSeconds(epochSeconds: number, askedAtMs: number, answeredAtMs: number): number {
  const earliest = epochSeconds - answeredAtMs / 1_000;
  const latest = epochSeconds + 1 - askedAtMs / 1_000;
  if (earliest > 0) return earliest;
  if (latest < 0) return latest;
  return 0;
}
