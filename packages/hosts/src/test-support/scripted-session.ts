import { machineIdSchema } from '@rsm/domain/common/ids';
import { instant } from '@rsm/domain/common/instant';
import type { CommandResult, SshSession } from '../ssh/ssh-session.ts';
import { anyMachineId } from './ssh-peer.ts';

type Answer = Partial<Pick<CommandResult, 'stdout' | 'stderr' | 'exitStatus'>>;

/**
 * A session whose machine is a function: it is asked with a command's template and its values, and what it answers is what
 * the machine printed. For failure paths that no host of the lab can be brought to.
 */
export function scriptedSession(
  answer: (text: string, values: Readonly<Record<string, unknown>>) => Answer,
): SshSession & { readonly sent: readonly string[] } {
  const sent: string[] = [];
  return {
    sent,
    machineId: machineIdSchema.parse(anyMachineId()),
    credential: 'control',
    purpose: 'test',
    signal: new AbortController().signal,
    run: (template, values, ..._options) => {
      sent.push(template.text);
      return Promise.resolve({
        exitStatus: 0,
        signal: null,
        stdout: '',
        stderr: '',
        truncated: false,
        startedAt: instant(0),
        durationMs: 1,
        bytes: 0,
        ...answer(template.text, values),
      });
    },
    login: () => Promise.reject(new Error('A scripted machine has no login.')),
  };
}
