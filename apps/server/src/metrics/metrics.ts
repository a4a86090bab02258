import type { StatementSeen } from '@rsm/db';
import type { CommandLogEntry } from '@rsm/hosts';
import type { JobName } from '@rsm/domain/jobs/job';

/** What became of a job: `again` is one that asked to be run later, `interrupted` one that our own end cut short. */
export type JobOutcome = 'done' | 'again' | 'failed' | 'interrupted';

/** The pools for queries: the one of every process, and the one for stale reads where there is a replica. */
export type PoolName = 'primary' | 'replica';

/** Connections of a pool for queries. */
export interface PoolState {
  readonly used: number;
  readonly free: number;
  /** Work that waits for a connection. */
  readonly waiting: number;
}

/**
 * What a process counts and measures of itself. Labels come from closed lists (procedures, statements, jobs, outcomes) and never
 * from people: each new value of a label is a new series for ever.
 */
export interface Metrics {
  requestAnswered(request: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly durationMs: number;
  }): void;
  statementAnswered(statement: Pick<StatementSeen, 'name' | 'durationMs' | 'hasFailed'>): void;
  jobEnded(job: {
    readonly name: JobName;
    readonly outcome: JobOutcome;
    readonly durationMs: number;
    /** Between when it was due and when it began. */
    readonly startDelayMs: number;
  }): void;
  commandEnded(command: Pick<CommandLogEntry, 'kind' | 'outcome' | 'durationMs'>): void;
  feedOpened(): void;
  feedClosed(): void;
  /** Asked whenever somebody reads the metrics. */
  watchPool(pool: PoolName, state: () => PoolState): void;
  /** Asked as well: milliseconds that what the replica shows can be old, infinite while nobody knows. */
  watchReplica(ageMs: () => number): void;
  staleReadAnswered(by: PoolName): void;
}

const nothing = (): void => undefined;

/** For a process whose metrics nobody reads. */
export const noMetrics: Metrics = Object.freeze({
  requestAnswered: nothing,
  statementAnswered: nothing,
  jobEnded: nothing,
  commandEnded: nothing,
  feedOpened: nothing,
  feedClosed: nothing,
  watchPool: nothing,
  watchReplica: nothing,
  staleReadAnswered: nothing,
});
