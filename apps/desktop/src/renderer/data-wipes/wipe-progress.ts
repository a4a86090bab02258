import type { DataWipeRead } from '@rsm/api/schemas/data-wipes';

export type PartState = 'planned' | 'running' | 'done' | 'failed' | 'not_run';

export interface WipePart {
  readonly state: PartState;
  readonly doneCount: number;
  readonly totalCount: number;
  /** What is done right now, in the machine's own words. */
  readonly current: string | null;
}

export interface WipeProgress {
  /** One for each strategy of the plan, in its order. */
  readonly parts: readonly (WipePart & { readonly strategy: DataWipeRead['plan'][number] })[];
  readonly checks: WipePart;
}

type Told = Pick<DataWipeRead, 'status' | 'plan' | 'steps' | 'findings' | 'plannedSteps' | 'plannedChecks'>;

/** How far a clean-up is: which parts of the plan are done, which step runs, and how many checks have looked. */
export function progressOf(wipe: Told): WipeProgress {
  const { findings, plan, plannedChecks, plannedSteps, status, steps } = wipe;
  const isRunning = status === 'running';
  const isLooking = findings.length > 0 || steps.length >= plannedSteps.length;
  const runs = isRunning && !isLooking ? (plannedSteps[steps.length] ?? null) : null;
  const parts = plan.map((strategy) => {
    const done = steps.filter((step) => step.strategy === strategy);
    const planned = plannedSteps.filter((step) => step.strategy === strategy);
    const current = runs?.strategy === strategy ? runs.name : null;
    const hasFailed = done.some(({ succeeded }) => !succeeded);
    const rest: PartState = done.length > 0 ? 'done' : isOver(status) || isLooking ? 'not_run' : 'planned';
    const state: PartState = current !== null ? 'running' : hasFailed ? 'failed' : rest;
    // What ran in an earlier version of the product may have had other steps than would be planned today.
    const totalCount = isRunning || status === 'pending' ? planned.length : Math.max(planned.length, done.length);
    return { strategy, state, current, doneCount: done.length, totalCount };
  });
  const lookedCount = findings.length;
  const isClean = findings.every(({ verdict }) => verdict === 'clean');
  const looked: PartState = isOver(status) ? (lookedCount === 0 ? 'not_run' : isClean ? 'done' : 'failed') : 'planned';
  const looks = isRunning && isLooking;
  return {
    parts,
    checks: {
      state: looks ? 'running' : looked,
      current: looks ? (plannedChecks[lookedCount]?.replaceAll('_', ' ') ?? 'signing the report') : null,
      doneCount: lookedCount,
      totalCount: isOver(status) ? lookedCount : plannedChecks.length,
    },
  };
}

function isOver(status: DataWipeRead['status']): boolean {
  return status === 'verified' || status === 'failed' || status === 'unverifiable';
}
