import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import type { Logger } from '../logging.ts';

export interface JobsPoolOptions {
  readonly url: string;
  readonly max: number;
  readonly log: Logger;
}

export interface JobsPool {
  readonly pool: Pool;
  /** Waits until the last connection is closed, not only asked to close; at most five seconds. */
  end(): Promise<void>;
}

/** A Postgres that is out of reach answers no goodbye. */
const CLOSE_MS_MAX = 5_000;

type Release = (reason?: unknown) => void;

type OnConnection = (error: Error | undefined, client: PoolClient | undefined, done: Release) => void;

/**
 * A pool to which one connection can't be given back twice. The engine does that when its LISTEN fails while it gives up: once for the failure
 * and once for the end; nobody looks at the promise of the second time, and pg's own pool would reject it, which ends the process.
 */
class PoolOfSingleReleases extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(onConnection: OnConnection): void;
  override connect(onConnection?: OnConnection): Promise<PoolClient> | void {
    if (onConnection === undefined) return super.connect();
    // Its types promise a release; a pool that has ended gives its error alone.
    super.connect((error, client, done?: Release) => {
      let isReleased = false;
      onConnection(error, client, (reason) => {
        if (isReleased) return;
        isReleased = true;
        done?.(reason);
      });
    });
  }
}

/**
 * The connections of the job engine. The pool that graphile-worker makes for itself loses its listeners for errors before its
 * connections are closed: a Postgres that ends at that moment, as when all of the product stops, would end the process too.
 */
export function createJobsPool(options: JobsPoolOptions): JobsPool {
  const { log } = options;
  const pool = new PoolOfSingleReleases({
    connectionString: options.url,
    max: options.max,
    application_name: 'rsm job engine',
  });
  const open = new Map<PoolClient, Promise<void>>();
  pool.on('error', (error) => log.warn({ err: error }, 'An idle connection of the job engine was lost'));
  pool.on('connect', (client) => {
    // Whoever uses it gets the error from its next query.
    client.on('error', (error) => log.debug({ err: error }, 'A connection of the job engine was lost'));
    const closed = new Promise<void>((resolve) => {
      client.once('end', resolve);
    });
    open.set(
      client,
      closed.then(() => void open.delete(client)),
    );
  });
  return {
    pool,
    end: async () => {
      const closed = pool.end().then(() => Promise.all(open.values()));
      await Promise.race([closed, sleep(CLOSE_MS_MAX, undefined, { ref: false })]);
    },
  };
}
