import { SECOND_MS } from '@rsm/domain/common/instant';
import type { PoolClient } from 'pg';
import { Pool } from 'pg';
import type { ReportProblem } from '../common/problem-report.ts';

/** The schema of its own that identity data live in, apart from the product's tables. */
export const IDENTITY_SCHEMA = 'identity';

export const IDENTITY_CONNECTIONS_MAX = 5;
const CONNECT_MS_MAX = 5 * SECOND_MS;
const STATEMENT_MS_MAX = 10 * SECOND_MS;
/** Any number will do, as long as nobody else in the database takes the same one: "rsm.iden" in ASCII. */
const MIGRATION_LOCK = 0x72736d2e6964656en;

export interface IdentityDatabaseOptions {
  /** A direct connection (no PgBouncer): the schema is chosen by a start-up option. The role may create schemas. */
  readonly databaseUrl: string;
  readonly reportProblem: ReportProblem;
  readonly connectionsMax?: number;
}

/** The one pool that better-auth and the door's limits share. Every unqualified name means the identity schema. */
export function createIdentityDatabase(options: IdentityDatabaseOptions): Pool {
  const pool = new Pool({
    connectionString: options.databaseUrl,
    application_name: 'rsm-identity',
    options: `-c search_path=${IDENTITY_SCHEMA}`,
    // Migration holds one connection for its lock and works on another.
    max: Math.max(2, options.connectionsMax ?? IDENTITY_CONNECTIONS_MAX),
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
  });
  // Postgres ended an idle connection (a restart, say): the pool makes a new one, the process must not die of it.
  pool.on('error', (cause) => options.reportProblem({ what: 'identity.database', cause }));
  return pool;
}

/** Runs a migration in one process at a time, with the schema there. Repeatable. */
export async function migrateIdentity(pool: Pool, migration: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK.toString()]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${IDENTITY_SCHEMA}`);
    await migration(client);
  } finally {
    await client.query('SELECT pg_advisory_unlock_all()').catch(() => (broken = true));
    // A connection that could not give its lock back is closed, which gives it back.
    client.release(broken);
  }
}
