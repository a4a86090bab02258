import type { Machine, MachineCheck } from '@rsm/domain/machines/machine';
import type { Privilege } from '../../ssh/command-line.ts';
import { SshError, type SshFailure } from '../../ssh/ssh-error.ts';
import { check } from './machine-checks.ts';

/** How far we got with one of the two keys. */
export type LoginOutcome =
  | { readonly kind: 'in'; readonly privilege: Privilege; readonly serverSoftware: string }
  | { readonly kind: 'out'; readonly error: SshError };

/** Failures that say something about the machine and not about a moment. The rest is thrown and tried again. */
const ANSWERS: ReadonlySet<SshFailure> = new Set([
  'connect_refused',
  'connect_timed_out',
  'no_route',
  'not_ssh',
  'handshake_failed',
  'login_refused',
]);

export function isLoginAnswer(error: unknown): error is SshError {
  return error instanceof SshError && ANSWERS.has(error.failure);
}

/** The checks about getting in. Each later one is left out when an earlier one makes it meaningless. */
export function judgeLogins(
  machine: Machine,
  control: LoginOutcome,
  verifier: LoginOutcome | null,
): readonly MachineCheck[] {
  const place = `${machine.control.address}:${machine.control.port}`;
  const unreachable = control.kind === 'out' && control.error.failure !== 'login_refused' ? control.error : null;
  const reachable = check({
    id: 'reachable',
    title: 'Reachable',
    actual: unreachable?.message ?? `SSH answers at ${place}`,
    required: `SSH answers at ${place}`,
    passed: unreachable === null,
    remedy: unreachable?.remedy ?? '',
  });
  if (unreachable !== null) return [reachable];
  const checks = [
    reachable,
    check({
      id: 'host_key',
      title: 'Host key',
      actual: `the pinned one, ${machine.hostKey?.fingerprint ?? ''}`,
      required: 'the pinned one',
      // Another key is never an answer: it ends the inspection with host_key_changed.
      passed: true,
      remedy: '',
    }),
    loginCheck('login', 'Control key', machine, control),
  ];
  if (control.kind === 'out') return checks;
  checks.push(rootCheck(machine, control.privilege));
  if (verifier !== null) checks.push(loginCheck('verifier_login', 'Verifier key', machine, verifier));
  return checks;
}

function loginCheck(id: string, title: string, machine: Machine, outcome: LoginOutcome): MachineCheck {
  return check({
    id,
    title,
    actual: outcome.kind === 'in' ? `logs in as ${machine.sshUser}` : outcome.error.message,
    required: `logs in as ${machine.sshUser}`,
    passed: outcome.kind === 'in',
    remedy: (outcome.kind === 'out' ? outcome.error.remedy : undefined) ?? 'Paste the block on the machine again.',
  });
}

function rootCheck(machine: Machine, privilege: Privilege): MachineCheck {
  const actual = {
    root: 'logs in as root',
    sudo: 'sudo without a password',
    none: `${machine.sshUser} is not root and sudo wants a password`,
  };
  return check({
    id: 'root',
    title: 'Administrator rights',
    actual: actual[privilege],
    required: 'root, or sudo without a password',
    passed: privilege !== 'none',
    remedy: `Run as root: echo '${machine.sshUser} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/rsm && chmod 440 /etc/sudoers.d/rsm`,
  });
}
