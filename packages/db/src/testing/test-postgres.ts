import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { migrateToLatest } from '../migrations/migrate.ts';
import { prepareDatabase, ROLES } from '../postgres/cluster.ts';
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

/** Migrates the template database and keeps everybody out of it, because a database in use can't be cloned. */
async function makeTemplate(access: TestPostgresAccess): Promise<void> {
  await migrateToLatest({ ownerUrl: access.ownerUrl, applicationRole: ROLES.application });
  await asSuperuser(access.superuserUrl, `ALTER DATABASE ${access.template} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
}

async function asSuperuser(superuserUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Uses a Postgres that somebody else runs: its roles and one template of this run's own. */
async function useForeignPostgres(superuserUrl: string): Promise<TestPostgresAccess & { stop: () => Promise<void> }> {
  const template = `${TEMPLATE}_${process.pid}`;
  // The same passwords in every run, because roles belong to the whole cluster and runs may overlap.
  const secrets = { superuser: 'unused', owner: 'rsm-test-owner', application: 'rsm-test-application' };
  await prepareDatabase(superuserUrl, template, secrets);
  const urlFor = (role: 'owner' | 'application'): string => {
    const url = new URL(superuserUrl);
    url.username = ROLES[role];
    url.password = secrets[role];
    url.pathname = `/${template}`;
    return url.href;
  };
  const access = { superuserUrl, ownerUrl: urlFor('owner'), applicationUrl: urlFor('application'), template };
  const stop = async (): Promise<void> => {
    await asSuperuser(superuserUrl, `ALTER DATABASE ${template} IS_TEMPLATE false`);
    await asSuperuser(superuserUrl, `DROP DATABASE ${template} WITH (FORCE)`);
  };
  await makeTemplate(access);
  return { ...access, stop };
}

/**
 * Starts one throw-away Postgres with a migrated template database in it, or uses the one whose superuser
 * `RSM_TEST_DATABASE_URL` names (any version from 15 on).
 * `stop` ends it and removes its files, unless `RSM_KEEP_DB` is set.
 */
export async function startTestPostgres(): Promise<TestPostgresAccess & { readonly stop: () => Promise<void> }> {
  const foreign = process.env['RSM_TEST_DATABASE_URL'];
  if (foreign !== undefined) return useForeignPostgres(foreign);
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
  const access = {
    superuserUrl: postgres.superuserUrl,
    ownerUrl: postgres.ownerUrl,
    applicationUrl: postgres.url,
    template: TEMPLATE,
  };
  try {
    await makeTemplate(access);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...access, stop };
}
