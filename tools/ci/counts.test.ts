import { expect, test } from 'vitest';
import { countChecks, countTests, countTour, sum, withExitCode } from './counts.ts';

const check = (exitCode: number | null) => ({ taskId: '//#check:lint', execution: { exitCode } });
const file = (status: string, ...tests: readonly string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test('checks count by exit code, and one that was cancelled has failed', () => {
  const tasks = [check(0), check(1), check(null), { taskId: '//#check:types' }];
  expect(countChecks({ tasks })).toEqual({ passed: 1, failed: 3, skipped: 0 });
});

test('tests count by status', () => {
  const report = { testResults: [file('failed', 'passed', 'failed'), file('passed', 'passed', 'pending', 'todo')] };
  expect(countTests(report)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test('a test file that could not be loaded is a failure', () => {
  expect(countTests({ testResults: [file('failed')] })).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('tour steps count by what they say', () => {
  const steps = [
    { name: 'book', ok: true },
    { name: 'log in', ok: false },
  ];
  expect(countTour({ steps })).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('a missing report is a failure, never nothing', () => {
  expect(sum(countChecks(undefined), countTests(undefined), countTour(undefined))).toEqual({
    passed: 0,
    failed: 3,
    skipped: 0,
  });
});

test('a command that failed without a failure in its reports is one', () => {
  const fine = { passed: 3, failed: 0, skipped: 0 };
  expect(withExitCode(fine, 0).failed).toBe(0);
  expect(withExitCode(fine, 139).failed).toBe(1);
  expect(withExitCode({ ...fine, failed: 2 }, 1).failed).toBe(2);
});
