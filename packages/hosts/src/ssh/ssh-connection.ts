import type { Clock } from '@rsm/domain/common/instant';
import type { MachineTarget } from '@rsm/domain/machines/machine-host';
import type { Client, ClientChannel } from 'ssh2';
import type { CommandLog, CommandOutcome } from './command-log.ts';
import { commandLine, type LoginProperties } from './command-line.ts';
import { renderCommand, type CommandTemplate } from './command-template.ts';
import { loginProbe, parseLoginProbe } from './login-probe.ts';
import { Slots } from './slots.ts';
import type { DialedClient } from './ssh-dial.ts';
import { SshError } from './ssh-error.ts';
import type { SshLimits } from './ssh-limits.ts';
import { judgeCommand, type RawResult } from './command-outcome.ts';
import type { CommandResult } from './ssh-session.ts';

/** The run options with their per-template typing removed; `SshSession.run` is the typed door. */
export interface UntypedRunOptions {
  readonly purpose: string;
  readonly signal?: AbortSignal;
  readonly as?: 'root' | 'login';
  readonly onTooMuchOutput?: 'fail' | 'return';
  readonly onStdout?: (piece: string) => void;
  readonly stdin?: string | Buffer;
}

export interface SshConnectionOptions {
  readonly target: Pick<MachineTarget, 'machineId' | 'credential'>;
  readonly dialed: DialedClient;
  readonly log: CommandLog;
  readonly clock: Clock;
  readonly limits: SshLimits;
  readonly onClose: () => void;
}

/** One open connection to one machine. It is never opened again: the pool makes a new one. */
export class SshConnection {
  readonly #options: SshConnectionOptions;
  readonly #client: Client;
  readonly #slots: Slots;
  #login: LoginProperties = { privilege: 'none', posixShell: false, hasTimeout: false };
  #open = true;
  #lastUsedMs = performance.now();

  constructor(options: SshConnectionOptions) {
    this.#options = options;
    this.#client = options.dialed.client;
    this.#slots = new Slots({
      runningMax: options.limits.channelsPerConnectionMax,
      waitingMax: options.limits.waitingCommandsMax,
    });
    this.#client.on('error', () => this.close());
    this.#client.on('close', () => this.close());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get login(): LoginProperties & { readonly serverSoftware: string } {
    return { ...this.#login, serverSoftware: this.#options.dialed.serverSoftware };
  }

  /** How long nothing has run here, in milliseconds; 0 while something runs. */
  get idleMs(): number {
    return this.#slots.running > 0 ? 0 : performance.now() - this.#lastUsedMs;
  }

  /** Learns how this login becomes root. Has to come before the first command. */
  async prepare(purpose: string, signal: AbortSignal): Promise<void> {
    const result = await this.#timedRun(loginProbe, loginProbe.text, { as: 'login', purpose, signal });
    const login = parseLoginProbe(result.stdout);
    if (login === null) {
      this.close();
      throw new SshError('login_refused', 'The login works, but the account cannot run commands.', {
        remedy: 'Give the account a login shell such as /bin/sh, without a forced command.',
      });
    }
    this.#login = login;
  }

  async run(
    template: CommandTemplate<string>,
    values: Readonly<Record<string, string | number | bigint>>,
    options: UntypedRunOptions,
  ): Promise<CommandResult> {
    const script = renderCommand(template, values);
    if ((template.stdin === 'content') !== (options.stdin !== undefined)) {
      throw new TypeError(
        template.stdin === 'content'
          ? 'The command needs content on standard input.'
          : 'The command reads no standard input.',
      );
    }
    const asRoot = options.as !== 'login';
    if (asRoot && this.#login.privilege === 'none') {
      throw new SshError('privilege_missing', 'The login user is not root and cannot use sudo without a password.', {
        remedy: 'Log in as root, or allow the user to run everything with sudo and NOPASSWD.',
      });
    }
    const line = commandLine({
      script,
      login: this.#login,
      asRoot,
      readsStdin: template.stdin === 'content',
      timeoutMs: template.timeoutMs,
    });
    return this.#timedRun(template, line, options);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#client.end();
    // A machine that is gone answers no goodbye; the socket must not linger for it.
    const kill = setTimeout(() => this.#client.destroy(), 1_000);
    kill.unref();
    this.#client.once('close', () => clearTimeout(kill));
    this.#options.onClose();
  }

  async #timedRun(template: CommandTemplate<string>, line: string, options: UntypedRunOptions): Promise<CommandResult> {
    const release = await this.#slots.take(options.signal);
    const startedAt = this.#options.clock.now();
    const startedMs = performance.now();
    let raw: RawResult;
    try {
      if (!this.#open) throw notSent();
      raw = await this.#exec(template, line, options, release);
    } catch (error) {
      release();
      throw error;
    } finally {
      this.#lastUsedMs = performance.now();
    }
    const durationMs = Math.round((performance.now() - startedMs) * 1000) / 1000;
    this.#options.log.record({
      machineId: this.#options.target.machineId,
      credential: this.#options.target.credential,
      purpose: options.purpose,
      template: template.text,
      kind: template.kind,
      outcome: raw.outcome,
      exitStatus: raw.exitStatus,
      startedAt,
      durationMs,
      outputBytes: raw.bytes,
    });
    return judgeCommand(template, raw, options, { startedAt, durationMs });
  }

  #exec(
    template: CommandTemplate<string>,
    line: string,
    options: UntypedRunOptions,
    release: () => void,
  ): Promise<RawResult> {
    return new Promise((resolve, reject) => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      const decoder = new TextDecoder();
      let bytes = 0;
      let exit: { readonly status: number | null; readonly signal: string | null } | null = null;
      let channel: ClientChannel | null = null;
      let settled = false;

      const settle = (outcome: CommandOutcome): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        resolve({
          outcome,
          exitStatus: exit?.status ?? null,
          signal: exit?.signal ?? null,
          stdout: Buffer.concat(stdout).toString('utf8'),
          stderr: Buffer.concat(stderr).toString('utf8'),
          bytes,
        });
      };
      /** Ends a command that is still running. Its slot stays taken until the channel has closed. */
      const kill = (outcome: CommandOutcome): void => {
        if (settled) return;
        settle(outcome);
        if (channel === null) {
          // Not even the channel was opened in time: this connection is of no use to anybody.
          this.close();
          release();
          return;
        }
        channel.signal('KILL');
        channel.close();
        const giveUp = setTimeout(() => this.close(), this.#options.limits.channelCloseMs);
        channel.once('close', () => clearTimeout(giveUp));
      };
      const onAbort = (): void => kill('aborted');
      const timer = setTimeout(() => kill('timed_out'), template.timeoutMs);
      options.signal?.addEventListener('abort', onAbort, { once: true });

      const keep = (pieces: Buffer[], piece: Buffer): Buffer => {
        const room = template.maxOutputBytes - bytes;
        const kept = piece.length > room ? piece.subarray(0, room) : piece;
        if (!settled) {
          pieces.push(kept);
          bytes += kept.length;
          if (piece.length > room) kill('output_too_long');
        }
        return kept;
      };

      const onChannel = (error: Error | undefined, opened: ClientChannel): void => {
        if (error !== undefined) {
          clearTimeout(timer);
          options.signal?.removeEventListener('abort', onAbort);
          if (settled) return;
          settled = true;
          reject(this.#open ? refused(error) : lostError(error));
          return;
        }
        channel = opened;
        opened.on('error', () => undefined);
        opened.on('exit', (status: number | null, signal?: string) => {
          exit = { status, signal: signal ?? null };
        });
        opened.on('close', () => {
          release();
          settle(exit === null ? 'connection_lost' : exit.status === null ? 'signalled' : 'exited');
        });
        if (settled) {
          opened.resume();
          opened.stderr.resume();
          opened.signal('KILL');
          opened.close();
          return;
        }
        opened.on('data', (piece: Buffer) => {
          const wasSettled = settled;
          const kept = keep(stdout, piece);
          if (!wasSettled) options.onStdout?.(decoder.decode(kept, { stream: true }));
        });
        opened.stderr.on('data', (piece: Buffer) => keep(stderr, piece));
        // Without content the script has redirected its own standard input, and the channel's stays open so that a signal can be sent.
        if (options.stdin !== undefined) opened.end(options.stdin);
      };
      try {
        this.#client.exec(line, onChannel);
      } catch {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        settled = true;
        this.close();
        reject(notSent());
      }
    });
  }
}

function notSent(): SshError {
  return new SshError('not_sent', 'The connection to the machine was cut before the command was sent.', {
    remedy: 'Try again.',
  });
}

/** The connection went away while the channel was being opened: the request may or may not have arrived. */
function lostError(cause: unknown): SshError {
  return new SshError('connection_lost', 'The connection to the machine was cut while a command was being sent.', {
    remedy: 'Try again; every step can be repeated.',
    cause,
  });
}

function refused(cause: Error): SshError {
  return new SshError('not_sent', `The machine did not open a session for the command: ${cause.message}`, {
    remedy: 'Check MaxSessions and the login shell of the user in sshd_config on the machine.',
    cause,
  });
}
