import type { MachineCommand } from '@rsm/domain/machines/machine';
import type { MachineTarget } from '@rsm/domain/machines/machine-host';
import type { CommandKind } from './command-template.ts';

/** Which of a machine's two key pairs a connection uses. Execution and verification never share one. */
export type Credential = MachineTarget['credential'];

export type CommandOutcome = 'exited' | 'signalled' | 'timed_out' | 'output_too_long' | 'aborted' | 'connection_lost';

/**
 * One command that was sent to a machine. This is the structured log event and also what the provider sees: the template
 * with its placeholders and never their values, which may name a renter.
 */
export interface CommandLogEntry extends MachineCommand {
  readonly credential: Credential;
  readonly kind: CommandKind;
  readonly outcome: CommandOutcome;
}

/** Where the entries go. It must not block and must not throw; the server's sink buffers with a limit. */
export interface CommandLog {
  record(entry: CommandLogEntry): void;
}
