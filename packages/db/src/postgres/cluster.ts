import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';

import type { ClusterPlace } from './place.ts';
import type { PostgresUser } from './postgres-user.ts';
import type { ClusterSecrets } from './secrets.ts';

const run = promisify(execFile);
const INITDB_TIMEOUT_MS = 120_000;
/** In the units of postgresql.conf. */
const STATEMENT_TIMEOUT = '30s';
const LOCK_TIMEOUT = '10s';

/** The three roles of an embedded cluster. The application is not the owner, so that privileges can bind it. */
export const ROLES = { superuser: 'postgres', owner: 'rsm_owner', application: 'rsm_app' } as const;

/** True once initdb has finished in this folder; it writes PG_VERSION early, so a marker of ours is asked. */
export function isInitialised(place: ClusterPlace): boolean {
  return existsSync(join(place.root, 'initialised'));
}

/**
 * Makes an empty cluster: UTF-8, the built-in C.UTF-8 locale (sorts the same on every system), passwords by SCRAM.
 * A half-made one from before is thrown away; it never held anything.
 */
export async function initialiseCluster(
  initdb: string,
  place: ClusterPlace,
  user: PostgresUser | undefined,
  secrets: ClusterSecrets,
  sync: boolean,
): Promise<void> {
  await rm(place.data, { recursive: true, force: true });
  await mkdir(place.data, { recursive: true, mode: 0o700 });
  const passwordFile = join(place.root, 'initdb-password');
  await writeFile(passwordFile, `${secrets.superuser}\n`, { mode: 0o600 });
  if (user) {
    await chown(place.data, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    await run(
      initdb,
      [
        `--pgdata=${place.data}`,
        `--username=${ROLES.superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
        '--no-instructions',
        ...(sync ? [] : ['--no-sync']),
      ],
      { ...user, cwd: '/', timeout: INITDB_TIMEOUT_MS, env: { PATH: process.env['PATH'], LC_ALL: 'C' } },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(join(place.root, 'initialised'), `${new Date().toISOString()}\n`);
}

/** Makes the two login roles and the database, each unless it is there. */
export async function prepareDatabase(superuserUrl: string, database: string, secrets: ClusterSecrets): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    for (const role of ['owner', 'application'] as const) {
      const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [ROLES[role]]);
      const password = client.escapeLiteral(secrets[role]);
      await client.query(`${rowCount ? 'ALTER' : 'CREATE'} ROLE ${ROLES[role]} LOGIN PASSWORD ${password}`);
    }
    // No statement of the product runs or waits longer, on whatever connection; the owner migrates without these limits.
    await client.query(`ALTER ROLE ${ROLES.application} SET statement_timeout = '${STATEMENT_TIMEOUT}'`);
    await client.query(`ALTER ROLE ${ROLES.application} SET lock_timeout = '${LOCK_TIMEOUT}'`);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!rowCount) {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)} OWNER ${ROLES.owner}`);
    }
  } finally {
    await client.end();
  }
}
