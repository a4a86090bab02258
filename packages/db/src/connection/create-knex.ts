import knex, { type Knex } from 'knex';

import { typeParsers } from './type-parsers.ts';

export type CreateKnexOptions = {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** Connections that this process may hold at once. */
  readonly poolMax?: number;
  /** Shown in pg_stat_activity, so that an operator sees who holds a lock. */
  readonly applicationName?: string;
  /** Longest wait for a free connection of the pool, and for a new one to be made. */
  readonly acquireTimeoutMs?: number;
  /** Longest wait for an answer of a server that may be frozen; without, Postgres' own limits decide. */
  readonly answerTimeoutMs?: number;
  /** Settings of the session: only for pools that go straight to Postgres. */
  readonly session?: SessionSettings;
};

export type SessionSettings = {
  /** Longest run of a statement. */
  readonly statementTimeoutMs: number;
  /** Whether a commit waits until it is on the disk (`synchronous_commit`); a crash of Postgres may undo one that does not. */
  readonly commitWaitsForDisk: boolean;
};

const POOL_MAX_DEFAULT = 10;
const ACQUIRE_TIMEOUT_DEFAULT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;

/**
 * Opens a pool. Nothing is sent until the first query. The caller ends it with `destroy()`.
 * No session setting is made unless it is asked for, so that a PgBouncer in transaction mode may stand between.
 */
export function createKnex(options: CreateKnexOptions): Knex {
  const acquireTimeoutMs = options.acquireTimeoutMs ?? ACQUIRE_TIMEOUT_DEFAULT_MS;
  const connection = {
    connectionString: options.url,
    application_name: options.applicationName ?? 'rsm',
    connectionTimeoutMillis: acquireTimeoutMs,
    // Statements of one connection that are sent without waiting for each other's answers share a way there and back. Knex' type
    // does not name it, and hands it on.
    pipeline: true,
    ...(options.answerTimeoutMs === undefined ? {} : { query_timeout: options.answerTimeoutMs }),
    ...(options.session === undefined ? {} : startupSettings(options.session)),
    types: typeParsers,
  };
  return knex({
    client: 'pg',
    connection,
    pool: { min: 0, max: options.poolMax ?? POOL_MAX_DEFAULT, idleTimeoutMillis: IDLE_TIMEOUT_MS },
    acquireConnectionTimeout: acquireTimeoutMs,
    asyncStackTraces: false,
    // Knex would print each connection that it did not get to standard output. Whoever waits for one is given the error.
    log: { warn: () => undefined },
  });
}

/** As pg sends them when it connects. */
function startupSettings({ statementTimeoutMs, commitWaitsForDisk }: SessionSettings): object {
  return {
    statement_timeout: statementTimeoutMs,
    ...(commitWaitsForDisk ? {} : { options: '-c synchronous_commit=off' }),
  };
}
