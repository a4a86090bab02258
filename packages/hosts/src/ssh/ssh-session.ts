import type { MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Credential } from './command-log.ts';
import type { LoginProperties } from './command-line.ts';
import type { CommandKind, CommandTemplate, CommandValues, RenderedScript, StdinUse } from './command-template.ts';

interface CommonRunOptions {
  /** Ends this one command; the session's own signal ends it as well. */
  readonly signal?: AbortSignal;
  /** Root is the default, through `sudo -n` when the login is not root. `login` runs as the login user itself. */
  readonly as?: 'root' | 'login';
  /** What happens when the output is longer than the template allows. The command is killed either way. Default `fail`. */
  readonly onTooMuchOutput?: 'fail' | 'return';
  /** Called with each piece of stdout as it comes, for progress. The pieces are cut anywhere. */
  readonly onStdout?: (piece: string) => void;
}

export type RunOptions<Stdin extends StdinUse> = CommonRunOptions &
  (Stdin extends 'content' ? { readonly stdin: string | Buffer | RenderedScript } : { readonly stdin?: never });

export interface CommandResult {
  /** `null` when a signal ended the command. */
  readonly exitStatus: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True when the output was cut at the template's limit and the command killed (only with `onTooMuchOutput: 'return'`). */
  readonly truncated: boolean;
  readonly startedAt: Instant;
  readonly durationMs: number;
  readonly bytes: number;
}

/** A machine one can say commands to. The connection behind it is pooled, opened when needed and opened again when lost. */
export interface SshSession {
  readonly machineId: MachineId;
  readonly credential: Credential;
  /** What the commands are for, as the provider reads it. */
  readonly purpose: string;
  /** Ends everything on this session. */
  readonly signal: AbortSignal;

  /**
   * Runs one command and waits for its end.
   *
   * @throws HostKeyChangedError when another host key than the pinned one is shown; nothing was sent.
   * @throws CommandFailedError when the exit status is not one that the template expects.
   * @throws SshError for everything else; `failure` tells what, `nothingWasSent` whether it may be repeated blindly.
   * @throws DomainError invalid_address when the address guard refuses the machine's address.
   * @throws the signal's reason when aborted.
   */
  run<Name extends string, Kind extends CommandKind, Stdin extends StdinUse>(
    template: CommandTemplate<Name, Kind, Stdin>,
    values: CommandValues<Name>,
    ...options: Stdin extends 'content' ? [options: RunOptions<'content'>] : [options?: RunOptions<'none'>]
  ): Promise<CommandResult>;

  /** Connects if necessary and tells how the login becomes root. Throws as `run` does. */
  login(): Promise<LoginProperties & { readonly serverSoftware: string }>;
}
