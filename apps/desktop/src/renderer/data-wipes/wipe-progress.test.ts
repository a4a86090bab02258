import type { DataWipeRead } from '@rsm/api/schemas/data-wipes';
import { describe, expect, it } from 'vitest';
import { progressOf } from './wipe-progress.ts';

const plannedSteps: DataWipeRead['plannedSteps'] = [
  { strategy: 'ssh_key_removal', name: 'lock' },
  { strategy: 'ssh_key_removal', name: 'remove keys' },
  { strategy: 'user_deletion', name: 'remove the account' },
];

function wipe(change: { readonly status: DataWipeRead['status']; readonly done?: number; readonly failed?: number }) {
  const { done = 0, failed = -1, status } = change;
  const steps = plannedSteps.slice(0, done).map((step, index) => ({
    ...step,
    command: 'rm',
    exitStatus: index === failed ? 1 : 0,
    succeeded: index !== failed,
    startedAt: new Date(0),
    durationMs: 1,
    detail: null,
  }));
  const plan: DataWipeRead['plan'] = ['ssh_key_removal', 'user_deletion'];
  return { status, plan, plannedSteps, plannedChecks: ['accounts', 'open_files'], steps, findings: [] };
}

const found = (verdict: 'clean' | 'found', check = 'accounts') => ({ check, verdict, detail: '' });
const statesOf = (progress: ReturnType<typeof progressOf>) => [
  ...progress.parts.map(({ state }) => state),
  progress.checks.state,
];

describe('the progress of a clean-up', () => {
  it('names the step that runs: the first that is not done yet', () => {
    expect(statesOf(progressOf(wipe({ status: 'pending' })))).toEqual(['planned', 'planned', 'planned']);
    const begun = progressOf(wipe({ status: 'running', done: 1 }));
    expect(statesOf(begun)).toEqual(['running', 'planned', 'planned']);
    expect(begun.parts[0]).toMatchObject({ current: 'remove keys', doneCount: 1, totalCount: 2 });
    expect(statesOf(progressOf(wipe({ status: 'running', done: 2 })))).toEqual(['done', 'running', 'planned']);
  });

  it('goes on with the checks when all steps are done, and ends with the signature', () => {
    const running = wipe({ status: 'running', done: 3 });
    expect(progressOf(running).checks).toMatchObject({ state: 'running', current: 'accounts', totalCount: 2 });
    const halfway = progressOf({ ...running, findings: [found('clean')] });
    expect(halfway.checks).toMatchObject({ state: 'running', current: 'open files', doneCount: 1 });
    const looked = progressOf({ ...running, findings: [found('clean'), found('clean', 'open_files')] });
    expect(looked.checks.current).toBe('signing the report');
  });

  it('keeps a failed part failed while the rest goes on, and says what was not run', () => {
    expect(statesOf(progressOf(wipe({ status: 'running', done: 2, failed: 0 })))).toEqual([
      'failed',
      'running',
      'planned',
    ]);
    // A revocation that fails is the last step: the verifier looks all the same.
    const cut = { ...wipe({ status: 'failed', done: 1, failed: 0 }), findings: [found('found')] };
    expect(statesOf(progressOf(cut))).toEqual(['failed', 'not_run', 'failed']);
    expect(statesOf(progressOf(wipe({ status: 'unverifiable' })))).toEqual(['not_run', 'not_run', 'not_run']);
  });

  it('is done when everything was run and every check is clean', () => {
    const done = { ...wipe({ status: 'verified', done: 3 }), findings: [found('clean')] };
    expect(statesOf(progressOf(done))).toEqual(['done', 'done', 'done']);
    expect(progressOf(done).checks).toMatchObject({ doneCount: 1, totalCount: 1 });
  });
});
