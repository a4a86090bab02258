import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planTestRun } from './plan-test-run.ts';

const QUICK = 'RSM_TEST_QUICK';

describe('npm test', () => {
  it('leaves to CI what takes long, when a person waits for all of it', () => {
    expect(planTestRun([], {})).toEqual({
      hasChecks: true,
      vitestArgs: [],
      environment: { RSM_TEST_TOGETHER: '1', [QUICK]: '1' },
    });
  });

  it('leaves nothing of the sample out in CI', () => {
    expect(planTestRun([], { CI: 'true' }).environment).toEqual({ RSM_TEST_TOGETHER: '1' });
    expect(readFileSync('.ci/run', 'utf8')).toMatch(/^\s*CI=true RSM_TEST_REPORT="\$report" limited .* npm test$/m);
  });

  it('leaves nothing out in the deep run', () => {
    expect(planTestRun(['--deep'], {})).toEqual({
      hasChecks: true,
      vitestArgs: [],
      environment: { RSM_TEST_DEPTH: 'deep', RSM_TEST_TOGETHER: '1' },
    });
  });

  it('runs the named tests whole, without the checks', () => {
    expect(planTestRun(['--deep', 'packages/db'], {})).toEqual({
      hasChecks: false,
      vitestArgs: ['packages/db'],
      environment: { RSM_TEST_DEPTH: 'deep' },
    });
    expect(planTestRun(['packages/hosts'], {}).environment).toEqual({});
  });
});
