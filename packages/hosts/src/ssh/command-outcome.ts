import { unreachable } from '@rsm/domain/common/domain-error';
import { abortReasonOf } from './abort-reason.ts';
import type { CommandOutcome } from './command-log.ts';
import type { CommandTemplate } from './command-template.ts';
import { CommandFailedError, SshError } from './ssh-error.ts';
import type { CommandResult } from './ssh-session.ts';

/** What was seen of one command until it ended or was ended. */
export interface RawResult {
  readonly outcome: CommandOutcome;
  readonly exitStatus: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: number;
}

/** Turns what happened into a result or the error that says it. */
export function judgeCommand(
  template: CommandTemplate<string>,
  raw: RawResult,
  options: { readonly signal?: AbortSignal; readonly onTooMuchOutput?: 'fail' | 'return' },
  timing: Pick<CommandResult, 'startedAt' | 'durationMs'>,
): CommandResult {
  const result: CommandResult = {
    exitStatus: raw.exitStatus,
    signal: raw.signal,
    stdout: raw.stdout,
    stderr: raw.stderr,
    bytes: raw.bytes,
    truncated: raw.outcome === 'output_too_long',
    ...timing,
  };
  switch (raw.outcome) {
    case 'aborted':
      throw options.signal === undefined ? new Error('The command was stopped.') : abortReasonOf(options.signal);
    case 'timed_out':
      throw new SshError(
        'command_timed_out',
        `A command on the machine took longer than ${template.timeoutMs / 1000} s and was ended.`,
        {
          remedy: 'Check the load of the machine and try again.',
        },
      );
    case 'connection_lost':
      throw new SshError('connection_lost', 'The connection to the machine was cut while a command ran.', {
        remedy: 'Try again; every step can be repeated.',
      });
    case 'output_too_long':
      if (options.onTooMuchOutput === 'return') return result;
      throw new SshError(
        'output_too_long',
        `A command on the machine printed more than ${template.maxOutputBytes} bytes and was ended.`,
      );
    case 'signalled':
    case 'exited': {
      const expected = template.expectedExitCodes;
      if (expected === 'any' || (raw.exitStatus !== null && expected.includes(raw.exitStatus))) return result;
      throw new CommandFailedError({ template: template.text, ...result });
    }
    default:
      return unreachable(raw.outcome);
  }
}
