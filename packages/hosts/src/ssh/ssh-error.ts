import { DomainError, unreachable, type DomainErrorCode } from '@rsm/domain/common/domain-error';

/** Why something said to a machine did not work, finer than the domain's codes: checks and probes tell these apart. */
export type SshFailure =
  | 'host_key_changed'
  | 'connect_refused'
  | 'connect_timed_out'
  | 'no_route'
  | 'not_ssh'
  | 'handshake_failed'
  | 'login_refused'
  | 'connection_lost'
  | 'not_sent'
  | 'privilege_missing'
  | 'command_timed_out'
  | 'command_failed'
  | 'output_too_long'
  | 'too_many_commands'
  | 'too_many_connections';

const domainCodeOf: Readonly<Record<SshFailure, DomainErrorCode>> = {
  host_key_changed: 'host_key_changed',
  connect_refused: 'machine_unreachable',
  connect_timed_out: 'machine_unreachable',
  no_route: 'machine_unreachable',
  not_ssh: 'machine_unreachable',
  handshake_failed: 'machine_unreachable',
  login_refused: 'machine_unreachable',
  connection_lost: 'machine_unreachable',
  not_sent: 'machine_unreachable',
  privilege_missing: 'host_command_failed',
  command_timed_out: 'host_command_failed',
  command_failed: 'host_command_failed',
  output_too_long: 'host_command_failed',
  too_many_commands: 'busy',
  too_many_connections: 'busy',
};

export interface SshErrorOptions {
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** Something said to a machine did not work. The message names no value that went into a command. */
export class SshError extends DomainError {
  readonly failure: SshFailure;

  constructor(failure: SshFailure, message: string, options: SshErrorOptions = {}) {
    super(domainCodeOf[failure], message, options);
    this.failure = failure;
  }

  /** True when the machine certainly saw nothing of the command, so it may be sent again. */
  get nothingWasSent(): boolean {
    switch (this.failure) {
      case 'host_key_changed':
      case 'connect_refused':
      case 'connect_timed_out':
      case 'no_route':
      case 'not_ssh':
      case 'handshake_failed':
      case 'login_refused':
      case 'not_sent':
      case 'privilege_missing':
      case 'too_many_commands':
      case 'too_many_connections':
        return true;
      case 'connection_lost':
      case 'command_timed_out':
      case 'command_failed':
      case 'output_too_long':
        return false;
      default:
        return unreachable(this.failure);
    }
  }
}

/** The machine showed another host key than the pinned one. The connection was ended before anything was sent. */
export class HostKeyChangedError extends SshError {
  readonly expectedFingerprint: string;
  readonly presentedFingerprint: string;

  constructor(expectedFingerprint: string, presentedFingerprint: string) {
    super(
      'host_key_changed',
      `The machine showed the host key ${presentedFingerprint}, but ${expectedFingerprint} is pinned. Nothing was sent.`,
      {
        remedy:
          'Find out why the key changed. If the machine was reinstalled on purpose, verify it again and confirm the new fingerprint.',
      },
    );
    this.expectedFingerprint = expectedFingerprint;
    this.presentedFingerprint = presentedFingerprint;
  }
}

/** A command ran and ended with an exit status (or a signal) that its template does not expect. */
export class CommandFailedError extends SshError {
  readonly template: string;
  readonly exitStatus: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(details: {
    readonly template: string;
    readonly exitStatus: number | null;
    readonly signal: string | null;
    readonly stdout: string;
    readonly stderr: string;
  }) {
    const how =
      details.exitStatus === null
        ? `was ended by ${details.signal ?? 'the host'}`
        : `ended with status ${details.exitStatus}`;
    const said = lastLine(details.stderr);
    super('command_failed', `A command on the machine ${how}${said === '' ? '.' : `: ${said}`}`);
    this.template = details.template;
    this.exitStatus = details.exitStatus;
    this.signal = details.signal;
    this.stdout = details.stdout;
    this.stderr = details.stderr;
  }
}

const SAID_LENGTH_MAX = 300;

/** The last line that says something, without control characters, for a message that people and logs read. */
function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim());
  return (lines.findLast((line) => line !== '') ?? '').slice(0, SAID_LENGTH_MAX);
}
