import { useTestDatabase } from '@rsm/db/testing';
import { EventEmitter } from 'node:events';
import { makeWorkerUtils, run, type WorkerEvents } from 'graphile-worker';
import { Client, type PoolClient } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../logging.ts';
import { createGraphileLogger } from './graphile-logger.ts';
import { createJobsPool } from './jobs-pool.ts';

const database = useTestDatabase();

/** A pool with so many idle connections, and what Postgres calls them. */
async function poolWith(count: number) {
  const jobs = createJobsPool({ url: database().url, max: count, log: createLogger({ level: 'silent' }) });
  const clients = await Promise.all(Array.from({ length: count }, () => jobs.pool.connect()));
  const pids = await Promise.all(clients.map((client) => backendOf(client)));
  for (const client of clients) client.release();
  return { jobs, pids };
}

async function backendOf(client: Pick<Client, 'query'>): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? -1;
}

async function openSession(): Promise<Client> {
  const session = new Client({ connectionString: database().url });
  await session.connect();
  onTestFinished(() => session.end());
  return session;
}

describe('the connections of the job engine', () => {
  it('are closed when the end was waited for', async () => {
    const session = await openSession();
    const { jobs, pids } = await poolWith(5);
    const alive = async () =>
      (await session.query('SELECT pid FROM pg_stat_activity WHERE pid = ANY($1)', [pids])).rowCount;
    expect(await alive()).toBe(5);
    await jobs.end();
    expect(await alive()).toBe(0);
  });

  // Vitest fails a run in which an error was not caught, whatever the tests say.
  it('may be cut by Postgres while they are being closed, and the process lives on (bug: it ended)', async () => {
    const session = await openSession();
    const { jobs, pids } = await poolWith(20);
    const utils = await makeWorkerUtils({ pgPool: jobs.pool });
    await utils.release();
    const cut = session.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [pids]);
    await Promise.all([jobs.end(), cut]);
    expect(jobs.pool.totalCount).toBe(0);
  });

  it('may be lost while the engine gives up before it listens (bug: its second release ended the process)', async () => {
    const { jobs } = await poolWith(1);
    const events: WorkerEvents = new EventEmitter();
    // Its LISTEN is on the way when it begins to shut down, and the UNLISTEN of the shutdown waits behind it.
    const lost = new Promise<void>((resolve) => {
      events.once('pool:listen:success', ({ client, workerPool }) => {
        if (!(client instanceof Client))
          throw new Error('The engine listens on something else than a connection of pg.');
        resolve(workerPool.gracefulShutdown('a test'));
        setImmediate(() => client.connection.stream.destroy());
      });
    });
    const runner = await run({
      pgPool: jobs.pool, events, taskList: { none: () => undefined }, parsedCronItems: [], noHandleSignals: true, logger: createGraphileLogger(createLogger({ level: 'silent' })),
    }); // prettier-ignore
    await lost;
    await runner.promise;
    await jobs.end();
    expect(jobs.pool.totalCount).toBe(0);
  });

  it('go back once: who releases one twice does not give back that of the next', async () => {
    const { jobs } = await poolWith(1);
    const held = await new Promise<PoolClient>((resolve, reject) => {
      jobs.pool.connect((error, client, done) => {
        if (client === undefined) return reject(error ?? new Error('There is no connection.'));
        done();
        jobs.pool.connect((_error, next) => {
          done();
          if (next === undefined) reject(new Error('There is no second connection.'));
          else resolve(next);
        });
      });
    });
    expect(jobs.pool.idleCount).toBe(0);
    held.release();
    expect(jobs.pool.idleCount).toBe(1);
    await jobs.end();
  });

  it('are refused after the end, and may be released all the same (bug: the engine does, and the process ended)', async () => {
    const { jobs } = await poolWith(1);
    await jobs.end();
    const { error, release } = await new Promise<{ error: Error | undefined; release: () => void }>((resolve) => {
      jobs.pool.connect((refusal, _client, done) => resolve({ error: refusal, release: () => done() }));
    });
    expect(error?.message).toBe('Cannot use a pool after calling end on the pool');
    expect(release).not.toThrow();
  });
});
