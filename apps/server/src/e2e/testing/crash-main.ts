import { resolve } from 'node:path';
import { runCommandLine } from '../../command-line.ts';
import { compose } from '../../compose.ts';
import { remoteMachines } from './remote-machines.ts';

/*
 * The product's command line with one part replaced: machines are in the process that `RSM_TEST_MACHINES` names. Of the product's
 * signal handlers it has the first SIGTERM, which ends it in order.
 */

const machinesUrl = process.env['RSM_TEST_MACHINES'];
if (machinesUrl === undefined) throw new Error('RSM_TEST_MACHINES says where the machines are.');

const stopped = new AbortController();
process.once('SIGTERM', () => stopped.abort());

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  rootDir: resolve(import.meta.dirname, '../../../../..'),
  workingDir: process.cwd(),
  uid: process.geteuid?.(),
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
  stopped: stopped.signal,
  compose: async (options) => compose({ ...options, overrides: remoteMachines(machinesUrl) }),
});
