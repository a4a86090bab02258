import { setTimeout as sleep } from 'node:timers/promises';

import { userIdSchema, type UserId } from '@rsm/domain/common/ids';
import pg from 'pg';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { CommitNotifier } from './commit-notifier.ts';
import { PgEventWakeups } from './pg-event-wakeups.ts';

let database: TestDatabase;

beforeEach(async () => {
  const fresh = await createTestDatabase();
  database = fresh;
  onTestFinished(async () => fresh.drop());
});

/** A UUIDv7 with this number at its end. */
function audience(n: number): UserId {
  return userIdSchema.parse(`01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);
}

const problems: string[] = [];

async function startWakeups(): Promise<PgEventWakeups> {
  const wakeups = new PgEventWakeups({ url: database.url, onProblem: ({ message }) => problems.push(message) });
  await wakeups.start();
  onTestFinished(async () => wakeups.stop());
  return wakeups;
}

function openNotifier(options: { readonly coalesceMs?: number } = {}): CommitNotifier {
  const notifier = new CommitNotifier({
    url: database.url,
    onProblem: ({ message }) => problems.push(message),
    ...options,
  });
  onTestFinished(async () => notifier.stop());
  return notifier;
}

async function openClient(url = database.ownerUrl): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(async () => client.end());
  return client;
}

async function hear(): Promise<{ channel: string; payload: string }[]> {
  const client = await openClient();
  const heard: { channel: string; payload: string }[] = [];
  client.on('notification', ({ channel, payload }) => heard.push({ channel, payload: payload ?? '' }));
  await client.query('LISTEN rsm_events; LISTEN rsm_jobs');
  return heard;
}

/** Ends connections by their name, as an operator or a restart would. */
async function terminate(applicationName: string): Promise<number> {
  const client = await openClient(database.url);
  const { rowCount } = await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [applicationName],
  );
  return rowCount ?? 0;
}

describe('wake-ups', () => {
  it('reach every reader of the audience and nobody else', async () => {
    const wakeups = await startWakeups();
    const [first, second, stranger, jobs] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
    wakeups.subscribe(audience(1), first);
    wakeups.subscribe(audience(1), second);
    wakeups.subscribe(audience(2), stranger);
    wakeups.onJobs(jobs);
    openNotifier().notifyAfterCommit({ audiences: [audience(1)], jobs: false });
    await expect.poll(() => [first, second].map((wake) => wake.mock.calls.length)).toEqual([1, 1]);
    await sleep(50);
    expect(stranger).not.toHaveBeenCalled();
    expect(jobs).not.toHaveBeenCalled();
  });

  it('end with the subscription, one by one even for the same function', async () => {
    const wakeups = await startWakeups();
    const wake = vi.fn();
    const stopFirst = wakeups.subscribe(audience(1), wake);
    wakeups.subscribe(audience(1), wake);
    stopFirst();
    stopFirst();
    openNotifier().notifyAfterCommit({ audiences: [audience(1)], jobs: false });
    await expect.poll(() => wake).toHaveBeenCalledTimes(1);
    await sleep(50);
    expect(wake).toHaveBeenCalledTimes(1);
  });

  it('come to everybody after the listener lost its connection, because something may have been missed', async () => {
    const wakeups = await startWakeups();
    const [reader, jobs] = [vi.fn(), vi.fn()];
    wakeups.subscribe(audience(1), reader);
    wakeups.onJobs(jobs);
    problems.length = 0;
    expect(await terminate('rsm listener')).toBe(1);
    await vi.waitFor(() => expect(reader).toHaveBeenCalledTimes(1), 20_000);
    expect(jobs).toHaveBeenCalledTimes(1);
    expect(problems).toEqual(['The listener lost its connection; it connects again']);
    openNotifier().notifyAfterCommit({ audiences: [audience(1)], jobs: true });
    await expect.poll(() => [reader, jobs].map((wake) => wake.mock.calls.length)).toEqual([2, 2]);
  });

  it('cannot begin at a wrong address, and say so', async () => {
    const wakeups = new PgEventWakeups({ url: 'postgres://nobody:wrong@127.0.0.1:1/nothing' });
    await expect(wakeups.start()).rejects.toThrow(/ECONNREFUSED/);
    await wakeups.stop();
  });

  it('leave no connection behind', async () => {
    const wakeups = await startWakeups();
    const notifier = openNotifier();
    notifier.notifyAfterCommit({ audiences: [audience(1)], jobs: true });
    await notifier.stop();
    await wakeups.stop();
    expect(await terminate('rsm listener')).toBe(0);
    expect(await terminate('rsm notifier')).toBe(0);
  });
});

describe('the notifier', () => {
  it('sends one notification for many commits', async () => {
    const heard = await hear();
    const notifier = openNotifier({ coalesceMs: 30 });
    for (let n = 0; n < 500; n += 1) notifier.notifyAfterCommit({ audiences: [audience(n % 3)], jobs: n === 7 });
    await expect.poll(() => heard).toHaveLength(2);
    await sleep(100);
    expect(heard).toEqual([
      { channel: 'rsm_events', payload: [0, 1, 2].map(audience).join(',') },
      { channel: 'rsm_jobs', payload: '' },
    ]);
  });

  it('says what comes first at once, and what comes soon after it when its time is up', async () => {
    const heard = await hear();
    const notifier = openNotifier({ coalesceMs: 100 });
    notifier.notifyAfterCommit({ audiences: [audience(0)], jobs: false });
    await expect.poll(() => heard).toHaveLength(1);
    notifier.notifyAfterCommit({ audiences: [audience(1)], jobs: false });
    await expect.poll(() => heard.map(({ payload }) => payload)).toEqual([audience(0), audience(1)]);
  });

  it('wakes everybody when the audiences would not fit into a payload', async () => {
    const heard = await hear();
    openNotifier().notifyAfterCommit({ audiences: Array.from({ length: 201 }, (_, n) => audience(n)), jobs: false });
    await expect.poll(() => heard).toEqual([{ channel: 'rsm_events', payload: '*' }]);
    openNotifier().notifyAfterCommit({ audiences: Array.from({ length: 200 }, (_, n) => audience(n)), jobs: false });
    await expect.poll(() => heard).toHaveLength(2);
    expect(heard[1]?.payload.length).toBeLessThan(8_000);
    expect(heard[1]?.payload.split(',')).toHaveLength(200);
  });

  it('sends again what a lost connection took', async () => {
    const heard = await hear();
    const notifier = openNotifier();
    notifier.notifyAfterCommit({ audiences: [audience(1)], jobs: false });
    await expect.poll(() => heard).toHaveLength(1);
    expect(await terminate('rsm notifier')).toBe(1);
    notifier.notifyAfterCommit({ audiences: [audience(2)], jobs: true });
    await vi.waitFor(() => expect(heard.some(({ channel }) => channel === 'rsm_jobs')).toBe(true), 20_000);
    // By name or, when the message itself was lost, together with all others.
    expect(heard.slice(1).some(({ payload }) => payload === '*' || payload === audience(2))).toBe(true);
  });

  it('gathers what comes within its time, and sends all of it together when it is stopped', async () => {
    const heard = await hear();
    const notifier = openNotifier({ coalesceMs: 60_000 });
    notifier.notifyAfterCommit({ audiences: [audience(0)], jobs: false });
    await expect.poll(() => heard).toHaveLength(1);
    for (const n of [1, 2, 3]) {
      notifier.notifyAfterCommit({ audiences: [audience(n)], jobs: false });
      await sleep(20);
    }
    expect(heard).toHaveLength(1);
    await notifier.stop();
    const together = [1, 2, 3].map(audience).join(',');
    await expect.poll(() => heard.map(({ payload }) => payload)).toEqual([audience(0), together]);
  });

  it('never throws and ends within its limit when there is no database', async () => {
    const notifier = new CommitNotifier({ url: 'postgres://nobody:wrong@127.0.0.1:1/nothing', coalesceMs: 0 });
    notifier.notifyAfterCommit({ audiences: [audience(1)], jobs: true });
    await sleep(30);
    const before = Date.now();
    await notifier.stop();
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});
