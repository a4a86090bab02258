import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { copyPostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { canUserReach, type PostgresUser } from './postgres-user.ts';

/** Where to go when the Postgres user can't reach the clone (hier(7): /var/lib holds state of programs). */
export const FALLBACK_ROOT = '/var/lib/remote-servers-marketplace';

/** Names inside the folder of one cluster. */
export type ClusterPlace = {
  readonly root: string;
  /** PGDATA, owned by the Postgres user. */
  readonly data: string;
  /** The passwords of the database roles, mode 0600. */
  readonly secrets: string;
  readonly owner: string;
  readonly log: string;
  readonly socket: string;
};

function placeAt(root: string): ClusterPlace {
  return {
    root,
    data: join(root, 'data'),
    secrets: join(root, 'secrets.json'),
    owner: join(root, 'owner.json'),
    log: join(root, 'postgres.log'),
    socket: join(root, 'socket'),
  };
}

/**
 * Decides where a cluster lives: in `dataDir`, or, when the Postgres user can't reach that, in a folder of its own under
 * `fallbackRoot`, which the file `location` in `dataDir` then names. Once made, the place stays.
 *
 * @throws Error when `location` names a folder that is gone, because a silent fresh start would look like lost data.
 */
export async function choosePlace(
  dataDir: string,
  user: PostgresUser | undefined,
  fallbackRoot: string,
): Promise<ClusterPlace> {
  await mkdir(dataDir, { recursive: true });
  const locationFile = join(dataDir, 'location');
  if (existsSync(locationFile)) {
    const root = (await readFile(locationFile, 'utf8')).trim();
    if (!existsSync(root)) {
      throw new Error(
        `${locationFile} says that the database lives in ${root}, which does not exist. ` +
          `Put that folder back, or delete ${locationFile} to begin with an empty database.`,
      );
    }
    return placeAt(root);
  }
  if (canUserReach(user, dataDir)) {
    const place = placeAt(join(dataDir, 'postgres'));
    await mkdir(place.root, { recursive: true, mode: 0o755 });
    return place;
  }
  // A random name, so that a fresh clone at an old path begins empty and never meets another clone's data.
  const root = join(fallbackRoot, 'clusters', randomBytes(8).toString('hex'));
  await mkdir(root, { recursive: true, mode: 0o755 });
  await writeFile(join(root, 'used-by'), `${dataDir}\n`);
  await writeFile(locationFile, `${root}\n`);
  return placeAt(root);
}

/** The binaries as they are, or a copy under `fallbackRoot` when the Postgres user can't run them where they are. */
export async function reachableBinaries(
  binaries: PostgresBinaries,
  user: PostgresUser | undefined,
  fallbackRoot: string,
): Promise<PostgresBinaries> {
  if (canUserReach(user, '/', binaries.postgres)) return binaries;
  return copyPostgresBinaries(binaries, join(fallbackRoot, 'binaries'));
}
