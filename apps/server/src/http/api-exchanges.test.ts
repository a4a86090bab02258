import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Services } from '@rsm/api';
import { actorWith, fakeContext, fakeServerInfo, servicesThat } from '@rsm/api/testing';
import { DomainError } from '@rsm/domain/common/domain-error';
import { instant } from '@rsm/domain/common/instant';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../logging.ts';
import { addApi, signalOf, type ApiAdapter } from './add-api.ts';
import { exchanges, type Exchange } from './api-exchanges.fixture.ts';
import { API_PATH, createHttpServer } from './http-server.ts';

/** What differs from one request to the next by itself, and how the body is framed: one adapter streams it. */
const NOT_COMPARED = new Set([
  'x-request-id',
  'date',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
]);

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  /** The length is known before only where nothing is streamed. */
  readonly isWhole: boolean;
}

/** Enough of services to reach answers of every form; what they do is tested where they are. */
const services: Services = servicesThat((call) => (call.name === 'dataWipes.keySet' ? { keys: [] } : answerOf(call)));

async function answerOf({
  args,
  name,
}: {
  readonly args: readonly unknown[];
  readonly name: string;
}): Promise<unknown> {
  switch (name) {
    case 'auth.authenticate':
      if (args[0] !== 'me') throw new DomainError('unauthenticated', 'Who are you?', { remedy: 'Sign in.' });
      return actorWith('provider');
    case 'auth.signIn':
    case 'auth.refresh':
      return {
        accessToken: 'access',
        accessTokenExpiresAt: instant(1_000),
        sessionSecret: 'secret',
        sessionExpiresAt: instant(2_000),
      };
    case 'auth.signOut':
      return undefined;
    case 'listings.search':
      return { items: [], nextCursor: null };
    case 'payments.wallet':
      return { available: 2_500_000n, held: 0n, owed: 0n, currency: 'EUR' };
    case 'users.me':
      throw new Error('the database is on fire');
    case 'reliability.history':
      return { nothing: 'of this is in the schema' };
    default:
      throw new DomainError('not_found', `${name} has nothing.`, { field: 'id', remedy: 'Ask for another one.' });
  }
}

async function productOf(adapter: ApiAdapter): Promise<FastifyInstance> {
  const { fastify } = await createHttpServer({
    composition: {
      services,
      serverInfo: fakeServerInfo,
      processorInbox: { receive: async () => ({ isNew: true }) },
      checkReady: async () => undefined,
    },
    log: createLogger({ level: 'silent' }),
    publicUrl: 'https://machines.example.org',
    desktopOrigin: 'app://rsm',
    trustedProxies: [],
    adapter,
  });
  return fastify;
}

/** The adapter alone, where a query may also come by POST. The product does not allow it. */
async function overridingOf(adapter: ApiAdapter): Promise<FastifyInstance> {
  const fastify = Fastify();
  await addApi(fastify, {
    apiPath: API_PATH,
    adapter,
    batchSizeMax: 10,
    allowMethodOverride: true,
    createContext: () => fakeContext({ services, actor: actorWith() }),
  });
  return fastify;
}

async function ask(fastify: FastifyInstance, { body, headers = {}, method, url }: Exchange): Promise<Answer> {
  const response = await fastify.inject({
    method,
    url: `${API_PATH}/${url}`,
    headers,
    ...(body === undefined ? {} : { payload: body }),
  });
  const requestId = String(response.headers['x-request-id']);
  return {
    status: response.statusCode,
    headers: Object.entries(response.headers)
      .filter(([name]) => !NOT_COMPARED.has(name))
      .map(([name, value]) => `${name}: ${String(value)}`)
      .toSorted(),
    body: response.body.replaceAll(requestId, '<request id>'),
    isWhole: response.headers['content-length'] !== undefined,
  };
}

const comparable = ({ body, headers, status }: Answer) => ({ status, headers, body });

interface Pair {
  readonly thin: FastifyInstance;
  readonly official: FastifyInstance;
}

let product: Pair;
let overriding: Pair;
beforeAll(async () => {
  product = { thin: await productOf('thin'), official: await productOf('official') };
  overriding = { thin: await overridingOf('thin'), official: await overridingOf('official') };
});
afterAll(async () => {
  for (const { official, thin } of [product, overriding]) await Promise.all([thin.close(), official.close()]);
});

describe('the thin adapter answers as the official one does', () => {
  it('in at least two hundred exchanges, each another one', () => {
    expect(exchanges.length).toBeGreaterThanOrEqual(200);
    expect(new Set(exchanges.map(({ name }) => name)).size).toBe(exchanges.length);
  });

  it.each(exchanges)('$name', async (exchange) => {
    const [mine, theirs] = [await ask(product.thin, exchange), await ask(product.official, exchange)];
    expect(comparable(mine)).toEqual(comparable(theirs));
    // Otherwise the official adapter would be held against itself.
    if (exchange.way !== 'neither') expect(mine.isWhole ? 'thin' : 'official').toBe(exchange.way);
  });

  it.each(exchanges.filter(({ method, way }) => method === 'POST' && way !== 'neither'))(
    'where queries may come by POST: $name',
    async (exchange) => {
      const [mine, theirs] = [await ask(overriding.thin, exchange), await ask(overriding.official, exchange)];
      expect(comparable(mine)).toEqual(comparable(theirs));
    },
  );

  it('and adapters that are set up differently are told apart', async () => {
    const byPost = exchanges.find(({ name }) => name === 'a query by POST');
    if (byPost === undefined) throw new Error('There is such an exchange.');
    const strict = comparable(await ask(product.official, byPost));
    expect(strict.headers).toContain('allow: GET');
    expect(comparable(await ask(overriding.thin, byPost))).not.toEqual(strict);
  });
});

describe('the signal of a call', () => {
  it('aborts when its client goes before it has the answer, and not when the answer was sent', async () => {
    const signals: AbortSignal[] = [];
    const server = createServer((request, response) => {
      signals.push(signalOf(response));
      if (request.url === '/answered') response.end('yes');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const answered = await fetch(`http://127.0.0.1:${String(port)}/answered`, { headers: { connection: 'close' } });
    expect(await answered.text()).toBe('yes');
    const client = connect(port, '127.0.0.1');
    client.write('GET /left HTTP/1.1\r\nhost: a\r\n\r\n');
    await expect.poll(() => signals.length).toBe(2);
    client.destroy();
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});
