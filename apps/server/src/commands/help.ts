import { EXIT } from './command.ts';
import { commands } from './registry.ts';

/** The text of `--help`. */
export function helpText(): string {
  const list = Object.values(commands);
  const width = Math.max(...list.map(({ usage }) => usage.length)) + 2;
  return [
    'Remote Servers Marketplace',
    '',
    'Usage: npm run rsm -- <command> [options]',
    '',
    'Commands:',
    ...list.map(({ usage, summary }) => `  ${usage.padEnd(width)}${summary}`),
    '',
    'Everything else is configured by environment variables; docs/operations.md lists them.',
    'RSM_MODE=demo (the default) needs none of them.',
    '',
    'Exit status:',
    `  ${EXIT.ok}    done`,
    `  ${EXIT.found}    a check found something: audit, verify`,
    `  ${EXIT.usage}    the command line or the configuration can't be used`,
    `  ${EXIT.failed}    something failed on the way`,
    `  ${EXIT.forced}  forced to end by a second signal`,
  ].join('\n');
}
