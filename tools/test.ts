/**
 * `npm test`: all checks, then all tests. Both always run, because somebody who waited for the checks wants to know about the
 * tests too; the exit code is 1 when either failed. plan-test-run.ts says what the arguments mean.
 */
import { spawnSync } from 'node:child_process';
import { planTestRun } from './plan-test-run.ts';

const { environment, hasChecks, vitestArgs } = planTestRun(process.argv.slice(2), process.env);

/** Runs a program from node_modules/.bin (npm puts it first in PATH) and tells whether it succeeded. */
function succeeds(program: string, programArgs: readonly string[]): boolean {
  const env = { ...process.env, ...environment };
  const result = spawnSync(program, programArgs, { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (result.error !== undefined) console.error(`${program} could not be started: ${result.error.message}`);
  // A program that was ended from outside says nothing itself.
  if (result.signal !== null) console.error(`${program} was ended by ${result.signal} before it was done.`);
  return result.status === 0;
}

const checked = !hasChecks || succeeds('npm', ['run', '--silent', 'check']);
const tested = succeeds('vitest', ['run', ...vitestArgs]);
if (!checked) console.error('The checks failed: see above.');
if (!tested) console.error('The tests failed: see above.');
process.exitCode = checked && tested ? 0 : 1;
