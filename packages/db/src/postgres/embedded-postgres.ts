import { chown, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { locatePostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { initialiseCluster, isInitialised, prepareDatabase, ROLES } from './cluster.ts';
import { findFreePort } from './free-port.ts';
import { claimOwnership, releaseOwnership } from './owner.ts';
import { choosePlace, FALLBACK_ROOT, reachableBinaries, type ClusterPlace } from './place.ts';
import { livingPostmaster } from './postmaster-file.ts';
import { PostmasterStartError, removeStalePostmasterFile, startPostmaster, stopPostmaster } from './postmaster.ts';
import { resolvePostgresUser, type PostgresUser } from './postgres-user.ts';
import { loadClusterSecrets } from './secrets.ts';
import { postgresSettings, type Durability } from './settings.ts';

export type EmbeddedPostgresOptions = {
  /** The clone's `.data`; the cluster lives in `postgres` below it, or where `location` in it says. */
  readonly dataDir: string;
  /** Called with one line for each thing worth knowing; secrets are never in it. */
  readonly log?: (line: string) => void;
  readonly durability?: Durability;
  readonly database?: string;
  /** Where to go when the Postgres user can't reach `dataDir`. */
  readonly fallbackRoot?: string;
  readonly binaries?: PostgresBinaries;
};

export type EmbeddedPostgres = {
  /** For the application: may read and write rows, but not change the ledger's or the tables' shape. */
  readonly url: string;
  /** For migrations: owns every table. */
  readonly ownerUrl: string;
  /** For making databases; tests use it. */
  readonly superuserUrl: string;
  readonly port: number;
  /** The folder where the cluster lives. */
  readonly directory: string;
  /** Fast shutdown within a limit; a second call does nothing. */
  readonly stop: () => Promise<void>;
};

const START_ATTEMPTS_MAX = 20;
const RETRY_MS = 250;
/** The sun_path of unix(7) holds 107 bytes; Postgres adds "/.s.PGSQL.65535.lock". */
const SOCKET_DIRECTORY_MAX_BYTES = 85;

/** A port that another process took, and children of a killed server that still let go of its memory, pass by themselves. */
function passesByItself(error: unknown): boolean {
  return (
    error instanceof PostmasterStartError &&
    /pre-existing shared memory block|Address already in use|could not bind/.test(error.logTail)
  );
}

async function startOnFreePort(
  place: ClusterPlace,
  program: string,
  user: PostgresUser | undefined,
  durability: Durability,
): Promise<{ readonly port: number; readonly socket: string }> {
  const folder = resolve(place.socket);
  const socket = Buffer.byteLength(folder) <= SOCKET_DIRECTORY_MAX_BYTES ? folder : '';
  if (socket) {
    await mkdir(socket, { recursive: true, mode: 0o700 });
    if (user) await chown(socket, user.uid, user.gid);
  }
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    try {
      const settings = postgresSettings(durability);
      await startPostmaster({ program, data: place.data, port, socket, logFile: place.log, user, settings });
      return { port, socket };
    } catch (error) {
      if (attempt >= START_ATTEMPTS_MAX || !passesByItself(error)) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/**
 * Starts the Postgres that npm brought, makes its cluster, roles and database at first, and keeps them afterwards.
 * A server that a killed process left running is stopped first, and a postmaster.pid left by SIGKILL is removed.
 *
 * @throws Error when a living process runs it already, when there are no binaries, or when it does not start; the
 * message ends with Postgres' own last lines.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, durability = 'durable', database = 'rsm', fallbackRoot = FALLBACK_ROOT } = options;
  const log = options.log ?? (() => undefined);
  const user = await resolvePostgresUser();
  const place = await choosePlace(dataDir, user, fallbackRoot);
  const binaries = await reachableBinaries(options.binaries ?? (await locatePostgresBinaries()), user, fallbackRoot);
  await claimOwnership(place.owner, place.root);
  try {
    const orphan = await livingPostmaster(place.data);
    if (orphan !== undefined) {
      log(`Stopping Postgres (process ${orphan}) that a killed process left running`);
      await stopPostmaster(place.data);
    } else if (await removeStalePostmasterFile(place.data)) {
      log('Postgres was killed the last time; it recovers from its log');
    }
    const secrets = await loadClusterSecrets(place.secrets);
    const fresh = !isInitialised(place);
    if (fresh) {
      log(`Making a database in ${place.root}`);
      await initialiseCluster(binaries.initdb, place, user, secrets, durability === 'durable');
    }
    const { port, socket } = await startOnFreePort(place, binaries.postgres, user, durability);
    // A statement over the socket costs two thirds of one over TCP (bench of 20,000 empty ones); libpq's and pg's `host` names it.
    const through = socket === '' ? '' : `?host=${encodeURIComponent(socket)}`;
    const urlFor = (role: keyof typeof ROLES, name: string): string =>
      `postgres://${ROLES[role]}:${secrets[role]}@127.0.0.1:${port}/${name}${through}`;
    const superuserUrl = urlFor('superuser', 'postgres');
    try {
      await prepareDatabase(superuserUrl, database, secrets);
    } catch (error) {
      await stopPostmaster(place.data);
      throw error;
    }
    log(`Postgres ${binaries.version} listens on 127.0.0.1:${port}`);

    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await stopPostmaster(place.data);
      await releaseOwnership(place.owner);
    };
    return {
      url: urlFor('application', database),
      ownerUrl: urlFor('owner', database),
      superuserUrl,
      port,
      directory: place.root,
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await releaseOwnership(place.owner);
    throw error;
  }
}
