import { randomUUID } from 'node:crypto';

import { DomainError, notFound } from '@rsm/domain/common/domain-error';
import { bookingIdSchema, newId } from '@rsm/domain/common/ids';
import { plusMs, SECOND_MS } from '@rsm/domain/common/instant';
import type { Tx } from '@rsm/domain/unit-of-work/unit-of-work';
import { Client, DatabaseError } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';

import { createKnex } from '../connection/create-knex.ts';
import { Replica } from '../connection/replica.ts';
import { makeUser, seedMarket, testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';
import { createUnitOfWork, type Committed } from './pg-unit-of-work.ts';

/** An error as pg throws it. */
function databaseError(code: string): DatabaseError {
  return Object.assign(new DatabaseError('made by a test', 0, 'error'), { code });
}

describe('the unit of work', () => {
  const fixture = useUnitOfWork();

  test('commits what the work wrote, and nothing of it when the work throws', async () => {
    const { uow, clock } = fixture();
    const [kept, lost] = [makeUser(clock.now()), makeUser(clock.now())];
    expect(await uow.run((tx) => tx.users.insertOrFind(kept))).toEqual(kept);
    const failing = uow.run(async (tx) => {
      await tx.users.insertOrFind(lost);
      throw new DomainError('conflict', 'The work changed its mind.');
    });
    await expect(failing).rejects.toMatchObject({ code: 'conflict' });
    expect(await uow.reads.users.findById(kept.id)).toEqual(kept);
    expect(await uow.reads.users.findById(lost.id)).toBeNull();
  });

  test.each(['40001', '40P01'])('does the work again after %s, at most three times', async (code) => {
    const { uow } = fixture();
    let calls = 0;
    const fails = uow.run(() => {
      calls += 1;
      return Promise.reject(databaseError(code));
    });
    await expect(fails).rejects.toMatchObject({ code });
    expect(calls).toBe(4);

    calls = 0;
    const succeeds = uow.run(() => {
      calls += 1;
      return calls < 3 ? Promise.reject(databaseError(code)) : Promise.resolve('done');
    });
    expect(await succeeds).toBe('done');
  });

  test('does not do the work again after any other error', async () => {
    const { uow } = fixture();
    let calls = 0;
    const fails = uow.run(() => {
      calls += 1;
      return Promise.reject(databaseError('23505'));
    });
    await expect(fails).rejects.toMatchObject({ code: '23505' });
    expect(calls).toBe(1);
  });

  test('a real deadlock is retried and both sides arrive', async () => {
    const { uow, clock } = fixture();
    const [first, second] = [makeUser(clock.now()), makeUser(clock.now())];
    await uow.run(async (tx) => {
      await tx.users.insertOrFind(first);
      await tx.users.insertOrFind(second);
    });
    let runs = 0;
    let held = 0;
    // Each goes on when both hold their first row: a pause would hope for that on a busy machine.
    const bothHold = Promise.withResolvers<undefined>();
    const cross = (a: typeof first, b: typeof first) =>
      uow.run(async (tx) => {
        runs += 1;
        await tx.users.updateDisplayName(a.id, 'locked first');
        held += 1;
        if (held === 2) bothHold.resolve(undefined);
        await bothHold.promise;
        await tx.users.updateDisplayName(b.id, 'locked second');
      });
    await Promise.all([cross(first, second), cross(second, first)]);
    expect(runs).toBeGreaterThan(2);
  });

  test('a nested run is refused, and so is whatever reaches out, until the transaction is over', async () => {
    const { knex, clock } = fixture();
    const { uow, assertOutsideTransaction } = createUnitOfWork({ knex, clock });
    await expect(uow.run(() => uow.run(() => Promise.resolve()))).rejects.toThrow(
      'A nested unit of work must not happen inside a transaction.',
    );
    const reachOut = async (): Promise<string> => {
      await Promise.resolve();
      assertOutsideTransaction('SSH');
      return 'reached';
    };
    await expect(uow.run(reachOut)).rejects.toThrow('SSH must not happen inside a transaction.');
    expect(await reachOut()).toBe('reached');
    const [inside, outside] = await Promise.allSettled([uow.run(reachOut), reachOut()]);
    expect(inside).toMatchObject({ status: 'rejected' });
    expect(outside).toMatchObject({ status: 'fulfilled' });
  });

  test('what leaks out of the work can not be used afterwards', async () => {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now());
    const leaked = await uow.run<Tx>((tx) => Promise.resolve(tx));
    await expect(leaked.users.insertOrFind(user)).rejects.toThrow(/Transaction query already complete/);
    const add = () =>
      leaked.events.add({ audience: user.id, kind: 'wallet_changed', subject: 'user', subjectId: user.id, text: '' });
    expect(add).toThrow('The transaction has ended');
  });

  test('waits for a lock only so long, and then says that the marketplace is busy', async () => {
    const { knex, clock, owner } = fixture();
    const { uow } = createUnitOfWork({ knex, clock, lockTimeoutMs: 100 });
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    await owner.transaction(async (trx) => {
      await trx('users').where({ id: user.id }).forUpdate();
      await expect(uow.run((tx) => tx.users.updateDisplayName(user.id, 'x'))).rejects.toMatchObject({ code: 'busy' });
    });
  });

  test('waits for a connection of the pool only so long, and says that too', async () => {
    const { clock, database } = fixture();
    const knex = createKnex({ url: database.url, poolMax: 1, acquireTimeoutMs: 2_000 });
    const { uow } = createUnitOfWork({ knex, clock });
    const [taken, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = uow.run(async () => {
      taken.resolve();
      await end.promise;
    });
    await taken.promise;
    await expect(uow.run(async () => Promise.resolve())).rejects.toMatchObject({ code: 'busy' });
    end.resolve();
    await holder;
    await knex.destroy();
  });

  test('tells after the commit whom it concerned, once per attempt that counted', async () => {
    const { knex, clock } = fixture();
    const told: Committed[] = [];
    const { uow } = createUnitOfWork({ knex, clock, onCommitted: (committed) => told.push(committed) });
    const user = makeUser(clock.now());
    let attempts = 0;
    await uow.run(async (tx) => {
      attempts += 1;
      await tx.users.insertOrFind(user);
      for (let index = 0; index < 2; index += 1) {
        tx.events.add({ audience: user.id, kind: 'wallet_changed', subject: 'user', subjectId: user.id, text: '' });
      }
      if (attempts === 1) throw databaseError('40001');
    });
    await uow.run((tx) => tx.users.updateDisplayName(user.id, 'quiet'));
    await expect(uow.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(told).toEqual([{ audiences: [user.id], jobs: false }]);
    expect(await uow.reads.events.listAfter(user.id, 0, 10)).toHaveLength(2);
  });

  test('a job with the same key replaces the one that was not handed over; the last of one transaction wins', async () => {
    const { uow, clock, owner } = fixture();
    const bookingId = newId(testIds, bookingIdSchema);
    const request = (runAt: number) => ({
      name: 'booking.end' as const,
      payload: { bookingId },
      key: `booking:${bookingId}:end`,
      runAt: plusMs(clock.now(), runAt),
    });
    await uow.run((tx) => Promise.resolve([tx.jobs.add(request(1)), tx.jobs.add(request(2))]));
    await uow.run((tx) => Promise.resolve(tx.jobs.add(request(3_000))));
    const rows = await owner('job_requests').where({ key: `booking:${bookingId}:end` });
    expect(rows).toMatchObject([
      { name: 'booking.end', payload: { bookingId }, run_at: plusMs(clock.now(), 3 * SECOND_MS) },
    ]);
  });

  test('no transaction that writes events and jobs notifies: that would take a database-wide lock', async () => {
    const { uow, database, clock } = fixture();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const heard: string[] = [];
    client.on('notification', (message) => heard.push(message.channel));
    const channels = ['rsm_events', 'rsm_jobs', 'jobs:insert', 'worker:migrate'];
    for (const channel of channels) await client.query(`LISTEN "${channel}"`);
    const { renter } = await seedMarket(uow, clock);
    await uow.run((tx) => {
      tx.events.add({ audience: renter.id, kind: 'wallet_changed', subject: 'user', subjectId: renter.id, text: '' });
      tx.jobs.add({ name: 'sweep', payload: {}, key: randomUUID() });
      return Promise.resolve();
    });
    // The control: what this listener hears when somebody does notify, so that silence means something.
    await uow.run(() =>
      fixture()
        .knex.raw('NOTIFY rsm_jobs')
        .then(() => undefined),
    );
    await client.query('SELECT 1');
    expect(heard).toEqual(['rsm_jobs']);
    await client.end();
  });
});

describe('idempotency keys', () => {
  const fixture = useUnitOfWork({ poolMax: 40 });

  test('a hundred calls at once with one key do the work once and get one answer', async () => {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    const claim = { userId: user.id, operation: 'test.do', key: randomUUID() };
    let effects = 0;
    const call = () =>
      uow.run(async (tx) => {
        const earlier = await tx.idempotency.claim({ ...claim, input: 'same' });
        if (earlier.kind === 'answered') return earlier.answer;
        effects += 1;
        const answer = randomUUID();
        await tx.idempotency.answer({ ...claim, answer });
        return answer;
      });
    const answers = await Promise.all(Array.from({ length: 100 }, call));
    expect(new Set(answers).size).toBe(1);
    expect(effects).toBe(1);
  });

  test('the same key with another input is a conflict; for another person or operation it is another key', async () => {
    const { uow, clock } = fixture();
    const [user, other] = [makeUser(clock.now()), makeUser(clock.now())];
    const key = randomUUID();
    await uow.run(async (tx) => {
      await tx.users.insertOrFind(user);
      await tx.users.insertOrFind(other);
      await tx.idempotency.claim({ userId: user.id, operation: 'a', key, input: 'one' });
      await tx.idempotency.answer({ userId: user.id, operation: 'a', key, answer: 'first' });
    });
    const claim = (userId: typeof user.id, operation: string, input: string) =>
      uow.run((tx) => tx.idempotency.claim({ userId, operation, key, input }).then(async (answer) => {
        if (answer.kind === 'new') await tx.idempotency.answer({ userId, operation, key, answer: 'x' });
        return answer;
      })); // prettier-ignore
    await expect(claim(user.id, 'a', 'two')).rejects.toMatchObject({
      code: 'idempotency_conflict',
      field: 'idempotencyKey',
    });
    expect(await claim(user.id, 'a', 'one')).toEqual({ kind: 'answered', answer: 'first' });
    expect(await claim(other.id, 'a', 'two')).toEqual({ kind: 'new' });
    expect(await claim(user.id, 'b', 'two')).toEqual({ kind: 'new' });
  });

  test('a holder that fails leaves the key free for the one that waited', async () => {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    const claim = { userId: user.id, operation: 'test.fail', key: randomUUID() };
    const claimed = Promise.withResolvers<void>();
    const failing = uow.run(async (tx) => {
      await tx.idempotency.claim({ ...claim, input: 'x' });
      claimed.resolve();
      await new Promise((resolve) => setTimeout(resolve, 150));
      throw new Error('The first one fails.');
    });
    await claimed.promise;
    const waiting = uow.run((tx) => tx.idempotency.claim({ ...claim, input: 'x' }));
    await expect(failing).rejects.toThrow('The first one fails.');
    expect(await waiting).toEqual({ kind: 'new' });
  });
});

/** A real pair of servers is tried by the server's tests; here the copy is the same database, or none. */
describe('reads that may be stale', () => {
  const fixture = useUnitOfWork();

  /** A unit of work with a replica that says of itself that it is fresh. */
  function withReplica(url: string) {
    const { knex, clock } = fixture();
    const copy = createKnex({ url, acquireTimeoutMs: 2_000 });
    onTestFinished(async () => copy.destroy());
    const seen: { by: string[]; distrusted: number; shown: number } = { by: [], distrusted: 0, shown: 0 };
    const replica = {
      knex: copy,
      isFresh: () => seen.distrusted === 0,
      distrust: () => void (seen.distrusted += 1),
      untilShown: async () => void (seen.shown += 1),
    };
    const { uow } = createUnitOfWork({ knex, clock, replica, onStaleRead: (by) => seen.by.push(by) });
    return { uow, seen };
  }

  test('are made on a fresh replica, and what it lacks is looked for on the primary', async () => {
    const { clock, database } = fixture();
    const { uow, seen } = withReplica(database.url);
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    expect(await uow.readStale((reads) => reads.users.findById(user.id))).toEqual(user);
    const missing = uow.readStale(() => Promise.reject(notFound('listing')));
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
    expect(seen).toMatchObject({ by: ['replica', 'primary'], distrusted: 0 });
  });

  test('are made on the primary from the first failure of the replica on', async () => {
    const { clock } = fixture();
    const { uow, seen } = withReplica('postgres://nobody@127.0.0.1:1/nothing');
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    expect(await uow.readStale((reads) => reads.users.findById(user.id))).toEqual(user);
    expect(await uow.readStale((reads) => reads.users.findById(user.id))).toEqual(user);
    expect(seen).toMatchObject({ by: ['primary', 'primary'], distrusted: 1 });
  });

  test.each([
    ['a refusal', new DomainError('invalid_cursor', 'No.'), 1],
    ['a search that takes too long', new DomainError('busy', 'Slow.', { cause: databaseError('57014') }), 1],
    ['a replica that is full', new DomainError('busy', 'Full.', { cause: databaseError('53300') }), 2],
    ['a statement that replaying has cancelled', databaseError('40001'), 2],
  ])('are not made twice after %s, unless the primary may say something else', async (_what, error, times) => {
    const { uow } = withReplica(fixture().database.url);
    let calls = 0;
    const failing = uow.readStale(() => {
      calls += 1;
      return Promise.reject(error);
    });
    await expect(failing).rejects.toBe(error);
    expect(calls).toBe(times);
  });

  test('follow a change that is to be shown at once', async () => {
    const { clock, database } = fixture();
    const { uow, seen } = withReplica(database.url);
    await uow.run((tx) => tx.users.insertOrFind(makeUser(clock.now())));
    expect(seen.shown).toBe(0);
    await uow.runShown((tx) => tx.users.insertOrFind(makeUser(clock.now())));
    expect(seen.shown).toBe(1);
  });

  test('never go to a server that follows nobody, and a change waits for it no longer than the limit', async () => {
    const { clock, database, knex } = fixture();
    const changes: boolean[] = [];
    const replica = new Replica({
      url: database.url,
      primary: knex,
      staleMsMax: 100,
      onChange: ({ isFresh }) => changes.push(isFresh),
    });
    const { uow } = createUnitOfWork({ knex, clock, replica });
    await uow.runShown((tx) => tx.users.insertOrFind(makeUser(clock.now())));
    expect(replica.isFresh()).toBe(false);
    await replica.stop();
    expect(replica.isFresh()).toBe(false);
    expect(changes).toEqual([]);
  });
});
