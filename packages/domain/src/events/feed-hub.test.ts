import { describe, expect, it, onTestFinished } from 'vitest';
import type { UserId } from '../common/ids.ts';
import { userIdSchema } from '../common/ids.ts';
import { instant, plusMs, type Instant } from '../common/instant.ts';
import { FeedHub } from './feed-hub.ts';
import { readFeed } from './feed-reader.ts';
import {
  FEED_AGE_MAX_MS,
  FEED_BATCH_MAX,
  FEED_PEOPLE_PER_READ_MAX,
  FEED_POLL_MS,
  FEED_RETRY_MS,
  type FeedLimits,
  type FeedMessage,
} from './feed.ts';

const person = (number: number): UserId =>
  userIdSchema.parse(`01900000-0000-7000-8000-${String(number).padStart(12, '0')}`);
const ADA = person(1);
const BOB = person(2);

/** Streams of events in memory, with the wake-ups, the clock and the timers in the hand of the test. */
function setup(limits?: FeedLimits) {
  const streams = new Map<UserId, { lastSeq: number; oldestSeq: number }>();
  const rings = new Map<UserId, Set<() => void>>();
  const reads: (readonly { readonly audience: UserId; readonly afterSeq: number }[])[] = [];
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const problems: unknown[] = [];
  let now = 1_000;
  let trouble: Error | null = null;
  let beforeAnswer: () => Promise<void> = () => Promise.resolve();
  const streamOf = (userId: UserId) => streams.get(userId) ?? { lastSeq: 0, oldestSeq: 0 };
  const after = (delayMs: number, run: () => void) => {
    const timer = { at: now + delayMs, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const hub = new FeedHub({
    reads: {
      bounds: (userId) => Promise.resolve(streamOf(userId)),
      listAfterEach: async (places, limit) => {
        reads.push(places.map(({ audience, afterSeq }) => ({ audience, afterSeq })));
        if (trouble !== null) throw trouble;
        const rows = new Map(
          places.map(({ audience, afterSeq }) => {
            const { lastSeq, oldestSeq } = streamOf(audience);
            const first = Math.max(afterSeq + 1, oldestSeq);
            const count = Math.max(0, Math.min(limit, lastSeq - first + 1));
            return [audience, Array.from({ length: count }, (_, index) => rowOf(audience, first + index))] as const;
          }),
        );
        await beforeAnswer();
        return rows;
      },
    },
    wakeups: {
      subscribe: (userId, wake) => {
        const own = rings.get(userId) ?? new Set();
        rings.set(userId, own.add(wake));
        return () => void own.delete(wake);
      },
    },
    clock: { now: () => instant(now) },
    timers: {
      after,
      every: (intervalMs, run) => {
        let stop = (): void => undefined;
        const again = (): void => {
          stop = after(intervalMs, () => {
            run().catch(() => undefined);
            again();
          });
        };
        again();
        return () => stop();
      },
    },
    ...(limits === undefined ? {} : { limits }),
    onProblem: ({ error }) => problems.push(error),
  });
  return {
    hub,
    reads,
    problems,
    timers,
    now: (): Instant => instant(now),
    ringers: (userId: UserId) => rings.get(userId)?.size ?? 0,
    fail: (error: Error | null) => (trouble = error),
    whileAnswering: (work: () => Promise<void>) => (beforeAnswer = work),
    /** Commits events without a wake-up. */
    commit: (userId: UserId, count = 1) =>
      streams.set(userId, {
        lastSeq: streamOf(userId).lastSeq + count,
        oldestSeq: Math.max(1, streamOf(userId).oldestSeq),
      }),
    forgetBefore: (userId: UserId, oldestSeq: number) => streams.set(userId, { ...streamOf(userId), oldestSeq }),
    ring: (userId: UserId) => rings.get(userId)?.forEach((wake) => wake()),
    pass: (ms: number) => {
      const until = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}

function rowOf(audience: UserId, seq: number) {
  return {
    audience,
    seq,
    at: instant(seq),
    kind: 'wallet_changed',
    subject: 'user',
    subjectId: audience,
    text: 'Paid in.',
  } as const;
}

/** A window that remembers what it took; after `takesMax` messages it is full until it is emptied. */
function windowOf(takesMax = Infinity) {
  const taken: FeedMessage[] = [];
  let [room, hasEnded] = [takesMax, false];
  return {
    taken,
    get hasEnded() {
      return hasEnded;
    },
    said: () => taken.map((message) => (message.kind === 'event' ? message.event.seq : `reset ${String(message.seq)}`)),
    empty: () => (room = takesMax),
    sink: {
      take: (messages: readonly FeedMessage[]) => {
        taken.push(...messages);
        room -= messages.length;
        return room > 0;
      },
      end: () => (hasEnded = true),
    },
  };
}

const settled = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('where a feed begins', () => {
  it.each([
    ['without a place: at the present', null, ['reset 6']],
    ['after what the client has', 4, [5, 6]],
    ['at the end of what there is', 6, []],
    ['anew, when the place was never given', 7, ['reset 6']],
    ['anew, when what followed is no longer kept', 1, ['reset 6']],
    ['with the oldest that is kept', 2, [3, 4, 5, 6]],
  ])('%s', async (_what, afterSeq, expected) => {
    const world = setup();
    world.commit(ADA, 6);
    world.forgetBefore(ADA, 3);
    const window = windowOf();
    await world.hub.follow(ADA, { afterSeq, endsAt: null, sink: window.sink });
    await settled();
    expect(window.said()).toEqual(expected);
  });
});

describe('many windows', () => {
  it('of one person share one read, and take the very same message objects', async () => {
    const world = setup();
    const windows = [windowOf(), windowOf(), windowOf()];
    for (const { sink } of windows) await world.hub.follow(ADA, { afterSeq: 0, endsAt: null, sink });
    await settled();
    expect(world.ringers(ADA)).toBe(1);
    world.reads.length = 0;
    world.commit(ADA);
    world.ring(ADA);
    await settled();
    expect(world.reads).toEqual([[{ audience: ADA, afterSeq: 0 }]]);
    const [first, ...others] = windows.map(({ taken }) => taken[0]);
    expect(first).toBeDefined();
    for (const other of others) expect(other).toBe(first);
  });

  it('of many people are read by few statements, and nobody gets what is another’s', async () => {
    const world = setup();
    const people = Array.from({ length: FEED_PEOPLE_PER_READ_MAX + 20 }, (_, index) => person(index + 1));
    const windows = people.map(() => windowOf());
    await Promise.all(
      people.map(async (userId, index) =>
        world.hub.follow(userId, { afterSeq: 0, endsAt: null, sink: windows[index]?.sink ?? windowOf().sink }),
      ),
    );
    await settled();
    world.reads.length = 0;
    for (const userId of people) world.commit(userId);
    for (const userId of people) world.ring(userId);
    await settled();
    expect(world.reads.map((places) => places.length)).toEqual([1, FEED_PEOPLE_PER_READ_MAX, 19]);
    for (const [index, window] of windows.entries()) {
      expect(window.taken).toMatchObject([{ event: { audience: people[index], seq: 1 } }]);
    }
  });

  it('of which one came with an older place while the others were read for: it misses nothing', async () => {
    const world = setup();
    world.commit(ADA, 3);
    const [first, late] = [windowOf(), windowOf()];
    await world.hub.follow(ADA, { afterSeq: 3, endsAt: null, sink: first.sink });
    await settled();
    world.whileAnswering(async () => {
      world.whileAnswering(() => Promise.resolve());
      await world.hub.follow(ADA, { afterSeq: 1, endsAt: null, sink: late.sink });
    });
    world.commit(ADA);
    world.ring(ADA);
    await settled();
    expect(first.said()).toEqual([4]);
    expect(late.said()).toEqual([2, 3, 4]);
  });
});

describe('a slow window', () => {
  it('is not read for while it is full, holds nobody up, and goes on where it stopped', async () => {
    const world = setup();
    const [slow, quick] = [windowOf(2), windowOf()];
    const feed = await world.hub.follow(ADA, { afterSeq: 0, endsAt: null, sink: slow.sink });
    await world.hub.follow(ADA, { afterSeq: 0, endsAt: null, sink: quick.sink });
    for (let count = 0; count < 5; count += 1) {
      world.commit(ADA);
      world.ring(ADA);
      await settled();
    }
    expect(slow.said()).toEqual([1, 2]);
    expect(quick.said()).toEqual([1, 2, 3, 4, 5]);
    expect(world.reads.at(-1)).toEqual([{ audience: ADA, afterSeq: 4 }]);
    slow.empty();
    feed.resume();
    await settled();
    expect(slow.said()).toEqual([1, 2, 3, 4, 5]);
  });

  it('that has much to catch up on takes turns with the others', async () => {
    const world = setup();
    world.commit(ADA, FEED_BATCH_MAX * 2 + 1);
    const [behind, other] = [windowOf(), windowOf()];
    await world.hub.follow(BOB, { afterSeq: 0, endsAt: null, sink: other.sink });
    await settled();
    world.reads.length = 0;
    await world.hub.follow(ADA, { afterSeq: 0, endsAt: null, sink: behind.sink });
    world.commit(BOB);
    world.ring(BOB);
    await settled();
    expect(behind.said()).toHaveLength(FEED_BATCH_MAX * 2 + 1);
    expect(world.reads.map((places) => places.map(({ audience }) => audience))).toEqual([[ADA], [BOB, ADA], [ADA]]);
  });
});

describe('what is lost on the way', () => {
  it('a wake-up: the poll finds the event', async () => {
    const world = setup();
    const window = windowOf();
    await world.hub.follow(ADA, { afterSeq: 0, endsAt: null, sink: window.sink });
    await settled();
    world.commit(ADA);
    world.pass(FEED_POLL_MS);
    await settled();
    expect(window.said()).toEqual([1]);
  });

  it('the database: it is asked again, and the feeds stay open', async () => {
    const world = setup();
    const window = windowOf();
    await world.hub.follow(ADA, { afterSeq: 0, endsAt: null, sink: window.sink });
    await settled();
    world.fail(new Error('Postgres is gone.'));
    world.commit(ADA);
    world.ring(ADA);
    await settled();
    expect(world.problems).toHaveLength(1);
    world.fail(null);
    world.pass(FEED_RETRY_MS);
    await settled();
    expect(window.said()).toEqual([1]);
    expect(window.hasEnded).toBe(false);
  });
});

describe('the end of a feed', () => {
  it.each([
    ['its token', 5_000, 5_000],
    ['its age', FEED_AGE_MAX_MS * 2, FEED_AGE_MAX_MS],
    ['a token that was over already', -1, 0],
  ])('comes with %s', async (_what, tokenLeftMs, expectedMs) => {
    const world = setup();
    const window = windowOf();
    const endsAt = plusMs(world.now(), Math.max(0, tokenLeftMs));
    await world.hub.follow(ADA, { afterSeq: 0, endsAt, sink: window.sink });
    if (expectedMs > 0) world.pass(expectedMs - 1);
    expect(window.hasEnded).toBe(false);
    world.pass(1);
    expect(window.hasEnded).toBe(true);
    expect(world.hub.size).toBe(0);
  });

  it('leaves nothing behind, and may come twice', async () => {
    const world = setup();
    const feed = await world.hub.follow(ADA, { afterSeq: 0, endsAt: null, sink: windowOf().sink });
    feed.close();
    feed.close();
    feed.resume();
    await settled();
    expect(world.hub.size).toBe(0);
    expect(world.ringers(ADA)).toBe(0);
    expect(world.timers.size).toBe(0);
  });
});

describe('too many feeds', () => {
  it('of one person are refused with what to do, and a closed one makes room', async () => {
    const world = setup({ perUser: 2, perProcess: 10 });
    const open = async (userId: UserId) =>
      world.hub.follow(userId, { afterSeq: 0, endsAt: null, sink: windowOf().sink });
    const first = await open(ADA);
    await open(ADA);
    await expect(open(ADA)).rejects.toMatchObject({
      code: 'limit_reached',
      message: 'You have 2 live windows open, and more are not served.',
      remedy: 'Close a window of this marketplace on one of your computers. What is open stays live.',
    });
    await open(BOB);
    first.close();
    await open(ADA);
    expect(world.hub.size).toBe(3);
  });

  it('of all people together are refused as busy, and those at once count too', async () => {
    const world = setup({ perUser: 2, perProcess: 3 });
    const asked = Array.from({ length: 10 }, async (_, index) =>
      world.hub.follow(person(index + 1), { afterSeq: 0, endsAt: null, sink: windowOf().sink }),
    );
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'busy' } });
    expect(world.hub.size).toBe(3);
  });
});

describe('a feed that is read message by message', () => {
  it('brings what was there and what comes, and ends with its signal', async () => {
    const world = setup();
    world.commit(ADA, 2);
    const reader = new AbortController();
    onTestFinished(() => reader.abort());
    const feed = readFeed(world.hub, ADA, { afterSeq: 0, signal: reader.signal });
    const next = async (): Promise<unknown> => (await feed.next()).value;
    expect(await next()).toMatchObject({ event: { seq: 1 } });
    expect(await next()).toMatchObject({ event: { seq: 2 } });
    const waiting = next();
    await settled();
    world.commit(ADA);
    world.ring(ADA);
    expect(await waiting).toMatchObject({ event: { seq: 3 } });
    const ended = feed.next();
    reader.abort();
    expect((await ended).done).toBe(true);
    expect(world.hub.size).toBe(0);
  });
});
