import type { Clock } from '@rsm/domain/common/instant';
import type { MachineTarget } from '@rsm/domain/machines/machine-host';
import type { Client } from 'ssh2';
import { notSent, runOnChannel } from './channel-run.ts';
import type { CommandLog } from './command-log.ts';
import { commandLine, type CommandLine, type LoginProperties } from './command-line.ts';
import { RenderedScript, renderCommand, type CommandTemplate } from './command-template.ts';
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
  readonly stdin?: string | Buffer | RenderedScript;
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
    const login = parseLoginProbe(await this.#probe(purpose, signal));
    if (login === null) {
      this.close();
      throw new SshError('login_refused', 'The login works, but the account cannot run commands.', {
        remedy: 'Give the account a login shell such as /bin/sh, without a forced command.',
      });
    }
    this.#login = login;
  }

  /** The probe's output; nothing when the account's shell ends without running it, as nologin(8) does. */
  async #probe(purpose: string, signal: AbortSignal): Promise<string> {
    const result = await this.#timedRun(
      loginProbe,
      { line: loginProbe.text, killLine: null },
      { as: 'login', purpose, signal },
    );
    return result.stdout;
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
      kind: template.kind,
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

  async #timedRun(
    template: CommandTemplate<string>,
    line: CommandLine,
    options: UntypedRunOptions,
  ): Promise<CommandResult> {
    const release = await this.#slots.take(options.signal);
    const startedAt = this.#options.clock.now();
    const startedMs = performance.now();
    let raw: RawResult;
    try {
      if (!this.#open) throw notSent();
      raw = await runOnChannel({
        client: this.#client,
        line,
        template,
        closeTimeoutMs: this.#options.limits.channelCloseMs,
        giveUpConnection: () => this.close(),
        isConnectionOpen: () => this.#open,
        onClosed: release,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.onStdout === undefined ? {} : { onStdout: options.onStdout }),
        ...(options.stdin === undefined
          ? {}
          : { stdin: options.stdin instanceof RenderedScript ? options.stdin.script : options.stdin }),
      });
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
      template: loggedTemplate(template, options.stdin),
      kind: template.kind,
      outcome: raw.outcome,
      exitStatus: raw.exitStatus,
      startedAt,
      durationMs,
      outputBytes: raw.bytes,
    });
    return judgeCommand(template, raw, options, { startedAt, durationMs });
  }
}

/** The provider sees what a script on standard input does, not only that one was sent. */
function loggedTemplate(template: CommandTemplate<string>, stdin: UntypedRunOptions['stdin']): string {
  if (!(stdin instanceof RenderedScript)) return template.text;
  return `${template.text}\n\n# on standard input:\n${stdin.templateText}`;
}
