import type { AppRouter } from '@rsm/api';
import type { TRPCClient } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveFeed, type FeedState } from './live-feed.ts';

/** What the feed gives to the client for each connection: the test plays the server with it. */
interface Handlers {
  readonly onStarted: () => void;
  readonly onData: (message: { readonly id: string; readonly data: unknown }) => void;
  readonly onComplete: () => void;
  readonly onError: () => void;
}

const event = (seq: number) => ({
  kind: 'event',
  event: {
    seq,
    kind: 'booking_active',
    subject: 'booking',
    subjectId: '01a200c2-989e-75be-bef1-09afe76118fb',
    text: 'Access works.',
    at: '2030-05-01T12:00:00.000Z',
  },
});

function startFeed() {
  const connections: { readonly lastEventId: string | null; readonly handlers: Handlers }[] = [];
  const states: FeedState['kind'][] = [];
  const seen: number[] = [];
  const resets = vi.fn<() => void>();
  const client = {
    events: {
      feed: {
        subscribe: (input: { readonly lastEventId: string | null }, handlers: Handlers) => {
          connections.push({ lastEventId: input.lastEventId, handlers });
          return { unsubscribe: () => undefined };
        },
      },
    },
  };
  const feed = new LiveFeed({
    client: client as unknown as TRPCClient<AppRouter>,
    onEvent: ({ seq }) => seen.push(seq),
    onReset: resets,
    onState: ({ kind }) => states.push(kind),
  });
  feed.start();
  return {
    feed,
    connections,
    states,
    seen,
    resets,
    last: () => connections.at(-1)?.handlers ?? expect.fail('There is no connection.'),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the live feed', () => {
  it('resumes after the last event it saw', () => {
    const { last, connections, seen } = startFeed();
    last().onStarted();
    last().onData({ id: '7', data: event(7) });
    last().onError();
    vi.advanceTimersByTime(2_000);
    expect(connections.map(({ lastEventId }) => lastEventId)).toEqual([null, '7']);
    expect(seen).toEqual([7]);
  });

  it('goes on at once when the server ends it with its token', () => {
    const { last, connections, states } = startFeed();
    last().onStarted();
    vi.advanceTimersByTime(300_000);
    last().onComplete();
    expect(connections).toHaveLength(2);
    expect(states).not.toContain('lost');
  });

  it('waits longer and longer for a server that ends it at once (bug: it asked without a pause)', () => {
    const { last, connections } = startFeed();
    for (let time = 0; time < 60_000; time += 10) {
      const before = connections.length;
      last().onStarted();
      last().onComplete();
      expect(connections.length, 'no new connection in the same moment').toBe(before);
      vi.advanceTimersByTime(10);
    }
    // Two seconds at most, and not much less: about thirty in a minute.
    expect(connections.length).toBeGreaterThan(20);
    expect(connections.length).toBeLessThan(60);
  });

  it('is back within two seconds however often it failed', () => {
    const { last, connections } = startFeed();
    for (let failure = 0; failure < 20; failure += 1) {
      last().onError();
      vi.advanceTimersByTime(2_000);
    }
    expect(connections).toHaveLength(21);
  });

  it('says what must be fetched again after a reset, and goes on from there', () => {
    const { last, connections, resets } = startFeed();
    last().onData({ id: '90', data: { kind: 'reset', seq: 90 } });
    expect(resets).toHaveBeenCalledTimes(1);
    last().onError();
    vi.advanceTimersByTime(2_000);
    expect(connections.at(-1)?.lastEventId).toBe('90');
  });

  it('is silent once it was stopped', () => {
    const { feed, last, connections } = startFeed();
    const handlers = last();
    feed.stop();
    handlers.onError();
    vi.advanceTimersByTime(10_000);
    expect(connections).toHaveLength(1);
  });
});
