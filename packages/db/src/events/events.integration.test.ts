import type { UserId } from '@rsm/domain/common/ids';
import { newId, userIdSchema } from '@rsm/domain/common/ids';
import { DAY_MS } from '@rsm/domain/common/instant';
import type { NewEvent } from '@rsm/domain/events/event';
import { describe, expect, test } from 'vitest';

import { testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

function eventFor(audience: UserId, text = 'Something happened.'): NewEvent {
  return { audience, kind: 'wallet_changed', subject: 'user', subjectId: audience, text };
}

describe('the event streams', () => {
  const fixture = useUnitOfWork({ poolMax: 40 });
  const newAudience = (): UserId => newId(testIds, userIdSchema);

  test('number the events of each audience without gaps, however many transactions write and fail at once', async () => {
    const { uow } = fixture();
    const audiences = [newAudience(), newAudience(), newAudience()];
    const write = (round: number) =>
      uow.run(async (tx) => {
        // In another order each time: the unit of work sorts them, so that no two writers wait for each other.
        const order = round % 2 === 0 ? audiences : audiences.toReversed();
        for (const audience of order) tx.events.add(eventFor(audience, `round ${round}`));
        if (round % 3 === 0) throw new Error('This one fails.');
        await Promise.resolve();
      });
    await Promise.allSettled(Array.from({ length: 300 }, (_, round) => write(round)));
    for (const audience of audiences) {
      const events = await uow.reads.events.listAfter(audience, 0, 1_000);
      expect(events.map((event) => event.seq)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
      expect(await uow.reads.events.bounds(audience)).toEqual({ lastSeq: 200, oldestSeq: 1 });
    }
  });

  test('become visible in the order of their numbers: a reader never has to look back', async () => {
    const { uow } = fixture();
    const audience = newAudience();
    const written = new AbortController();
    const gaps: string[] = [];
    const reader = (async () => {
      let seen = 0;
      while (seen < 200 && !written.signal.aborted) {
        for (const event of await uow.reads.events.listAfter(audience, seen, 1_000)) {
          if (event.seq !== seen + 1) gaps.push(`${event.seq} after ${seen}`);
          seen = event.seq;
        }
      }
    })();
    await Promise.all(
      Array.from({ length: 200 }, () =>
        uow.run((tx) => {
          tx.events.add(eventFor(audience));
          return Promise.resolve();
        }),
      ),
    ).finally(() => setTimeout(() => written.abort(), 5_000).unref());
    await reader;
    expect(written.signal.aborted).toBe(false);
    expect(gaps).toEqual([]);
  });

  test('keep the order in which one transaction added them', async () => {
    const { uow } = fixture();
    const audience = newAudience();
    await uow.run((tx) => {
      for (const text of ['one', 'two', 'three']) tx.events.add(eventFor(audience, text));
      return Promise.resolve();
    });
    const events = await uow.reads.events.listAfter(audience, 0, 10);
    expect(events.map((event) => event.text)).toEqual(['one', 'two', 'three']);
    expect(events[0]?.at).toBe(fixture().clock.now());
    expect(await uow.reads.events.bounds(newAudience())).toEqual({ lastSeq: 0, oldestSeq: 0 });
  });

  test('are read for several audiences at once, each after its own place and up to its own limit', async () => {
    const { uow } = fixture();
    const [ahead, behind, empty] = [newAudience(), newAudience(), newAudience()];
    await uow.run((tx) => {
      for (const audience of [ahead, behind, ahead, behind, behind]) tx.events.add(eventFor(audience));
      return Promise.resolve();
    });
    const places = [
      { audience: ahead, afterSeq: 1 },
      { audience: behind, afterSeq: 0 },
      { audience: empty, afterSeq: 0 },
    ];
    const rows = await uow.reads.events.listAfterEach(places, 2);
    const seqsOf = (audience: UserId) => rows.get(audience)?.map(({ seq }) => seq);
    expect([seqsOf(ahead), seqsOf(behind), seqsOf(empty)]).toEqual([[2], [1, 2], undefined]);
    expect(rows.get(behind)).toEqual(await uow.reads.events.listAfter(behind, 0, 2));
  });

  test('a month without a partition stops nobody, and its events move when the partition is made', async () => {
    const { uow, clock, knex } = fixture();
    const audience = newAudience();
    clock.advance(2_000 * DAY_MS);
    await uow.run((tx) => {
      tx.events.add(eventFor(audience));
      return Promise.resolve();
    });
    const where = async (): Promise<string | undefined> => {
      const found = await knex.raw<{ rows: { name: string }[] }>(
        'SELECT tableoid::regclass::text AS name FROM events WHERE audience = ?',
        [audience],
      );
      return found.rows[0]?.name;
    };
    expect(await where()).toBe('events_default');
    const now = new Date(clock.now());
    const ensure = () =>
      knex.raw<{ rows: { made: number }[] }>('SELECT ensure_event_partitions(?, 2) AS made', [now.toISOString()]);
    expect((await ensure()).rows[0]?.made).toBe(3);
    expect((await ensure()).rows[0]?.made).toBe(0);
    expect(await where()).toBe(`events_${now.toISOString().slice(0, 7).replace('-', '_')}`);
    expect(await uow.reads.events.listAfter(audience, 0, 10)).toHaveLength(1);
  });

  test('old months are dropped as a whole, and the numbers go on after them', async () => {
    const { uow, clock, knex } = fixture();
    const audience = newAudience();
    const write = () =>
      uow.run((tx) => {
        tx.events.add(eventFor(audience));
        return Promise.resolve();
      });
    await knex.raw('SELECT ensure_event_partitions(?, 0)', [new Date(clock.now()).toISOString()]);
    await write();
    clock.advance(40 * DAY_MS);
    await write();
    const keepFrom = new Date(clock.now() - 8 * DAY_MS);
    const dropped = await knex.raw<{ rows: { count: number }[] }>('SELECT drop_event_partitions_before(?) AS count', [
      keepFrom.toISOString(),
    ]);
    expect(dropped.rows[0]?.count).toBeGreaterThan(0);
    expect(await uow.reads.events.bounds(audience)).toEqual({ lastSeq: 2, oldestSeq: 2 });
    await write();
    expect((await uow.reads.events.listAfter(audience, 2, 10)).map((event) => event.seq)).toEqual([3]);
  });
});
