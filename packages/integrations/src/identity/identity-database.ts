import { SECOND_MS } from '@rsm/domain/common/instant';
import { Client, Pool } from 'pg';
import type { ReportProblem } from '../common/problem-report.ts';

/** The schema of its own that identity data live in, apart from the product's tables. */
export const IDENTITY_SCHEMA = 'identity';

export const IDENTITY_CONNECTIONS_MAX = 5;
const CONNECT_MS_MAX = 5 * SECOND_MS;
const STATEMENT_MS_MAX = 10 * SECOND_MS;
/** How long a migration waits for the migrations of other processes. */
const MIGRATION_WAIT_MS_MAX = 60 * SECOND_MS;
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
    max: options.connectionsMax ?? IDENTITY_CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
  });
  // Postgres ended an idle connection (a restart, say): the pool makes a new one, the process must not die of it.
  pool.on('error', (cause) => options.reportProblem({ what: 'identity.database', cause }));
  return pool;
}

/** Runs one migration at a time, over all processes, with the schema there. Repeatable. */
export async function migrateIdentity(pool: Pool, migration: (client: Client) => Promise<void>): Promise<void> {
  // A connection of its own, because whoever waits for the lock must not keep the pool's from the one who has it.
  const client = new Client({ ...pool.options, statement_timeout: MIGRATION_WAIT_MS_MAX });
  // A connection that breaks while nothing runs on it is noticed by the next query.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK.toString()]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${IDENTITY_SCHEMA}`);
    await migration(client);
  } finally {
    // Ends the lock with it.
    await client.end();
  }
}
