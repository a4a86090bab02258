/** @module-tag deep */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppRouter } from '@rsm/api';
import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openMarket, type MarketClient } from '../demo/market-client.ts';
import { API_PATH } from '../http/http-server.ts';
import { startProxy, type CuttableProxy } from './testing/cuttable-proxy.ts';
import { openFeed, type Feed } from './testing/feed-client.ts';
import { Installation, type RunningServer } from './testing/installation.ts';
import { PASSWORD } from './testing/people.ts';
import { startTokenIssuer, type TokenIssuer } from './testing/token-issuer.ts';

let installation: Installation;
let server: RunningServer;
let proxy: CuttableProxy;
let issuer: TokenIssuer;
const feeds: Feed[] = [];
const tokens: string[] = [];

beforeAll(async () => {
  installation = await Installation.open();
  server = await installation.serve();
  proxy = await startProxy(Number(new URL(server.url).port));
  issuer = await startTokenIssuer();
});

afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});

afterAll(async () => {
  await proxy?.stop();
  await issuer?.stop();
  await installation?.close();
});

/** A person whose every top-up is one event. */
interface Person {
  readonly token: string;
  readonly id: string;
  topUp(): Promise<void>;
}

async function newPerson(): Promise<Person> {
  const email = `${randomUUID()}@e2e.example`;
  const outcome = await openMarket(server.apiUrl).auth.signUp.mutate({
    email,
    password: PASSWORD,
    displayName: 'Person',
  });
  if (outcome.kind !== 'signed_in') throw new Error('The address has to be confirmed first.');
  return personWith(server.apiUrl, outcome.session.accessToken);
}

async function personWith(apiUrl: string, token: string): Promise<Person> {
  tokens.push(token);
  const market: MarketClient = createTRPCClient<AppRouter>({
    links: [httpLink({ url: apiUrl, transformer: superjson, headers: { authorization: `Bearer ${token}` } })],
  });
  const { id } = await market.users.me.query();
  return {
    token,
    id,
    topUp: async () => {
      await market.payments.topUp.mutate({ idempotencyKey: randomUUID(), amount: '5.00', source: '4242424242424242' });
    },
  };
}

/** A feed whose connection runs through the proxy. */
function follow(person: Person, lastEventId?: string): Feed {
  const apiUrl = `http://127.0.0.1:${proxy.port}${API_PATH}`;
  const feed = openFeed({ apiUrl, token: person.token, ...(lastEventId === undefined ? {} : { lastEventId }) });
  feeds.push(feed);
  return feed;
}

const eventsFrom = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `event ${first + index}`);

describe('the feed of a person', () => {
  it('begins at the present and brings each event as it happens, in order, and nobody else’s', async () => {
    const [person, other] = [await newPerson(), await newPerson()];
    await person.topUp();
    const feed = follow(person);
    await feed.until(1);
    for (let count = 0; count < 5; count += 1) {
      await other.topUp();
      await person.topUp();
    }
    await feed.until(6);
    await sleep(200);
    expect(feed.received).toEqual(['reset 1', ...eventsFrom(2, 6)]);
  });

  it('resumes after each cut, misses nothing and repeats nothing', async () => {
    const person = await newPerson();
    const feed = follow(person);
    await feed.until(1);
    const before = proxy.requestLines.filter((line) => line.includes('events.feed')).length;
    for (let count = 1; count <= 24; count += 1) {
      await person.topUp();
      if (count % 6 === 0) {
        proxy.cut();
        // Some cuts find the client waiting, others in the middle of connecting again.
        await sleep(count === 12 ? 300 : 0);
      }
    }
    await feed.until(25);
    await sleep(200);
    expect(feed.received).toEqual(['reset 0', ...eventsFrom(1, 24)]);
    const connections = proxy.requestLines.filter((line) => line.includes('events.feed')).length - before;
    expect(connections, 'it did connect again').toBeGreaterThan(1);
    expect(feed.hasEnded).toBe(false);
  });

  it('goes on where another window was, and is reset by an id that is not ours or no longer kept', async () => {
    const person = await newPerson();
    for (let count = 0; count < 6; count += 1) await person.topUp();
    const resumed = follow(person, '4');
    await resumed.until(2);
    const future = follow(person, '7');
    await future.until(1);
    // As the retention does it: the oldest are gone.
    await installation.sql('DELETE FROM events WHERE audience = ? AND seq <= 3', [person.id]);
    const old = follow(person, '2');
    await old.until(1);
    const justKept = follow(person, '3');
    await justKept.until(3);
    await sleep(200);
    expect(resumed.received).toEqual(eventsFrom(5, 6));
    expect(future.received).toEqual(['reset 6']);
    expect(old.received).toEqual(['reset 6']);
    expect(justKept.received).toEqual(eventsFrom(4, 6));
    await person.topUp();
    await Promise.all([resumed.until(3), future.until(2), old.until(2), justKept.until(4)]);
    for (const feed of [resumed, future, old, justKept]) expect(feed.received.at(-1)).toBe('event 7');
  });

  it('never shows a token in an address, nor in the log of the server', () => {
    const feedLines = proxy.requestLines.filter((line) => line.includes('events.feed'));
    expect(feedLines.length).toBeGreaterThan(5);
    expect(tokens.length).toBeGreaterThan(3);
    for (const token of tokens) {
      expect(feedLines.join('\n')).not.toContain(token);
      expect(server.program.text).not.toContain(token);
    }
  });
});

describe('a feed whose token ends', () => {
  it('ends with it, by a word and no error, and a fresh token resumes it', async () => {
    const trusting = await installation.serve(issuer.env);
    const somebody = { subject: randomUUID(), email: 'somebody@e2e.example' };
    const seconds = (): number => Math.floor(Date.now() / 1000);
    const person = await personWith(trusting.apiUrl, await issuer.tokenFor(somebody, seconds() + 60));
    const endsAt = seconds() + 12;
    const feed = openFeed({ apiUrl: trusting.apiUrl, token: await issuer.tokenFor(somebody, endsAt) });
    feeds.push(feed);
    await feed.until(1);
    await person.topUp();
    await feed.until(2);
    expect(feed.hasEnded).toBe(false);
    await feed.untilEnded(30_000);
    expect(Date.now() - endsAt * 1000).toBeGreaterThan(-100);
    expect(Date.now() - endsAt * 1000).toBeLessThan(10_000);
    expect(feed.problems).toEqual([]);

    await person.topUp();
    const resumed = openFeed({ apiUrl: trusting.apiUrl, token: person.token, lastEventId: feed.lastEventId ?? '' });
    feeds.push(resumed);
    await resumed.until(1);
    expect(resumed.received).toEqual(['event 2']);
  });
});
