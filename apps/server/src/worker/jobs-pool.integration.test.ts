import { useTestDatabase } from '@rsm/db/testing';
import { makeWorkerUtils } from 'graphile-worker';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../logging.ts';
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
});
