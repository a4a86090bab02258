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

/**
 * The connections of the job engine. The pool that graphile-worker makes for itself loses its listeners for errors before its
 * connections are closed: a Postgres that ends at that moment, as when all of the product stops, would end the process too.
 */
export function createJobsPool(options: JobsPoolOptions): JobsPool {
  const { log } = options;
  const pool = new Pool({ connectionString: options.url, max: options.max, application_name: 'rsm job engine' });
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
