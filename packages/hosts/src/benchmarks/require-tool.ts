import { DomainError } from '@rsm/domain/common/domain-error';
import { readOnly } from '../ssh/command-template.ts';
import type { SshSession } from '../ssh/ssh-session.ts';

const TOOL_LENGTH_MAX = 60;
const findTool = readOnly('command -v {tool} >/dev/null || exit 3; {tool} --version 2>&1 | head -n 1', {
  expectedExitCodes: [0, 3],
});

/**
 * Answers a tool's version, as its own `--version` prints it. Nothing is ever installed from here: that takes the
 * provider's consent.
 * @throws DomainError host_tool_missing, whose remedy is the command that installs it
 */
export async function requireTool(session: SshSession, tool: string, debianPackage: string): Promise<string> {
  const { exitStatus, stdout } = await session.run(findTool, { tool });
  if (exitStatus === 3) {
    throw new DomainError('host_tool_missing', `The machine has no ${tool}, which this benchmark is made with.`, {
      remedy: `Let it be installed, beside the checks of the machine, or do it yourself: apt-get install ${debianPackage}`,
    });
  }
  // “sysbench 1.0.20 (using …)” and “fio-3.33”.
  return /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? (stdout.trim().slice(0, TOOL_LENGTH_MAX) || 'unknown');
}
