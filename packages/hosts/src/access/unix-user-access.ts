import type { AccessHost, AccessSpec, RevocationReport } from '@rsm/domain/access/access-host';
import { DomainError } from '@rsm/domain/common/domain-error';
import { instant, SECOND_MS, type Clock, type Instant } from '@rsm/domain/common/instant';
import type { CommandResult, SshSession } from '../ssh/ssh-session.ts';
import type { SshPool } from '../ssh/ssh-pool.ts';
import { readState, type AccessState } from './access-state.ts';
import { calendarOf, checkAccount, checkPublicKeys, expiryDayOf, expiryStyleOf, secondsOf } from './access-values.ts';
import { makeContainer, makeDoor } from './container-commands.ts';
import { endAccessNow, GRACE_SECONDS_MAX, installEndScript } from './end-access.ts';
import { fenceValuesOf, raiseFence } from './network-fence.ts';
import {
  armWatchdog,
  configureSshd,
  makeAccount,
  reloadSshd,
  writeKeys,
  writeLimits,
} from './provisioning-commands.ts';

export interface UnixUserAccessOptions {
  readonly pool: Pick<SshPool, 'session'>;
  readonly clock: Clock;
  /** Between SIGTERM and SIGKILL. Default 60 s (product.md). */
  readonly graceSeconds?: number;
  /** How far the machine's clock may be off: the deadline is kept by that clock. Default 30 s. */
  readonly clockSkewMsMax?: number;
  readonly limits?: AccountLimits;
  /** What containers are made from where the booking names nothing: a name with a digest, the first on the operator's list. */
  readonly image?: string | null;
}

/** What one renter may take of the machine. Percentages are systemd's (systemd.resource-control(5)). */
export interface AccountLimits {
  readonly memoryMax: string;
  readonly tasksMax: string;
  /** Without systemd: processes of the account. */
  readonly processesMax: number;
}

export const DEFAULT_ACCOUNT_LIMITS: AccountLimits = Object.freeze({
  memoryMax: '90%',
  tasksMax: '50%',
  processesMax: 8_192,
});

/**
 * Both access modes: a fresh account without root for each booking, in which the renter works (`unix_user`), or which is only the door into
 * a fresh container in which he is root (`container`).
 */
export function createUnixUserAccess(options: UnixUserAccessOptions): AccessHost {
  const {
    pool,
    clock,
    graceSeconds = 60,
    clockSkewMsMax = 30_000,
    limits = DEFAULT_ACCOUNT_LIMITS,
    image = null,
  } = options;
  if (!Number.isInteger(graceSeconds) || graceSeconds < 0 || graceSeconds > GRACE_SECONDS_MAX) {
    throw new RangeError(`graceSeconds has to be a whole number from 0 to ${GRACE_SECONDS_MAX}.`);
  }
  const accountOf = (spec: AccessSpec) => ({ account: spec.accountName, uid: spec.uid });

  async function openWith(
    session: SshSession,
    spec: AccessSpec,
    steps: { readonly whole: boolean },
  ): Promise<{ deadlineAt: Instant }> {
    const { account, uid } = accountOf(spec);
    const deadlineSeconds = secondsOf(spec.deadlineAt);
    if (steps.whole) {
      answered(await session.run(writeLimits, { account, uid, ...limits }));
      await session.run(installEndScript, { account });
    }
    answered(
      await session.run(armWatchdog, {
        account,
        uid,
        graceSeconds,
        deadlineMs: spec.deadlineAt,
        calendar: calendarOf(spec.deadlineAt),
        stopSeconds: graceSeconds + 60,
      }),
    );
    answered(await session.run(makeAccount, { account, uid, expiresOn: expiryDayOf(spec.deadlineAt) }));
    if (steps.whole && spec.mode === 'container') {
      const chosen = spec.image ?? image;
      if (chosen === null) throw noImage();
      answered(await session.run(makeContainer, { account, image: chosen, processesMax: limits.processesMax }));
      answered(await session.run(makeDoor, { account }));
    }
    // After the account, before its keys: nobody is ever in without the fence.
    answered(await session.run(raiseFence, { account, uid, ...fenceValuesOf(spec.network) }));
    const expiryStyle = expiryStyleOf((await session.login()).serverSoftware);
    const stdin = spec.publicKeys.map((key) => `${key}\n`).join('');
    answered(await session.run(writeKeys, { account, deadlineSeconds, expiryStyle }, { stdin }));
    if (steps.whole) {
      // Last, because from here on sshd accepts the keys: everything that ends or limits the access stands already.
      answered(await session.run(configureSshd, { account, forced: spec.mode === 'container' ? 'enter' : 'none' }));
      answered(await session.run(reloadSshd, {}));
    }
    return { deadlineAt: readBack(await readState(session, { account, uid }), spec, { clock, clockSkewMsMax }) };
  }

  return {
    async provision(target, spec, work) {
      checkSpec(spec, clock);
      return openWith(pool.session(target, work), spec, { whole: true });
    },

    async moveDeadline(target, spec, work) {
      checkSpec(spec, clock);
      const session = pool.session(target, work);
      const state = await readState(session, accountOf(spec));
      if (state.uid !== spec.uid || state.deadline === null) throw notProvisioned();
      return openWith(session, spec, { whole: false });
    },

    async revoke(target, spec, work): Promise<RevocationReport> {
      checkAccount(spec);
      const session = pool.session(target, work);
      const { account, uid } = accountOf(spec);
      await session.run(installEndScript, { account });
      const said = await session.run(endAccessNow, { account, uid, graceSeconds });
      const state = await readState(session, { account, uid });
      const ended = said.exitStatus === 0 && hasEnded(state);
      return { ended, endedAt: endOf(state, clock), detail: describe(state) };
    },
  };
}

function checkSpec(spec: AccessSpec, clock: Clock): void {
  checkAccount(spec);
  checkPublicKeys(spec.publicKeys);
  if (spec.deadlineAt > clock.now()) return;
  throw new DomainError('invalid_window', 'The deadline of the access is in the past.', {
    field: 'deadlineAt',
    remedy: 'End the access instead of opening it.',
  });
}

/** No login is possible and nothing runs: no key that sshd would take, no account or an expired one, no process. */
function hasEnded(state: AccessState): boolean {
  const isStopped = state.container === 'none' || state.container === 'stopped';
  return isStopped && state.processes === 0 && state.keys === 0 && (state.uid === null || state.expires === 1);
}

/** When the machine itself first saw that nothing was left: at the deadline, perhaps long before we could reach it. */
function endOf(state: AccessState, clock: Clock): Instant {
  const now = clock.now();
  return state.emptied === null ? now : instant(Math.min(now, state.emptied * SECOND_MS));
}

function describe(state: AccessState): string {
  const account = state.uid === null ? 'no account' : state.expires === 1 ? 'account expired' : 'account NOT expired';
  const container = state.container === 'none' ? '' : `, container ${state.container}`;
  return `${account}, ${state.keys} keys, ${state.processes} processes${container}`;
}

/** Compares everything that was read back with what was wanted. @throws DomainError host_command_failed, which names the difference. */
function readBack(
  state: AccessState,
  spec: AccessSpec,
  limits: { readonly clock: Clock; readonly clockSkewMsMax: number },
): Instant {
  const skewMs = state.now * SECOND_MS - limits.clock.now();
  const problems: string[] = [];
  if (Math.abs(skewMs) > limits.clockSkewMsMax)
    problems.push(`the machine's clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead' : 'behind'}`);
  if (state.deadline !== spec.deadlineAt) problems.push(`the deadline reads ${state.deadline ?? 'nothing'}`);
  if (state.armed === 'no') problems.push('the watchdog is not armed');
  if (state.armed === 'yes' && state.wakes !== secondsOf(spec.deadlineAt))
    problems.push(`the timer wakes at ${state.wakes ?? 'no time'}`);
  if (state.ended === 'yes') problems.push('the access has ended');
  if (state.uid !== spec.uid) problems.push(`the account has uid ${state.uid ?? 'none'}`);
  if (state.keys !== spec.publicKeys.length) problems.push(`${state.keys} keys are in place`);
  if ((state.container === 'running') !== (spec.mode === 'container'))
    problems.push(spec.mode === 'container' ? `the container is ${state.container}` : 'there is a container');
  if (state.fence !== 'up') problems.push('the network fence does not stand');
  if (state.sshd !== 'ours') problems.push('sshd does not take the keys from our file');
  if (problems.length === 0) return spec.deadlineAt;
  throw new DomainError('host_command_failed', `The access does not read back as it was set: ${problems.join('; ')}.`, {
    remedy: 'Correct the machine (clock, systemd or cron, sshd_config) and try again.',
  });
}

function noImage(): DomainError {
  return new DomainError('host_tool_missing', 'This installation has no image for containers.', {
    remedy: 'Name one in CONTAINER_IMAGES (docs/operations.md).',
  });
}

function notProvisioned(): DomainError {
  return new DomainError('wrong_state', 'There is no access on the machine whose deadline could be moved.', {
    remedy: 'Provision the access first.',
  });
}

/** Turns a step's refusal into the error that says it. */
function answered(result: CommandResult): void {
  if (result.exitStatus === 0) return;
  const said = result.stderr
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300);
  switch (result.exitStatus) {
    case 65:
      throw new DomainError('conflict', `The machine already has something in the way: ${said}.`, {
        remedy: 'Remove it from the machine, or give the machine another range of user numbers.',
      });
    case 69:
      throw new DomainError('host_tool_missing', `The machine cannot give access: ${said}.`, {
        remedy: 'Install it on the machine.',
      });
    case 73:
      throw new DomainError('wrong_state', 'This access has ended on the machine and is never opened again.', {
        remedy: 'Make a new booking.',
      });
    case null:
    default:
      throw new DomainError('host_command_failed', `The machine cannot give access: ${said}.`, {
        remedy: 'Correct the configuration of sshd on the machine and try again.',
      });
  }
}
