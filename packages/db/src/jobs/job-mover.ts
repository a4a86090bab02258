import { setTimeout as sleep } from 'node:timers/promises';

import type { Clock, Instant } from '@rsm/domain/common/instant';
import type { JobName } from '@rsm/domain/jobs/job';
import type { Knex } from 'knex';

import { Session } from '../common/session.ts';
import { createKnex } from '../connection/create-knex.ts';

export interface JobMoverOptions {
  /** Straight to Postgres, as a role that may delete from job_requests and owns the job engine's schema. */
  readonly url: string;
  readonly clock: Clock;
  /** How often graphile-worker tries a job whose handler threw, the first time included. */
  readonly attemptsMax: number;
  readonly onProblem?: (problem: { readonly message: string; readonly error: unknown }) => void;
  /** The net under lost wake-ups. */
  readonly pollIntervalMs?: number;
  readonly batchSizeMax?: number;
}

export interface JobToRepeat {
  readonly name: JobName;
  /** As it was checked when the job was read, with the request behind it. */
  readonly payload: unknown;
  readonly key: string;
  readonly runAt: Instant;
}

const POLL_INTERVAL_DEFAULT_MS = 1_000;
const BATCH_SIZE_DEFAULT_MAX = 500;
const BACK_OFF_FIRST_MS = 100;
const BACK_OFF_MAX_MS = 5_000;
/** A statement that hangs must not keep its rows from the other movers. */
const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * Takes due requests and gives them to the job engine, all in one statement: a request is in one of the two places at any
 * time. SKIP LOCKED lets movers work side by side; the primary key on `key` keeps two requests of one key in their order.
 * add_jobs (graphile-worker's documented SQL interface) replaces a waiting job of the same key, leaves a running one alone
 * and puts a fresh one beside it. It notifies, which is why it happens here and not where bookings commit. Being one statement,
 * it needs no transaction around it: each message to Postgres that is spared brings the start of a job nearer.
 */
const MOVE_SQL = `
  WITH due AS (
    SELECT key FROM job_requests WHERE run_at <= to_timestamp(?::float8 / 1000)
    ORDER BY run_at LIMIT ?::int FOR UPDATE SKIP LOCKED
  ), taken AS (
    DELETE FROM job_requests USING due WHERE job_requests.key = due.key
    RETURNING job_requests.key, job_requests.name, job_requests.payload
  ), specs AS (
    SELECT array_agg(ROW(name, payload::json, NULL, NULL, ?::int, key, NULL, NULL)::graphile_worker.job_spec) AS list
    FROM taken
  )
  SELECT cardinality(specs.list) AS moved, count(job.id) FROM specs
  CROSS JOIN LATERAL graphile_worker.add_jobs(specs.list) AS job
  WHERE specs.list IS NOT NULL GROUP BY 1`;

/** The earlier time wins: a handler decides from the row's state, so too early is harmless and too late is not. */
const AGAIN_SQL = `
  INSERT INTO job_requests (key, name, payload, run_at, created_at)
  VALUES (?, ?, ?::jsonb, to_timestamp(?::float8 / 1000), to_timestamp(?::float8 / 1000))
  ON CONFLICT (key) DO UPDATE SET run_at = least(job_requests.run_at, excluded.run_at)`;

const NEXT_DUE_SQL = 'SELECT min(run_at) AS next FROM job_requests';

/** Moves due rows of `job_requests` to graphile-worker: at once when woken, and by a poll as a net. Many may run at once. */
export class JobMover {
  readonly #options: Required<Omit<JobMoverOptions, 'url'>>;
  readonly #knex: Knex;
  readonly #session: Session;
  #loop: Promise<void> | undefined;
  #stopping = new AbortController();
  #woken = new AbortController();

  constructor(options: JobMoverOptions) {
    const { url, ...rest } = options;
    this.#options = {
      onProblem: () => undefined,
      pollIntervalMs: POLL_INTERVAL_DEFAULT_MS,
      batchSizeMax: BATCH_SIZE_DEFAULT_MAX,
      ...rest,
    };
    this.#knex = createKnex({
      url,
      poolMax: 2,
      applicationName: 'rsm job mover',
      // What a crash undoes is a move whose job has not begun to commit anything: the request is back in its place, and moved again.
      session: { statementTimeoutMs: STATEMENT_TIMEOUT_MS, commitWaitsForDisk: false },
    });
    this.#session = new Session({ connection: this.#knex, clock: options.clock, prepared: true });
  }

  /** Begins to move; a second call does nothing. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Says that there may be due requests. Many calls cause one look. */
  wake(): void {
    this.#woken.abort();
  }

  /** Ends after the batch in hand, which is never left half done, and closes its connections. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#woken.abort();
    await this.#loop;
    await this.#knex.destroy();
  }

  /** Moves one batch; returns how many requests it held. */
  async moveBatch(): Promise<number> {
    const { clock, batchSizeMax, attemptsMax } = this.#options;
    const values = [clock.now(), batchSizeMax, attemptsMax];
    return (await this.#session.row<{ moved: number }>('move_jobs', MOVE_SQL, values))?.moved ?? 0;
  }

  /** Asks for a job to be run again later, beside whatever was asked for its key meanwhile. */
  async requestAgain(job: JobToRepeat): Promise<void> {
    const { key, name, payload, runAt } = job;
    const values = [key, name, JSON.stringify(payload), runAt, this.#options.clock.now()];
    await this.#session.rows('request_job_again', AGAIN_SQL, values);
    this.wake();
  }

  async #run(): Promise<void> {
    const { pollIntervalMs, batchSizeMax, onProblem } = this.#options;
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      // A wake-up that comes while a batch is moved must cause one more look, so the flag is renewed before the look.
      this.#woken = new AbortController();
      let waitMs = 0;
      try {
        const moved = await this.moveBatch();
        if (moved < batchSizeMax) waitMs = Math.min(pollIntervalMs, await this.#untilNextDueMs());
        failures = 0;
      } catch (error) {
        failures += 1;
        waitMs = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** failures) * (0.5 + Math.random() / 2);
        onProblem({ message: 'Job requests could not be moved; trying again', error });
      }
      if (waitMs > 0 && !this.#stopping.signal.aborted) await pause(waitMs, this.#woken.signal);
    }
  }

  /** Infinity when nothing waits. */
  async #untilNextDueMs(): Promise<number> {
    const row = await this.#session.row<{ next: number | null }>('next_job_due', NEXT_DUE_SQL, []);
    const next = row?.next ?? null;
    return next === null ? Number.POSITIVE_INFINITY : Math.max(1, next - this.#options.clock.now());
  }
}

async function pause(waitMs: number, woken: AbortSignal): Promise<void> {
  // The rejection is the wake-up; there is no other.
  await sleep(waitMs, undefined, { signal: woken }).catch(() => undefined);
}
