/**
 * `npm test`: all checks, then all tests. Both always run, because somebody who waited for the checks wants to know about the
 * tests too; the exit code is 1 when either failed.
 *
 * `--deep` asks for the full counts; every other argument goes to Vitest and is taken to mean "only these tests, no checks".
 */
import { spawnSync } from 'node:child_process';

const args = process.argv.slice(2);
const deep = args.includes('--deep');
const vitestArgs = args.filter((arg) => arg !== '--deep');

/** Runs a program from node_modules/.bin (npm puts it first in PATH) and tells whether it succeeded. */
function succeeds(program: string, programArgs: readonly string[]): boolean {
  const environment = {
    ...process.env,
    ...(deep ? { RSM_TEST_DEPTH: 'deep' } : {}),
    // Whoever names tests may name one of the projects too.
    ...(vitestArgs.length === 0 ? { RSM_TEST_TOGETHER: '1' } : {}),
  };
  const result = spawnSync(program, programArgs, { stdio: ['ignore', 'inherit', 'inherit'], env: environment });
  if (result.error !== undefined) console.error(`${program} could not be started: ${result.error.message}`);
  // A program that was ended from outside says nothing itself.
  if (result.signal !== null) console.error(`${program} was ended by ${result.signal} before it was done.`);
  return result.status === 0;
}

const checked = vitestArgs.length > 0 || succeeds('npm', ['run', '--silent', 'check']);
const tested = succeeds('vitest', ['run', ...vitestArgs]);
if (!checked) console.error('The checks failed: see above.');
if (!tested) console.error('The tests failed: see above.');
process.exitCode = checked && tested ? 0 : 1;
