import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { migrateToLatest } from '../migrations/migrate.ts';
import { ROLES } from '../postgres/cluster.ts';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.ts';
import { livingOwner } from '../postgres/owner.ts';
import { stopPostmaster } from '../postgres/postmaster.ts';

/** What a test process needs to make databases of its own: plain data, because it crosses a process border. */
export type TestPostgresAccess = {
  readonly superuserUrl: string;
  readonly ownerUrl: string;
  readonly applicationUrl: string;
  readonly template: string;
};

const DIRECTORY_PREFIX = 'rsm-test-postgres-';
const TEMPLATE = 'rsm_template';

/** Stops and removes what killed test runs left behind. A cluster whose process lives is another run's: left alone. */
async function sweepLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(DIRECTORY_PREFIX));
  for (const name of names) {
    const directory = join(tmpdir(), name);
    const root = join(directory, 'postgres');
    if ((await livingOwner(join(root, 'owner.json'))) !== undefined) continue;
    // Another run may be between making its folder and writing its name into it.
    if (!existsSync(join(root, 'initialised'))) continue;
    await stopPostmaster(join(root, 'data'));
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Starts one throw-away Postgres with a migrated template database in it.
 * `stop` ends it and removes its files, unless `RSM_KEEP_DB` is set.
 */
export async function startTestPostgres(): Promise<TestPostgresAccess & { readonly stop: () => Promise<void> }> {
  await sweepLeftovers();
  const directory = await mkdtemp(join(tmpdir(), DIRECTORY_PREFIX));
  // mkdtemp makes it 0700; as root, Postgres runs as another user and must pass through.
  await chmod(directory, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir: directory, durability: 'disposable', database: TEMPLATE });
  const stop = async (): Promise<void> => {
    if (process.env['RSM_KEEP_DB']) {
      process.stdout.write(`RSM_KEEP_DB: Postgres keeps running at ${postgres.superuserUrl}\n`);
      return;
    }
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await migrateToLatest({ ownerUrl: postgres.ownerUrl, applicationRole: ROLES.application });
    const client = new Client({ connectionString: postgres.superuserUrl });
    await client.connect();
    await client.query(`ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    await client.end();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    superuserUrl: postgres.superuserUrl,
    ownerUrl: postgres.ownerUrl,
    applicationUrl: postgres.url,
    template: TEMPLATE,
    stop,
  };
}
