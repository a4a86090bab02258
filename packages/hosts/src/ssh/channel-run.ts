import type { Client, ClientChannel } from 'ssh2';
import type { CommandOutcome } from './command-log.ts';
import { PROCESS_GROUP_REPORT, type CommandLine } from './command-line.ts';
import type { RawResult } from './command-outcome.ts';
import type { AnyCommandTemplate } from './command-template.ts';
import { SshError } from './ssh-error.ts';

export interface ChannelRunOptions {
  readonly client: Client;
  readonly line: CommandLine;
  readonly template: Pick<AnyCommandTemplate, 'timeoutMs' | 'maxOutputBytes'>;
  readonly stdin?: string | Buffer;
  readonly signal?: AbortSignal;
  readonly onStdout?: (piece: string) => void;
  /** How long a killed command's channel may take to close. */
  readonly closeTimeoutMs: number;
  readonly giveUpConnection: () => void;
  readonly isConnectionOpen: () => boolean;
  /** The channel has closed, which may be later than the answer; called at most a few times. */
  readonly onClosed: () => void;
}

/** The report of the process group comes on top of what the command itself may print. */
const REPORT_BYTES_MAX = 32;
/** How much of standard error is kept while the report is awaited: a greeting of sudo or of the login may come before it. */
const REPORT_SEARCH_CHARS = 4_096;
const KILL_TRIES_MAX = 20;
const KILL_PAUSE_MS = 100;

/**
 * Runs one command on a channel of its own and answers once it has ended or was ended: by its timeout, its output's limit
 * or the signal.
 * @throws SshError not_sent when the machine saw nothing of it, connection_lost when that is not known.
 */
export function runOnChannel(options: ChannelRunOptions): Promise<RawResult> {
  return new Promise((resolve, reject) => {
    const { client, signal } = options;
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const decoder = new TextDecoder();
    let roomBytes = options.template.maxOutputBytes + (options.line.killLine === null ? 0 : REPORT_BYTES_MAX);
    let exit: { readonly status: number | null; readonly signal: string | null } | null = null;
    let channel: ClientChannel | null = null;
    let settled = false;
    let giveUp: NodeJS.Timeout | undefined;

    const stopWaiting = (): void => {
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const settle = (outcome: CommandOutcome): void => {
      if (settled) return;
      stopWaiting();
      resolve(rawResult({ outcome, exit, stdout, stderr, outputBytesMax: options.template.maxOutputBytes }));
    };
    /** Ends a command that is still running. Its slot stays taken until the channel has closed. */
    const kill = (outcome: CommandOutcome): void => {
      if (settled) return;
      settle(outcome);
      giveUp = setTimeout(() => {
        options.giveUpConnection();
        options.onClosed();
      }, options.closeTimeoutMs);
      // An abort may come before the machine has opened the channel. Others use this connection too, so it is not cut.
      if (channel !== null) endProcesses(client, channel, options.line, stderr);
    };
    const onAbort = (): void => kill('aborted');
    const timer = setTimeout(() => kill('timed_out'), options.template.timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });

    const keep = (pieces: Buffer[], piece: Buffer): Buffer => {
      if (settled) return piece.subarray(0, 0);
      const kept = piece.length > roomBytes ? piece.subarray(0, roomBytes) : piece;
      pieces.push(kept);
      roomBytes -= kept.length;
      if (kept.length < piece.length) kill('output_too_long');
      return kept;
    };

    const onChannel = (error: Error | undefined, opened: ClientChannel): void => {
      if (error !== undefined) {
        clearTimeout(giveUp);
        if (settled) {
          options.onClosed();
          return;
        }
        stopWaiting();
        reject(options.isConnectionOpen() ? sessionRefused(error) : lostWhileSending(error));
        return;
      }
      channel = opened;
      opened.on('error', () => undefined);
      opened.on('exit', (status: number | null, signalName?: string) => {
        exit = { status, signal: signalName ?? null };
      });
      opened.on('close', () => {
        clearTimeout(giveUp);
        options.onClosed();
        settle(exit === null ? 'connection_lost' : exit.status === null ? 'signalled' : 'exited');
      });
      opened.on('data', (piece: Buffer) => {
        const kept = keep(stdout, piece);
        if (kept.length > 0) options.onStdout?.(decoder.decode(kept, { stream: true }));
      });
      opened.stderr.on('data', (piece: Buffer) => keep(stderr, piece));
      // Without content the script has redirected its own standard input, and the channel's stays open for a signal.
      if (options.stdin !== undefined) opened.end(options.stdin);
      if (settled) endProcesses(client, opened, options.line, stderr);
    };
    try {
      client.exec(options.line.line, onChannel);
    } catch {
      stopWaiting();
      options.giveUpConnection();
      reject(notSent());
    }
  });
}

/**
 * Kills what the command started, over a channel of its own, and closes the command's channel. Nobody waits for it.
 *
 * Until the command has reported its process group nobody can say what to kill, so the channel stays open for that report;
 * a command that ends before it closes the channel by itself.
 */
function endProcesses(client: Client, channel: ClientChannel, line: CommandLine, stderr: readonly Buffer[]): void {
  const { killLine } = line;
  ignoringLost(() => channel.signal('KILL'));
  if (killLine === null) {
    ignoringLost(() => channel.close());
    return;
  }
  let seen = Buffer.concat(stderr).toString('latin1');
  const killReported = (): boolean => {
    const reported = PROCESS_GROUP_REPORT.exec(seen)?.[1];
    if (reported === undefined) return false;
    killGroup(client, killLine(Number(reported)));
    ignoringLost(() => channel.close());
    return true;
  };
  if (killReported()) return;
  const onStderr = (piece: Buffer): void => {
    seen = `${seen}${piece.toString('latin1')}`.slice(-REPORT_SEARCH_CHARS);
    if (killReported()) channel.stderr.off('data', onStderr);
  };
  channel.stderr.on('data', onStderr);
}

/** A machine whose sessions are all taken (MaxSessions) refuses the killing too, until another one of them has ended. */
function killGroup(client: Client, line: string, triesLeft = KILL_TRIES_MAX): void {
  const onKilling = (error: Error | undefined, killing: ClientChannel): void => {
    if (error !== undefined) {
      if (triesLeft > 1) setTimeout(killGroup, KILL_PAUSE_MS, client, line, triesLeft - 1);
      return;
    }
    killing.on('error', () => undefined);
    killing.resume();
    killing.stderr.resume();
  };
  ignoringLost(() => client.exec(line, onKilling));
}

/** A connection that is gone throws at once; then the guard on the machine ends the command. */
function ignoringLost(send: () => unknown): void {
  try {
    send();
  } catch {
    // Nobody is left to tell.
  }
}

function rawResult(seen: {
  readonly outcome: CommandOutcome;
  readonly exit: { readonly status: number | null; readonly signal: string | null } | null;
  readonly stdout: readonly Buffer[];
  readonly stderr: readonly Buffer[];
  readonly outputBytesMax: number;
}): RawResult {
  const stdout = Buffer.concat(seen.stdout);
  const stderr = Buffer.from(Buffer.concat(seen.stderr).toString('latin1').replace(PROCESS_GROUP_REPORT, ''), 'latin1');
  const stdoutKept = stdout.subarray(0, seen.outputBytesMax);
  return {
    outcome: seen.outcome,
    exitStatus: seen.exit?.status ?? null,
    signal: seen.exit?.signal ?? null,
    stdout: stdoutKept.toString('utf8'),
    stderr: stderr.toString('utf8'),
    bytes: stdoutKept.length + stderr.length,
  };
}

export function notSent(): SshError {
  return new SshError('not_sent', 'The connection to the machine was cut before the command was sent.', {
    remedy: 'Try again.',
  });
}

/** The connection went away while the channel was being opened: the request may or may not have arrived. */
function lostWhileSending(cause: unknown): SshError {
  return new SshError('connection_lost', 'The connection to the machine was cut while a command was being sent.', {
    remedy: 'Try again; every step can be repeated.',
    cause,
  });
}

function sessionRefused(cause: Error): SshError {
  return new SshError('not_sent', `The machine did not open a session for the command: ${cause.message}`, {
    remedy: 'Check MaxSessions and the login shell of the user in sshd_config on the machine.',
    cause,
  });
}
