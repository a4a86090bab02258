import { once } from 'node:events';
import { get } from 'node:http';
import { createContextFactory, type Services } from '@rsm/api';
import { fakeServerInfo } from '@rsm/api/testing';
import { userIdSchema, type UserId } from '@rsm/domain/common/ids';
import { instant } from '@rsm/domain/common/instant';
import { FEED_LIMITS, type FeedLimits } from '@rsm/domain/events/feed';
import { FeedHub } from '@rsm/domain/events/feed-hub';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import { openFeed, type Feed } from '../e2e/testing/feed-client.ts';
import { systemTimers } from '../timers.ts';
import { addFeedRoute } from './feed-route.ts';
import { API_PATH } from './http-server.ts';

const ADA = userIdSchema.parse('01900000-0000-7000-8000-000000000001');
const BOB = userIdSchema.parse('01900000-0000-7000-8000-000000000002');

/** The route over the real hub; the events lie in memory, and the token is the person's id. */
async function serve(limits: FeedLimits = FEED_LIMITS) {
  const lastSeqs = new Map<UserId, number>();
  const wakes = new Map<UserId, () => void>();
  const hub = new FeedHub({
    reads: {
      bounds: async (userId) => ({ lastSeq: lastSeqs.get(userId) ?? 0, oldestSeq: lastSeqs.has(userId) ? 1 : 0 }),
      listAfterEach: async (places) =>
        new Map(
          places.map(({ audience, afterSeq }) => [
            audience,
            Array.from({ length: (lastSeqs.get(audience) ?? 0) - afterSeq }, (_, index) => ({
              audience,
              seq: afterSeq + index + 1,
              at: instant(0),
              kind: 'wallet_changed' as const,
              subject: 'user' as const,
              subjectId: audience,
              text: 'Paid in.',
            })),
          ]),
        ),
    },
    wakeups: { subscribe: (userId, wake) => (wakes.set(userId, wake), () => wakes.delete(userId)) },
    clock: systemClock,
    timers: systemTimers,
    limits,
  });
  const services = {
    auth: { authenticate: async (token: string) => ({ userId: token, displayName: '', email: '', roles: ['renter'] }) },
    events: {
      follow: async (actor: { userId: UserId }, input: Parameters<FeedHub['follow']>[1]) =>
        hub.follow(actor.userId, input),
    },
  } as unknown as Services;
  const createContext = createContextFactory({
    services,
    serverInfo: { ...fakeServerInfo, clock: systemClock },
    logError: () => undefined,
  });
  const fastify = Fastify();
  const [feedOpened, feedClosed] = [vi.fn<() => void>(), vi.fn<() => void>()];
  const route = addFeedRoute(fastify, {
    apiPath: API_PATH,
    clock: systemClock,
    metrics: { feedOpened, feedClosed },
    createContext: (request) =>
      createContext({ requestId: request.id, clientAddress: request.ip, authorization: request.headers.authorization }),
  });
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    route.end();
    await fastify.close();
  });
  const address = fastify.server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  const origin = `http://127.0.0.1:${String(address.port)}`;
  return {
    hub,
    origin,
    cutAll: route.end,
    feedOpened,
    feedClosed,
    commit: (userId: UserId) => {
      lastSeqs.set(userId, (lastSeqs.get(userId) ?? 0) + 1);
      wakes.get(userId)?.();
    },
    follow: (userId: UserId, lastEventId?: string): Feed => {
      const apiUrl = `${origin}${API_PATH}`;
      const feed = openFeed({ apiUrl, token: userId, ...(lastEventId === undefined ? {} : { lastEventId }) });
      onTestFinished(() => feed.close());
      return feed;
    },
  };
}

describe('the client of tRPC at the own route', () => {
  it('hears what happens, in every window of a person and in no other’s', async () => {
    const server = await serve();
    const [first, second, other] = [server.follow(ADA), server.follow(ADA), server.follow(BOB)];
    await Promise.all([first.until(1), second.until(1), other.until(1)]);
    server.commit(ADA);
    server.commit(ADA);
    await Promise.all([first.until(3), second.until(3)]);
    expect(first.received).toEqual(['reset 0', 'event 1', 'event 2']);
    expect(second.received).toEqual(first.received);
    expect(other.received).toEqual(['reset 0']);
    expect(server.feedOpened).toHaveBeenCalledTimes(3);
  });

  it('goes on after its last event when the connection was cut, and frees its place when it leaves', async () => {
    const server = await serve();
    const feed = server.follow(ADA);
    await feed.until(1);
    server.commit(ADA);
    await feed.until(2);
    server.cutAll();
    server.commit(ADA);
    await feed.until(3);
    expect(feed.received).toEqual(['reset 0', 'event 1', 'event 2']);
    feed.close();
    await expect.poll(() => server.hub.size).toBe(0);
    expect(server.feedClosed).toHaveBeenCalledTimes(2);
  });

  it('is told to fetch anew by a place that no server gave', async () => {
    const server = await serve();
    server.commit(ADA);
    const feed = server.follow(ADA, '41');
    await feed.until(1);
    expect(feed.received).toEqual(['reset 1']);
  });
});

/** Opens a feed by hand; resolves with the text of one that is over, or with null for one that goes on. */
async function open(origin: string, token: UserId): Promise<string | null> {
  const request = get(`${origin}${API_PATH}/events.feed`, {
    headers: { authorization: `Bearer ${token}` },
    agent: false,
  });
  onTestFinished(() => void request.destroy());
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
  let text = '';
  return new Promise((resolve) => {
    response.on('error', () => resolve(null));
    response.on('end', () => resolve(text));
    response.on('data', (piece: Buffer) => {
      text += piece.toString('utf8');
      if (text.includes('"kind":"reset"')) resolve(null);
    });
  });
}

describe('a client that opens feeds without end', () => {
  it('is served its windows, told why there are no more, and others do not notice', async () => {
    const server = await serve();
    const outcomes = await Promise.all(Array.from({ length: 60 }, async () => open(server.origin, ADA)));
    const refused = outcomes.filter((text) => text !== null);
    expect(refused).toHaveLength(60 - FEED_LIMITS.perUser);
    for (const text of refused) {
      expect(text).toContain('"code":"limit_reached"');
      expect(text).toContain('Close a window');
    }
    expect(server.hub.size).toBe(FEED_LIMITS.perUser);
    expect(await open(server.origin, BOB)).toBe(null);
  });

  it('under many names takes no more than the process has', async () => {
    const server = await serve({ perUser: 1, perProcess: 30 });
    const people = Array.from({ length: 60 }, (_, index) =>
      userIdSchema.parse(`01900000-0000-7000-8000-${String(index).padStart(12, '0')}`),
    );
    const outcomes = await Promise.all(people.map(async (person) => open(server.origin, person)));
    const refused = outcomes.filter((text) => text !== null);
    expect(refused).toHaveLength(30);
    expect(refused.every((text) => text.includes('"code":"busy"') && text.includes('"httpStatus":412'))).toBe(true);
    expect(server.hub.size).toBe(30);
  });

  it('gets no feed by HEAD', async () => {
    const server = await serve();
    await fetch(`${server.origin}${API_PATH}/events.feed`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${ADA}` },
    });
    expect(server.feedOpened).not.toHaveBeenCalled();
  });
});
