// @module-tag ci

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKnex, JobMover, PgEventWakeups, CommitNotifier } from '@rsm/db';
import { createTestDatabase, type TestDatabase } from '@rsm/db/testing';
import { instant } from '@rsm/domain/common/instant';
import type { Workflow, WorkflowOutcome } from '@rsm/domain/workflows/workflow';
import { DONE } from '@rsm/domain/workflows/workflow';
import { makeWorkerUtils } from 'graphile-worker';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import type { Workflows } from '../composition.ts';
import { uuidV7Source } from '../ids.ts';
import { createLogger } from '../logging.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import { createJobsPool } from './jobs-pool.ts';
import { startWorker, type StartWorkerOptions } from './worker.ts';

/**
 * The way of a job: a row of job_requests, written in a transaction; the mover; graphile-worker; a handler. All on a real
 * Postgres, with the notifier and the listener between them as in the product.
 */

let database: TestDatabase;

beforeEach(async () => {
  const fresh = await createTestDatabase();
  database = fresh;
  // What is registered first ends last: the connections of the test go before their database.
  onTestFinished(async () => fresh.drop());
  await installJobQueue(fresh.url);
});

interface Ran {
  readonly machineId: string;
  readonly at: number;
}

async function installJobQueue(url: string): Promise<void> {
  const connections = createJobsPool({ url, max: 1, log: createLogger({ level: 'silent' }) });
  const utils = await makeWorkerUtils({ pgPool: connections.pool });
  await utils.release();
  await connections.end();
}

/** A database session that writes requests as the unit of work does, and counts what it is told to. */
function openSession() {
  const knex = createKnex({ url: database.url, poolMax: 4 });
  onTestFinished(async () => knex.destroy());
  return knex;
}
type Session = ReturnType<typeof openSession>;

interface Request {
  readonly key?: string;
  readonly machineId?: string;
  readonly runAtMs?: number;
}

async function request(session: Pick<Session, 'raw'>, wanted: Request = {}): Promise<string> {
  const machineId = wanted.machineId ?? uuidV7Source.next();
  await session.raw(
    `INSERT INTO job_requests (key, name, payload, run_at, created_at)
     VALUES (?, 'machine.probe', ?, to_timestamp(?::float8 / 1000), now())
     ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, run_at = excluded.run_at`,
    [wanted.key ?? `probe:${machineId}`, JSON.stringify({ machineId }), wanted.runAtMs ?? Date.now()],
  );
  return machineId;
}

const nothing: Workflow<unknown> = { run: async () => DONE };

function workflowsWith(overrides: Partial<Workflows>): Workflows {
  return {
    'machine.scan': nothing,
    'machine.verify': nothing,
    'machine.install_tools': nothing,
    'machine.probe': nothing,
    'machine.reliability': nothing,
    'benchmark.run': nothing,
    'benchmarks.remeasure': nothing,
    'booking.provision': nothing,
    'booking.check_handover': nothing,
    'booking.move_deadline': nothing,
    'booking.auto_extend': nothing,
    'booking.settle_week': nothing,
    'booking.end': nothing,
    'booking.notice': nothing,
    'wipe.run': nothing,
    'earning.release': nothing,
    'payment.auto_top_up': nothing,
    'payment.settle': nothing,
    'processor_event.apply': nothing,
    'processor.reconcile': nothing,
    'documents.issue': nothing,
    'payout.send': nothing,
    'payouts.run': nothing,
    sweep: nothing,
    ...overrides,
  };
}

/** A worker whose `machine.probe` notes that it ran; wakes come through Postgres. */
async function startNotingWorker(
  run: (machineId: string, signal: AbortSignal) => Promise<WorkflowOutcome> = async () => DONE,
  options: Partial<StartWorkerOptions> = {},
) {
  const ran: Ran[] = [];
  const wakeups = new PgEventWakeups({ url: database.url });
  await wakeups.start();
  const worker = await startWorker({
    composition: {
      clock: systemClock,
      jobsUrl: database.url,
      maintain: async () => undefined,
      onJobs: (wake) => wakeups.onJobs(wake),
      workflows: workflowsWith({
        'machine.probe': {
          run: async ({ machineId }, { signal }) => {
            ran.push({ machineId, at: Date.now() });
            return run(machineId, signal);
          },
        },
      }),
    },
    log: createLogger({ level: 'silent' }),
    concurrency: 4,
    graceMs: 200,
    abortMs: 200,
    ...options,
  });
  const stop = async (): Promise<void> => {
    await worker.stop();
    await wakeups.stop();
  };
  onTestFinished(stop);
  return { ran, worker, stop };
}

function openNotifier(): CommitNotifier {
  const notifier = new CommitNotifier({ url: database.url });
  onTestFinished(async () => notifier.stop());
  return notifier;
}

const waitFor = { timeout: 15_000, interval: 5 };

describe('a job', () => {
  it('starts after its commit, and not before', async () => {
    const { ran } = await startNotingWorker();
    const session = openSession();
    const notifier = openNotifier();
    let beforeCommit = -1;
    let id = '';
    await session.transaction(async (trx) => {
      id = await request(trx);
      // Longer than the mover's poll: an uncommitted request would be found if it could be.
      await sleep(1_300);
      beforeCommit = ran.length;
    });
    notifier.notifyAfterCommit({ audiences: [], jobs: true });
    await vi.waitFor(() => expect(ran.map(({ machineId }) => machineId)).toEqual([id]), waitFor);
    expect(beforeCommit).toBe(0);
  });

  it('is measured with what became of it, and with how long it waited after it was due', async () => {
    const ended: Parameters<Metrics['jobEnded']>[0][] = [];
    const outcomes = [
      async () => DONE,
      async (): Promise<WorkflowOutcome> => ({ kind: 'again', at: instant(Date.now() + 600_000) }),
      async () => Promise.reject(new Error('the machine is on fire')),
    ];
    await startNotingWorker(async () => (outcomes.shift() ?? outcomes[0] ?? (async () => DONE))(), {
      concurrency: 1,
      metrics: { ...noMetrics, jobEnded: (job) => ended.push(job) },
    });
    const session = openSession();
    for (const count of [1, 2, 3]) {
      await request(session);
      openNotifier().notifyAfterCommit({ audiences: [], jobs: true });
      await vi.waitFor(() => expect(ended.filter(({ name }) => name === 'machine.probe')).toHaveLength(count), waitFor);
    }
    const probes = ended.filter(({ name }) => name === 'machine.probe');
    expect(probes.map(({ outcome }) => outcome)).toEqual(['done', 'again', 'failed']);
    for (const { durationMs, startDelayMs } of probes) {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      expect(startDelayMs).toBeLessThan(60_000);
    }
  });

  it('starts within milliseconds of the notification, long before any poll', async ({ annotate }) => {
    const { ran } = await startNotingWorker();
    const session = openSession();
    const notifier = openNotifier();
    const delays: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const id = await request(session);
      const committedAt = Date.now();
      notifier.notifyAfterCommit({ audiences: [], jobs: true });
      await vi.waitFor(() => expect(ran.at(-1)?.machineId).toBe(id), waitFor);
      delays.push((ran.at(-1)?.at ?? Number.NaN) - committedAt);
    }
    const sorted = delays.toSorted((a, b) => a - b);
    await annotate(`From commit to start, ms: ${sorted.join(' ')}`);
    // Left to the poll, each would wait for nearly a second: it is asked for right after a poll. A busy machine slows only some.
    expect(sorted[4], `delays in ms: ${sorted.join(' ')}`).toBeLessThan(500);
  });

  it('is found by the poll when the notification was lost', { tags: 'deep' }, async () => {
    const { ran } = await startNotingWorker();
    const id = await request(openSession());
    await vi.waitFor(() => expect(ran.map(({ machineId }) => machineId)).toEqual([id]), waitFor);
  });

  it('does not exist when its transaction was rolled back', async () => {
    const { ran } = await startNotingWorker();
    const session = openSession();
    await expect(
      session.transaction(async (trx) => {
        await request(trx);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    const kept = await request(session);
    openNotifier().notifyAfterCommit({ audiences: [], jobs: true });
    await vi.waitFor(() => expect(ran).toHaveLength(1), waitFor);
    await sleep(1_300);
    expect(ran.map(({ machineId }) => machineId)).toEqual([kept]);
  });

  it('causes no notification where bookings commit', async () => {
    const session = openSession();
    const listener = await listen();
    await session.transaction(async (trx) => {
      await request(trx);
    });
    await sleep(100);
    expect(listener.heard).toEqual([]);
    // The mover's own transaction does notify, so the ear is not deaf.
    const mover = openMover();
    expect(await mover.moveBatch()).toBe(1);
    await vi.waitFor(() => expect(listener.heard).toEqual(['jobs:insert']), waitFor);
  });

  it('is replaced by a later request of its key, in the outbox and in the engine', async () => {
    const session = openSession();
    const mover = openMover();
    const soon = Date.now() + 600;
    await request(session, { key: 'booking:1:end', machineId: uuidV7Source.next(), runAtMs: Date.now() });
    expect(await mover.moveBatch()).toBe(1);
    const second = await request(session, { key: 'booking:1:end', runAtMs: Date.now() });
    expect(await mover.moveBatch()).toBe(1);
    await request(session, { key: 'booking:2:end', machineId: uuidV7Source.next(), runAtMs: soon });
    const third = await request(session, { key: 'booking:2:end', runAtMs: soon });
    const { ran } = await startNotingWorker();
    await vi.waitFor(() => expect(ran).toHaveLength(2), waitFor);
    await sleep(1_300);
    expect(ran.map(({ machineId }) => machineId).toSorted()).toEqual([second, third].toSorted());
  });

  it('waits for its time, and not much longer', async () => {
    const { ran } = await startNotingWorker();
    const session = openSession();
    const notifier = openNotifier();
    const lates: number[] = [];
    // Due a little after a poll would have found the one before: left to the poll, each would be most of a second late. The mover
    // sets its clock by the next due request instead. A busy machine is late as well, but not every time.
    while (lates.length < 6 && !lates.slice(1).some((late) => late < 500)) {
      const runAtMs = (ran.at(-1)?.at ?? Date.now()) + 1_200;
      await request(session, { runAtMs });
      notifier.notifyAfterCommit({ audiences: [], jobs: true });
      await vi.waitFor(() => expect(ran).toHaveLength(lates.length + 1), waitFor);
      lates.push((ran.at(-1)?.at ?? 0) - runAtMs);
    }
    expect(Math.min(...lates)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...lates.slice(1)), `late by ms: ${lates.join(' ')}`).toBeLessThan(500);
  });

  it('is run again when its workflow asks for it, and keeps its key', async () => {
    let times = 0;
    const { ran } = await startNotingWorker(async () => {
      times += 1;
      return times < 3 ? { kind: 'again', at: instant(Date.now() + 50) } : DONE;
    });
    const id = await request(openSession());
    await vi.waitFor(() => expect(ran).toHaveLength(3), waitFor);
    await sleep(200);
    expect(ran.map(({ machineId }) => machineId)).toEqual([id, id, id]);
  });

  it('does not lose a wish that came while it ran', async () => {
    const session = openSession();
    const key = 'booking:9:end';
    const gate = Promise.withResolvers<void>();
    let times = 0;
    const { ran } = await startNotingWorker(async () => {
      times += 1;
      if (times > 1) return DONE;
      await gate.promise;
      return { kind: 'again', at: instant(Date.now() + 3_600_000) };
    });
    await request(session, { key });
    await vi.waitFor(() => expect(ran).toHaveLength(1), waitFor);
    const wish = await request(session, { key, runAtMs: Date.now() + 400 });
    gate.resolve();
    await vi.waitFor(() => expect(ran).toHaveLength(2), waitFor);
    expect(ran[1]?.machineId).toBe(wish);
  });

  it('is tried again after an unknown error, later', { tags: 'deep' }, async () => {
    let times = 0;
    const { ran } = await startNotingWorker(async () => {
      times += 1;
      if (times === 1) throw new Error('unknown');
      return DONE;
    });
    await request(openSession());
    await vi.waitFor(() => expect(ran).toHaveLength(2), { timeout: 10_000, interval: 20 });
    // graphile-worker's first pause is e seconds.
    expect((ran[1]?.at ?? 0) - (ran[0]?.at ?? 0)).toBeGreaterThan(2_000);
  });
});

describe('movers', () => {
  it('move each request exactly once, however many they are', async () => {
    const session = openSession();
    const movers = Array.from({ length: 4 }, () => openMover({ batchSizeMax: 7 }));
    const ids: string[] = [];
    for (let n = 0; n < 200; n += 1) ids.push(await request(session));
    const counts = await Promise.all(
      movers.map(async (mover) => {
        let moved = 0;
        for (let batch = -1; batch !== 0; moved += batch) batch = await mover.moveBatch();
        return moved;
      }),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200);
    const { ran } = await startNotingWorker();
    await vi.waitFor(() => expect(ran.length).toBeGreaterThanOrEqual(200), { timeout: 15_000, interval: 20 });
    await sleep(300);
    expect(ran.map(({ machineId }) => machineId).toSorted()).toEqual(ids.toSorted());
  });

  it('do not wait for each other', async () => {
    const session = openSession();
    for (let n = 0; n < 5; n += 1) await request(session);
    const held = await request(session, { key: 'held', runAtMs: 1 });
    await session.transaction(async (other) => {
      await other.raw(`SELECT 1 FROM job_requests WHERE key = 'held' FOR UPDATE`);
      expect(await openMover().moveBatch()).toBe(5);
    });
    expect(await openMover().moveBatch()).toBe(1);
    const { ran } = await startNotingWorker();
    await vi.waitFor(() => expect(ran).toHaveLength(6), waitFor);
    expect(ran.map(({ machineId }) => machineId)).toContain(held);
  });

  it('leave a request where it is when the engine refuses it', async () => {
    const owner = createKnex({ url: database.url, poolMax: 1 });
    onTestFinished(async () => owner.destroy());
    await owner.raw('ALTER FUNCTION graphile_worker.add_jobs(graphile_worker.job_spec[], boolean) RENAME TO gone');
    await request(owner);
    await expect(openMover().moveBatch()).rejects.toThrow(/add_jobs/);
    const { rows } = await owner.raw<{ rows: { count: bigint }[] }>('SELECT count(*) FROM job_requests');
    expect(rows[0]?.count).toBe(1n);
  });
});

describe('a worker', () => {
  it('goes on after Postgres has cut all its connections, in the middle of a job too', async () => {
    const gate = Promise.withResolvers<void>();
    const { ran } = await startNotingWorker(async () => {
      await gate.promise;
      return DONE;
    });
    const session = openSession();
    const first = await request(session);
    await vi.waitFor(() => expect(ran).toHaveLength(1), waitFor);
    const { rows } = await session.raw<{ rows: unknown[] }>(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(rows.length).toBeGreaterThan(2);
    gate.resolve();
    const second = await request(session);
    openNotifier().notifyAfterCommit({ audiences: [], jobs: true });
    await vi.waitFor(() => expect(ran.map(({ machineId }) => machineId)).toContain(second), {
      timeout: 15_000,
      interval: 20,
    });
    // The first one's end was not recorded, so it is run again, at once and not when its lock would end.
    await vi.waitFor(async () => {
      const left = await session.raw<{ rows: unknown[] }>(
        'SELECT 1 FROM graphile_worker._private_jobs WHERE key <> ?',
        ['sweep'],
      );
      expect(left.rows).toEqual([]);
    }, waitFor);
    expect(new Set(ran.map(({ machineId }) => machineId))).toEqual(new Set([first, second]));
  });
});

describe('a worker that died', () => {
  it('is followed by another one once the sweep asks for its job again', async () => {
    const session = openSession();
    const machineId = uuidV7Source.next();
    const key = `probe:${machineId}`;
    await request(session, { key, machineId });
    await openMover().moveBatch();
    // What SIGKILL leaves behind: a job that is locked by a pool that is no more, for four hours.
    const dead = `pool-${randomUUID()}`;
    await session.raw(
      'UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = ?, attempts = 1 WHERE key = ?',
      [dead, key],
    );
    const { ran } = await startNotingWorker();
    await sleep(1_500);
    expect(ran).toEqual([]);
    await request(session, { key, machineId });
    await vi.waitFor(() => expect(ran.map((job) => job.machineId)).toEqual([machineId]), waitFor);
    // And the dead one's job will not come back when its lock is taken away at last.
    const unlock = 'UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL WHERE locked_by = ?';
    await session.raw(unlock, [dead]);
    await sleep(1_500);
    expect(ran).toHaveLength(1);
  });

  it('does not stop the sweep: it comes again at its next time', { tags: 'deep' }, async () => {
    const sweep = vi.fn<Workflows['sweep']['run']>(async () => DONE);
    const session = openSession();
    const mover = openMover();
    await mover.requestAgain({ name: 'sweep', payload: {}, key: 'sweep', runAt: systemClock.now() });
    await mover.moveBatch();
    await session.raw(`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'dead', attempts = 1`);
    const worker = await startWorker({
      composition: {
        clock: systemClock,
        jobsUrl: database.url,
        maintain: async () => undefined,
        onJobs: () => () => undefined,
        workflows: workflowsWith({ sweep: { run: sweep } }),
      },
      log: createLogger({ level: 'silent' }),
      concurrency: 1,
      sweepIntervalMs: 300,
    });
    onTestFinished(async () => worker.stop());
    await vi.waitFor(() => expect(sweep.mock.calls.length).toBeGreaterThanOrEqual(2), waitFor);
  });
});

describe('stopping', () => {
  it('waits for a running handler', async () => {
    let finished = false;
    const { ran, worker } = await startNotingWorker(
      async () => {
        await sleep(300);
        finished = true;
        return DONE;
      },
      { graceMs: 5_000 },
    );
    await request(openSession());
    await vi.waitFor(() => expect(ran).toHaveLength(1), waitFor);
    await worker.stop();
    expect(finished).toBe(true);
  });

  it('interrupts a handler that takes too long, and gives its job back at once', async () => {
    const session = openSession();
    const first = await startNotingWorker(async (_id, signal) => {
      await sleep(60_000, undefined, { signal });
      return DONE;
    });
    const id = await request(session);
    await vi.waitFor(() => expect(first.ran).toHaveLength(1), waitFor);
    await first.stop();
    // A failed attempt would be due e seconds later.
    const { rows } = await session.raw<{ rows: unknown[] }>(
      'SELECT run_at <= now() AS "isDue" FROM graphile_worker.jobs',
    );
    expect(rows).toEqual([{ isDue: true }]);
    const second = await startNotingWorker();
    await vi.waitFor(() => expect(second.ran.map(({ machineId }) => machineId)).toEqual([id]), waitFor);
  });

  it('leaves a deaf handler behind after the limit', { tags: 'deep' }, async () => {
    const session = openSession();
    const first = await startNotingWorker(async () => new Promise(() => undefined));
    const id = await request(session);
    await vi.waitFor(() => expect(first.ran).toHaveLength(1), waitFor);
    const stoppedAt = Date.now();
    await first.stop();
    expect(Date.now() - stoppedAt).toBeLessThan(20_000);
    const second = await startNotingWorker();
    await vi.waitFor(() => expect(second.ran.map(({ machineId }) => machineId)).toEqual([id]), waitFor);
  });
});

function openMover(options: { readonly batchSizeMax?: number } = {}): JobMover {
  const mover = new JobMover({ url: database.url, clock: systemClock, attemptsMax: 10, ...options });
  onTestFinished(async () => mover.stop());
  return mover;
}

/** Hears every notification that graphile-worker's functions or the product's own connections send. */
async function listen() {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  onTestFinished(async () => client.end());
  const heard: string[] = [];
  client.on('notification', ({ channel }) => heard.push(channel));
  await client.query('LISTEN "jobs:insert"; LISTEN rsm_jobs; LISTEN rsm_events');
  return { heard };
}
