/**
 * Prints "passed failed skipped" of one `npm test`, for `.ci/run`.
 *
 * Arguments: the folder of turbo's run summaries, Vitest's JSON report, the exit code of `npm test`.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { countChecks, countTests, sum, type TestReport, type TurboSummary, withExitCode } from './counts.ts';
import { readJson } from './read-json.ts';

const [summaries = '', report = '', exitCode = '1'] = process.argv.slice(2);
const summary = existsSync(summaries) ? readdirSync(summaries).find((name) => name.endsWith('.json')) : undefined;
const checks = countChecks(summary === undefined ? undefined : readJson<TurboSummary>(join(summaries, summary)));
const tests = countTests(readJson<TestReport>(report));
const { passed, failed, skipped } = withExitCode(sum(checks, tests), Number(exitCode));
console.log(`${passed} ${failed} ${skipped}`);
