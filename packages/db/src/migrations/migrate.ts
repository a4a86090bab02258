import type { Knex } from 'knex';
import { z } from 'zod';

import { createKnex } from '../connection/create-knex.ts';
import { grantToApplication } from './grants.ts';
import { migrationSource } from './migration-source.ts';

export type MigrateOptions = {
  /** The owner of the tables. Behind PgBouncer: a direct connection, because the lock belongs to a session. */
  readonly ownerUrl: string;
  /** The role that the processes log in as, when it is another one than the owner. It gets just what it needs. */
  readonly applicationRole?: string;
};

/** "rsm" in ASCII and a number: any constant does, as long as all our processes use the same. */
const MIGRATION_LOCK = 0x72736d_01;
/** How long a second process waits for the first one's migrations. */
const LOCK_TIMEOUT_MS = 120_000;

/** What knex answers, which it types as any: the batch's number and names, and two lists. */
const batchSchema = z.tuple([z.number(), z.array(z.string())]);
const listSchema = z.tuple([z.array(z.unknown()), z.array(z.string())]);

const knexMigrations = { migrationSource, tableName: 'schema_migrations', schemaName: 'public' } as const;

/**
 * Runs the work while no other process migrates. Knex has a lock of its own, which is a row and stays for ever when a
 * process dies; ours ends with the session, so whoever holds it may clear knex's.
 */
async function withMigrationLock<Result>(ownerUrl: string, work: (knex: Knex) => Promise<Result>): Promise<Result> {
  const lockKnex = createKnex({ url: ownerUrl, poolMax: 1, applicationName: 'rsm migrate lock' });
  const workKnex = createKnex({ url: ownerUrl, poolMax: 2, applicationName: 'rsm migrate' });
  try {
    return await lockKnex.transaction(async (lock) => {
      await lock.raw(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await lock.raw('SET LOCAL idle_in_transaction_session_timeout = 0');
      await lock.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      await workKnex.migrate.forceFreeMigrationsLock(knexMigrations);
      return work(workKnex);
    });
  } finally {
    await workKnex.destroy();
    await lockKnex.destroy();
  }
}

/** Brings the schema to the newest form; every process may call it at its start. Returns the names of what it ran. */
export async function migrateToLatest(options: MigrateOptions): Promise<readonly string[]> {
  return withMigrationLock(options.ownerUrl, async (knex) => {
    const [, names] = batchSchema.parse(await knex.migrate.latest(knexMigrations));
    if (options.applicationRole !== undefined) await grantToApplication(knex, options.applicationRole);
    return names;
  });
}

/** Takes every migration back. All data is lost: for tests and for a demo that begins anew. */
export async function migrateDown(options: Pick<MigrateOptions, 'ownerUrl'>): Promise<readonly string[]> {
  return withMigrationLock(options.ownerUrl, async (knex) => {
    const [, names] = batchSchema.parse(await knex.migrate.rollback(knexMigrations, true));
    return names;
  });
}

/**
 * Names of the migrations that this version knows and the database has not seen. What a newer version has done to it is none of
 * them: while an installation is renewed, the processes of the old version go on.
 */
export async function pendingMigrations(knex: Knex): Promise<readonly string[]> {
  const [, pending] = listSchema.parse(
    await knex.migrate.list({ ...knexMigrations, disableMigrationsListValidation: true }),
  );
  return pending;
}
