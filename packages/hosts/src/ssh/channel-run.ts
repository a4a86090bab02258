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
      if (channel === null) {
        // Not even the channel was opened in time: this connection is of no use to anybody.
        options.giveUpConnection();
        options.onClosed();
        return;
      }
      endProcesses(client, channel, options.line, stderr);
      const giveUp = setTimeout(options.giveUpConnection, options.closeTimeoutMs);
      channel.once('close', () => clearTimeout(giveUp));
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
        if (settled) return;
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

/** Kills what the command started, over a channel of its own, and closes the command's channel. Nobody waits for it. */
function endProcesses(client: Client, channel: ClientChannel, line: CommandLine, stderr: readonly Buffer[]): void {
  const reported = PROCESS_GROUP_REPORT.exec(Buffer.concat(stderr).toString('latin1'))?.[1];
  try {
    channel.signal('KILL');
    if (reported !== undefined && line.killLine !== null) {
      client.exec(line.killLine(Number(reported)), (error, killing) => {
        if (error !== undefined) return;
        killing.on('error', () => undefined);
        killing.resume();
        killing.stderr.resume();
      });
    }
    channel.close();
  } catch {
    // The connection is gone; the guard on the machine ends the command.
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
