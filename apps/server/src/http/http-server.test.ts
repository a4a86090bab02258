import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppRouter, Services } from '@rsm/api';
import { DomainError } from '@rsm/domain/common/domain-error';
import { userIdSchema } from '@rsm/domain/common/ids';
import { instant } from '@rsm/domain/common/instant';
import type { Feed, FeedSink } from '@rsm/domain/events/feed';
import { currencySchema } from '@rsm/domain/common/money';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { decodeJwt, SignJWT } from 'jose';
import superjson from 'superjson';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import type { HttpComposition } from '../composition.ts';
import { createLogger } from '../logging.ts';
import { API_PATH, createHttpServer } from './http-server.ts';
import { findFreePort, PortTakenError, startHttp } from './start-http.ts';

const DESKTOP = 'app://rsm';
const userId = userIdSchema.parse('01900000-0000-7000-8000-000000000001');

/** A composition of edges alone: what procedures do is tested where they are; here it is the way to them. */
function setup(
  overrides: {
    readonly checkReady?: () => Promise<void>;
    readonly publicUrl?: string;
    readonly receive?: HttpComposition['processorInbox']['receive'];
  } = {},
) {
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } });
  const feedEnded = vi.fn<() => void>();
  const services = {
    auth: {
      authenticate: async (token: string) => {
        if (token === 'broken') {
          log.info('looking the token up');
          throw new Error('the database is on fire');
        }
        if (decodeJwt(token).sub !== 'me') throw new DomainError('unauthenticated', 'Who are you?');
        return { userId, displayName: 'Me', email: 'me@example.org', roles: ['renter'] };
      },
    },
    dataWipes: { keySet: () => ({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'abc', kid: 'k1' }] }) },
    events: {
      list: async () => ({ events: [], lastSeq: 0 }),
      follow: async (_actor: unknown, { sink }: { readonly sink: FeedSink }): Promise<Feed> => {
        const event = {
          audience: userId,
          seq: 7,
          at: instant(0),
          kind: 'wallet_changed',
          subject: 'user',
          subjectId: userId,
          text: 'Paid in.',
        } as const;
        sink.take([{ kind: 'event', event }]);
        return { resume: () => undefined, close: feedEnded };
      },
    },
  } as unknown as Services;
  const composition: HttpComposition = {
    services,
    serverInfo: {
      version: '1.2.3',
      oldestClientVersion: '1.0.0',
      mode: 'demo',
      currency: currencySchema.parse('EUR'),
      tax: { name: 'VAT', basisPoints: 0 },
      processorNotice: null,
      cardPayments: 'none',
      clock: systemClock,
    },
    processorInbox: { receive: overrides.receive ?? (async () => ({ isNew: true })) },
    checkReady: overrides.checkReady ?? (async () => undefined),
  };
  const options = {
    composition,
    log,
    publicUrl: overrides.publicUrl ?? 'https://machines.example.org',
    desktopOrigin: DESKTOP,
    trustedProxies: [],
  };
  return { options, feedEnded, logText: () => lines.join('') };
}

async function inMemory(overrides?: Parameters<typeof setup>[0]) {
  const { options, logText } = setup(overrides);
  const server = await createHttpServer(options);
  onTestFinished(async () => server.fastify.close());
  return { ...server, logText };
}

async function listening(overrides: { readonly drainMs?: number } = {}) {
  const { options, feedEnded, logText } = setup();
  const http = await startHttp({ ...options, ...overrides, host: '127.0.0.1', port: 0 });
  onTestFinished(async () => http.stop());
  return { http, url: `http://127.0.0.1:${http.port}`, feedEnded, logText };
}

async function tokenOf(subject: string): Promise<string> {
  return new SignJWT({ sub: subject })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new Uint8Array(32));
}

describe('the API', () => {
  it('answers a real client over the wire', async () => {
    const { url } = await listening();
    const client = createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url: `${url}${API_PATH}`, transformer: superjson })],
    });
    await expect(client.server.info.query()).resolves.toMatchObject({ version: '1.2.3', currency: 'EUR' });
  });

  it('says who may not, as 401 with the code and no detail', async () => {
    const { fastify } = await inMemory();
    const response = await fastify.inject({ url: `${API_PATH}/events.list?input=%7B%22json%22%3A%7B%7D%7D` });
    expect(response.statusCode).toBe(401);
    expect(response.body).toContain('unauthenticated');
  });

  it('hides an unknown error behind the number of the request, and logs it under that number', async () => {
    const { fastify, logText } = await inMemory();
    const response = await fastify.inject({
      method: 'GET',
      url: `${API_PATH}/events.list?input=%7B%22json%22%3A%7B%7D%7D`,
      headers: { authorization: 'Bearer broken' },
    });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('on fire');
    const requestId = String(response.headers['x-request-id']);
    expect(response.body).toContain(requestId);
    const lines = logText()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const failed = lines.find(({ msg }) => msg === 'A call failed');
    expect(failed).toMatchObject({
      logId: requestId,
      path: 'events.list',
      err: { message: 'the database is on fire' },
    });
    // Also a line that knows nothing of the request, written deep below it.
    expect(lines.find(({ msg }) => msg === 'looking the token up')).toMatchObject({ requestId });
    expect(logText()).not.toContain('Bearer broken');
  });

  it('carries the number of the request through a body, too', async () => {
    const { fastify, logText } = await inMemory();
    const response = await fastify.inject({
      method: 'POST',
      url: `${API_PATH}/bookings.create`,
      headers: { authorization: 'Bearer broken', 'content-type': 'application/json' },
      payload: JSON.stringify({ json: {} }),
    });
    const requestId = String(response.headers['x-request-id']);
    const line = logText()
      .split('\n')
      .find((text) => text.includes('looking the token up'));
    expect(line).toContain(requestId);
  });

  it.each<
    [string, number, { method: 'GET' | 'POST'; url: string; headers?: Record<string, string>; payload?: string }]
  >([
    [
      'a body beyond the limit',
      413,
      {
        method: 'POST',
        url: '/auth.signIn',
        headers: { 'content-type': 'application/json' },
        payload: 'x'.repeat(300_000),
      },
    ],
    [
      'a body that is no JSON',
      400,
      { method: 'POST', url: '/auth.signIn', headers: { 'content-type': 'application/json' }, payload: '{' },
    ],
    [
      'a type that nobody reads',
      415,
      { method: 'POST', url: '/auth.signIn', headers: { 'content-type': 'application/xml' }, payload: '<a/>' },
    ],
    ['a procedure that does not exist', 404, { method: 'GET', url: '/nothing.here' }],
    ['a method that does not fit', 405, { method: 'GET', url: '/auth.signIn' }],
    ['a batch that is too big', 400, { method: 'GET', url: `/${Array(11).fill('server.info').join(',')}?batch=1` }],
    ['input that is no JSON', 400, { method: 'GET', url: '/server.info?input=%7B' }],
  ])('refuses %s with %i', async (_what, status, { url, ...request }) => {
    const { fastify } = await inMemory();
    const response = await fastify.inject({ ...request, url: `${API_PATH}${url}` });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toBeTypeOf('object');
  });

  it('logs a call without its input', async () => {
    const { fastify, logText } = await inMemory();
    await fastify.inject({ url: `${API_PATH}/server.info?input=secret-search` });
    expect(logText()).toContain(`"path":"${API_PATH}/server.info"`);
    expect(logText()).not.toContain('secret-search');
  });
});

describe('the feed', () => {
  async function openFeed(url: string) {
    const leaving = new AbortController();
    const response = await fetch(`${url}${API_PATH}/events.feed?input=${encodeURIComponent('{"json":{}}')}`, {
      headers: { authorization: `Bearer ${await tokenOf('me')}`, accept: 'text/event-stream', origin: DESKTOP },
      signal: leaving.signal,
    });
    const reader = ((response.body ?? new ReadableStream()) as ReadableStream<Uint8Array>).getReader();
    onTestFinished(() => leaving.abort());
    const readUntil = async (wanted: string): Promise<string> => {
      let text = '';
      while (!text.includes(wanted)) {
        const { done, value } = await reader.read();
        if (done) break;
        text += new TextDecoder().decode(value);
      }
      return text;
    };
    return { response, readUntil, leave: () => leaving.abort() };
  }

  it('sends events with their sequence as id, to the desktop as well', async () => {
    const { url } = await listening();
    const { response, readUntil } = await openFeed(url);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('access-control-allow-origin')).toBe(DESKTOP);
    const text = await readUntil('id: 7');
    expect(text).toContain('Paid in.');
  });

  it('ends when its reader goes', async () => {
    const { url, feedEnded } = await listening();
    const { readUntil, leave } = await openFeed(url);
    await readUntil('id: 7');
    expect(feedEnded).not.toHaveBeenCalled();
    leave();
    await expect.poll(() => feedEnded).toHaveBeenCalledTimes(1);
  });

  it('does not keep the server from stopping', async () => {
    const { http, url, feedEnded } = await listening();
    const { readUntil } = await openFeed(url);
    await readUntil('id: 7');
    const before = Date.now();
    await http.stop();
    expect(Date.now() - before).toBeLessThan(10_000);
    await expect.poll(() => feedEnded).toHaveBeenCalledTimes(1);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('ends last of all when a server was told to end: that is said first, and the rest is answered', async () => {
    const { http, url, feedEnded } = await listening({ drainMs: 500 });
    const { readUntil } = await openFeed(url);
    await readUntil('id: 7');
    const stopped = http.stop();
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping' }]);
    const answer = await fetch(`${url}${API_PATH}/server.info`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection'), 'a load balancer lets go of the connection').toBe('close');
    expect(feedEnded).not.toHaveBeenCalled();
    await stopped;
    await expect.poll(() => feedEnded).toHaveBeenCalledTimes(1);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
  });
});

describe('other origins', () => {
  it.each(['https://evil.example.org', 'app://other', 'null', 'app://rsm.evil.example.org'])(
    'are not admitted: %s',
    async (origin) => {
      const { fastify } = await inMemory();
      const preflight = await fastify.inject({
        method: 'OPTIONS',
        url: `${API_PATH}/bookings.create`,
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
      const call = await fastify.inject({ url: `${API_PATH}/server.info`, headers: { origin } });
      expect(call.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it("but the desktop's is, without cookies", async () => {
    const { fastify } = await inMemory();
    const { headers } = await fastify.inject({
      method: 'OPTIONS',
      url: `${API_PATH}/bookings.create`,
      headers: {
        origin: DESKTOP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(headers['access-control-allow-origin']).toBe(DESKTOP);
    expect(headers['access-control-allow-headers']).toContain('authorization');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });
});

describe('every answer', () => {
  it.each(['/', '/health/live', '/nowhere', `${API_PATH}/server.info`, '/.well-known/jwks.json'])(
    'has the security headers: %s',
    async (url) => {
      const { fastify } = await inMemory();
      const { headers } = await fastify.inject({ url });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringContaining('max-age=') as string,
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      });
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['cache-control']).toBe(url.includes('jwks') ? 'public, max-age=300' : 'no-store');
    },
  );

  it('promises TLS only where there is TLS', async () => {
    const { fastify } = await inMemory({ publicUrl: 'http://127.0.0.1:4600' });
    const { headers } = await fastify.inject({ url: '/' });
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});

describe('the webhook of a payment processor', () => {
  type Delivery = Parameters<HttpComposition['processorInbox']['receive']>[0];
  const send = async (
    server: { readonly fastify: Awaited<ReturnType<typeof createHttpServer>>['fastify'] },
    payload: string | Buffer = '{"id":"evt_1"}',
    headers: Readonly<Record<string, string>> = {},
  ) =>
    server.fastify.inject({
      method: 'POST',
      url: '/webhooks/stripe',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': 't=1,v1=abc', ...headers },
      payload,
    });

  it('hands over the bytes as they came, and the signature', async () => {
    const received: Delivery[] = [];
    const server = await inMemory({
      receive: async (delivery) => {
        received.push(delivery);
        return { isNew: true };
      },
    });
    const bytes = Buffer.from('{ "id" :\t"evt_ü" }\r\n', 'utf8');
    expect((await send(server, bytes)).statusCode).toBe(200);
    expect((await send(server, Buffer.from([0, 255, 1]), { 'content-type': 'text/x-whatever' })).statusCode).toBe(200);
    expect(received).toMatchObject([
      { processor: 'stripe', signature: 't=1,v1=abc' },
      { processor: 'stripe', signature: 't=1,v1=abc' },
    ]);
    expect(received.map(({ body }) => Buffer.from(body).toString('hex'))).toEqual([bytes.toString('hex'), '00ff01']);
  });

  it('says yes to what is known already, so that it is not sent again', async () => {
    expect((await send(await inMemory({ receive: async () => ({ isNew: false }) }))).statusCode).toBe(200);
  });

  it.each<[string, number, Error]>([
    [
      'a signature that is not the processor’s',
      400,
      new DomainError('invalid_input', 'Forged.', { field: 'signature' }),
    ],
    ['a processor that is not in use', 404, new DomainError('not_found', 'There is no such address.')],
    ['a database that can’t store it', 503, new DomainError('busy', 'Full.')],
    ['a fault of ours', 503, new Error('the database is on fire')],
  ])('answers %s with %i', async (_what, status, error) => {
    const server = await inMemory({ receive: async () => Promise.reject(error) });
    const response = await send(server);
    expect(response.statusCode).toBe(status);
    expect(response.body).not.toContain('on fire');
  });

  it('refuses a body beyond the limit before anybody reads it', async () => {
    const receive = vi.fn<HttpComposition['processorInbox']['receive']>();
    const server = await inMemory({ receive });
    expect((await send(server, 'x'.repeat(600_000))).statusCode).toBe(413);
    expect(receive).not.toHaveBeenCalled();
  });

  it('takes an empty body and no signature for what they are', async () => {
    const received: Delivery[] = [];
    const server = await inMemory({
      receive: async (delivery) => {
        received.push(delivery);
        return { isNew: true };
      },
    });
    await server.fastify.inject({ method: 'POST', url: '/webhooks/stripe' });
    expect(received).toMatchObject([{ signature: null }]);
    expect(received[0]?.body).toHaveLength(0);
  });

  it('is no door for pages: no CORS, and nothing to get', async () => {
    const server = await inMemory();
    const { headers } = await send(server, '{}', { origin: DESKTOP });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control') || name === 'vary')).toEqual([]);
    expect(headers['x-content-type-options']).toBe('nosniff');
    const preflight = await server.fastify.inject({
      method: 'OPTIONS',
      url: '/webhooks/stripe',
      headers: { origin: 'https://evil.example.org', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
    expect((await server.fastify.inject({ url: '/webhooks/stripe' })).statusCode).toBe(404);
  });
});

describe('the plain routes', () => {
  it('publish the key set', async () => {
    const { fastify } = await inMemory();
    const response = await fastify.inject({ url: '/.well-known/jwks.json' });
    expect(response.headers['content-type']).toMatch(/^application\/jwk-set\+json/);
    expect(response.json()).toEqual({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'abc', kid: 'k1' }] });
  });

  it('publish the form of a report, which is the copy in docs', async () => {
    const { fastify } = await inMemory();
    const response = await fastify.inject({ url: '/.well-known/wipe-certificate.schema.json' });
    expect(response.headers['content-type']).toMatch(/^application\/schema\+json/);
    const copy = readFileSync(join(import.meta.dirname, '../../../../docs/wipe-certificate.schema.json'), 'utf8');
    expect(response.json()).toEqual(JSON.parse(copy));
  });

  it('say where the API is', async () => {
    const { fastify } = await inMemory();
    expect((await fastify.inject({ url: '/' })).body).toContain('https://machines.example.org/api/v1');
  });

  it('are ready when the database answers', async () => {
    const { fastify } = await inMemory();
    expect((await fastify.inject({ url: '/health/ready' })).statusCode).toBe(200);
  });

  it.each<[string, () => Promise<void>]>([
    ['fails', async () => Promise.reject(new Error('password authentication failed'))],
    ['hangs', async () => new Promise(() => undefined)],
  ])('are alive but not ready when the database %s, and do not say why', async (_what, checkReady) => {
    const { fastify } = await inMemory({ checkReady });
    const ready = await fastify.inject({ url: '/health/ready' });
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toEqual({ status: 'not_ready' });
    expect((await fastify.inject({ url: '/health/live' })).statusCode).toBe(200);
  });

  it('are not ready while the server stops', async () => {
    const { fastify, startDraining } = await inMemory();
    startDraining();
    expect((await fastify.inject({ url: '/health/ready' })).statusCode).toBe(503);
  });
});

describe('the port', () => {
  it('that is taken is named, with the way out', async () => {
    const { http } = await listening();
    const { options } = setup();
    const second = startHttp({ ...options, host: '127.0.0.1', port: http.port });
    await expect(second).rejects.toThrow(PortTakenError);
    await expect(second).rejects.toThrow(/set HTTP_PORT/);
  });

  it('after it is found for the demo', async () => {
    const { http } = await listening();
    const free = await findFreePort('127.0.0.1', http.port);
    expect(free).toBeGreaterThan(http.port);
    expect(free).toBeLessThan(http.port + 20);
  });
});
