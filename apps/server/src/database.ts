import { createKnex, migrateToLatest, pendingMigrations, startEmbeddedPostgres } from '@rsm/db';
import type { OpenDatabase } from './composition.ts';
import type { Config } from './config.ts';
import type { Logger } from './logging.ts';

/** Postgres error code (appendix A of its manual). */
const INSUFFICIENT_PRIVILEGE = '42501';

/** The database was made by another version of the program. */
export class SchemaOutdatedError extends Error {
  override readonly name = 'SchemaOutdatedError';

  constructor(missing: string) {
    super(
      `The database lacks ${missing}. ` +
        'Run the command `migrate` with the role that owns the tables, then start again.',
    );
  }
}

/** Starts the embedded Postgres, or names the one that the configuration names. Nothing is changed in it. */
export async function openDatabase(config: Config, log: Logger): Promise<OpenDatabase> {
  if (config.database.kind === 'external') {
    const { url, directUrl, ownerUrl, replica } = config.database;
    return { url, directUrl, ownerUrl, replica, close: async () => undefined };
  }
  const { url, ownerUrl, stop } = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (line) => log.info(line),
  });
  return { url, directUrl: url, ownerUrl, replica: null, close: stop };
}

/** Brings the schema to this version's form. The application's role gets what it needs when it is not the owner. */
export async function migrate(database: OpenDatabase): Promise<readonly string[]> {
  const role = userOf(database.url);
  return migrateToLatest({
    ownerUrl: database.ownerUrl,
    ...(role === userOf(database.ownerUrl) ? {} : { applicationRole: role }),
  });
}

/**
 * The embedded database belongs to this program alone and is brought up to date at each start; any other one is changed
 * by `migrate` only.
 * @throws SchemaOutdatedError
 */
export async function ensureSchema(config: Config, database: OpenDatabase, log: Logger): Promise<void> {
  if (config.database.kind === 'embedded') {
    const names = await migrate(database);
    if (names.length > 0) log.info({ migrations: names.length }, 'The database was brought up to date');
    return;
  }
  const knex = createKnex({ url: database.directUrl, poolMax: 1, applicationName: 'rsm schema check' });
  try {
    const pending = await pendingMigrations(knex);
    const [first] = pending;
    if (first !== undefined) throw new SchemaOutdatedError(`${pending.length} migration(s), from ${first} on`);
  } catch (error) {
    // An empty database: the application's role may not even make the table that would say so.
    const isRefused = error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE;
    throw isRefused ? new SchemaOutdatedError('all migrations') : error;
  } finally {
    await knex.destroy();
  }
}

function userOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}
