import { DomainError } from '@rsm/domain/common/domain-error';
import type { ToolInstaller } from '@rsm/domain/machines/machine-host';
import type { SshPool } from '../../ssh/ssh-pool.ts';
import { installTools, observeTools, parseTools } from './tool-commands.ts';

const SAID_LENGTH_MAX = 300;

/** Installs with the machine's own package manager, and looks afterwards what is there. */
export function createToolInstaller(deps: { readonly pool: Pick<SshPool, 'session'> }): ToolInstaller {
  return {
    async install(target, wish, work) {
      const session = deps.pool.session(target, work);
      const { exitStatus, stderr } = await session.run(installTools, {
        manager: wish.packageManager,
        tools: wish.tools.join(' '),
      });
      if (exitStatus !== 0) {
        throw new DomainError('host_command_failed', `${wish.packageManager} failed: ${lastWords(stderr)}`, {
          remedy: `Install it on the machine yourself: ${wish.packageManager} ${wish.packageManager === 'apk' ? 'add' : 'install'} ${wish.tools.join(' ')}`,
        });
      }
      return parseTools((await session.run(observeTools, {})).stdout);
    },
  };
}

/** Package managers say what went wrong last. */
function lastWords(stderr: string): string {
  const said = stderr.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return said === '' ? 'it said nothing.' : said.slice(-SAID_LENGTH_MAX);
}
