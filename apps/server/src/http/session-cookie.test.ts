import type { Services } from '@rsm/api';
import { instant } from '@rsm/domain/common/instant';
import { currencySchema } from '@rsm/domain/common/money';
import type { IdentitySession } from '@rsm/domain/identity/identity-provider';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLogger } from '../logging.ts';
import { API_PATH, createHttpServer } from './http-server.ts';

const NOW = Date.UTC(2030, 0, 1);
const PUBLIC_URL = 'https://machines.example.org';
const DESKTOP = 'app://rsm';
const SECRET = 'long lived; secret=1';
const session: IdentitySession = {
  accessToken: 'short-lived',
  accessTokenExpiresAt: instant(NOW + 300_000),
  sessionSecret: SECRET,
  sessionExpiresAt: instant(NOW + 3_600_000),
};

/** A server whose door knows one session; the calls of the door are counted. */
async function setup({
  mode = 'production',
  publicUrl = PUBLIC_URL,
}: { mode?: 'demo' | 'production'; publicUrl?: string } = {}) {
  const door = {
    signIn: vi.fn<() => Promise<IdentitySession>>(async () => session),
    refresh: vi.fn<(caller: unknown, input: { sessionSecret: string }) => Promise<IdentitySession>>(
      async () => session,
    ),
    signOut: vi.fn<(input: { sessionSecret: string }) => Promise<void>>(async () => undefined),
  };
  const { fastify } = await createHttpServer({
    composition: {
      services: { auth: door } as unknown as Services,
      serverInfo: {
        version: '1.2.3',
        oldestClientVersion: '1.0.0',
        mode,
        currency: currencySchema.parse('EUR'),
        tax: { name: 'VAT', basisPoints: 0 },
        processorNotice: null,
        cardPayments: 'none',
        clock: { now: () => instant(NOW) },
      },
      processorInbox: { receive: async () => ({ isNew: true }) },
      checkReady: async () => undefined,
    },
    log: createLogger({ level: 'silent' }),
    publicUrl,
    desktopOrigin: DESKTOP,
    trustedProxies: [],
  });
  onTestFinished(async () => fastify.close());
  const call = async (name: 'signIn' | 'refresh' | 'signOut', headers: Record<string, string>, input: unknown = {}) =>
    fastify.inject({
      method: 'POST',
      url: `${API_PATH}/auth.${name}`,
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify({ json: input }),
    });
  const preflight = async (origin: string) =>
    fastify.inject({
      method: 'OPTIONS',
      url: `${API_PATH}/auth.signIn`,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-rsm-session',
      },
    });
  return { call, preflight, door };
}

const credentials = { email: 'ada@example.org', password: 'correct horse battery' };
const ownPage = { origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin', 'x-rsm-session': 'cookie' };
const inJar = `__Secure-rsm_session=${encodeURIComponent(SECRET)}`;

describe("the page's session", () => {
  it('goes into a cookie that no script can read, and not into the body', async () => {
    const { call } = await setup();
    const response = await call('signIn', ownPage, credentials);
    expect(response.statusCode).toBe(200);
    expect(response.headers['set-cookie']).toBe(
      `${inJar}; Path=/api/v1; Max-Age=3600; HttpOnly; SameSite=Strict; Secure`,
    );
    expect(response.json()).toMatchObject({
      result: { data: { json: { accessToken: 'short-lived', sessionSecret: null } } },
    });
    expect(response.body).not.toContain(SECRET);
  });

  it('comes back with the cookie alone', async () => {
    const { call, door } = await setup();
    const response = await call('refresh', { ...ownPage, cookie: `other=1; ${inJar}` });
    expect(response.statusCode).toBe(200);
    expect(door.refresh).toHaveBeenCalledWith(expect.anything(), { sessionSecret: SECRET });
    expect(response.headers['set-cookie']).toContain('Max-Age=3600');
  });

  it('is forgotten by signing out, also when the door fails', async () => {
    const { call, door } = await setup();
    const out = await call('signOut', { ...ownPage, cookie: inJar });
    expect(out.headers['set-cookie']).toContain('__Secure-rsm_session=; Path=/api/v1; Max-Age=0');
    expect(door.signOut).toHaveBeenCalledWith({ sessionSecret: SECRET });
    door.signOut.mockRejectedValue(new Error('the database is on fire'));
    const failed = await call('signOut', { ...ownPage, cookie: inJar });
    expect(failed.statusCode).toBe(500);
    expect(failed.headers['set-cookie']).toContain('Max-Age=0');
  });

  it.each<[string, Record<string, string>]>([
    ['no cookie', {}],
    ['an empty one', { cookie: '__Secure-rsm_session=' }],
    ['one of another name', { cookie: `rsm_session=${SECRET}` }],
    ['two of the name, because one was planted', { cookie: `${inJar}; __Secure-rsm_session=planted` }],
    ['one that is not encoded', { cookie: '__Secure-rsm_session=%zz' }],
    ['far too many', { cookie: `${'a=b; '.repeat(4_000)}${inJar}` }],
  ])('has ended where there is %s', async (_what, headers) => {
    const { call, door } = await setup();
    const response = await call('refresh', { ...ownPage, ...headers });
    expect(response.statusCode).toBe(401);
    expect(response.body).toContain('session_expired');
    expect(door.refresh).not.toHaveBeenCalled();
  });

  it('is never taken from the body, where a script could read it', async () => {
    const { call, door } = await setup();
    const response = await call('refresh', ownPage, { sessionSecret: 'from-the-body' });
    expect(response.statusCode).toBe(401);
    expect(door.refresh).not.toHaveBeenCalled();
  });

  it('needs no TLS in the demo, under any name of this computer', async () => {
    const { call } = await setup({ mode: 'demo', publicUrl: 'http://127.0.0.1:4600' });
    const headers = { ...ownPage, origin: 'http://localhost:4600', host: 'localhost:4600' };
    const response = await call('signIn', headers, credentials);
    expect(response.headers['set-cookie']).toMatch(
      /^rsm_session=[^;]+; Path=\/api\/v1; Max-Age=3600; HttpOnly; SameSite=Strict$/,
    );
  });
});

describe('pages of other origins', () => {
  it.each<[string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.example.org' }],
    ['a longer name', { origin: `${PUBLIC_URL}.evil.example.org` }],
    ['another port', { origin: `${PUBLIC_URL}:8443` }],
    ['without TLS', { origin: 'http://machines.example.org' }],
    ['the desktop program, which keeps its secret itself', { origin: DESKTOP }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a sibling host, as the browser says', { origin: PUBLIC_URL, 'sec-fetch-site': 'same-site' }],
    ['its own host name, which counts in the demo alone', { origin: 'http://localhost:4600', host: 'localhost:4600' }],
  ])('get no cookie and reach no door: %s', async (_what, headers) => {
    const { call, door } = await setup();
    const response = await call('signIn', { 'x-rsm-session': 'cookie', ...headers }, credentials);
    expect(response.statusCode).toBe(403);
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(response.headers['access-control-allow-credentials']).toBeUndefined();
    expect(door.signIn).not.toHaveBeenCalled();
  });

  it('nor does a caller that says no origin', async () => {
    const { call, door } = await setup();
    expect((await call('signIn', { 'x-rsm-session': 'cookie' }, credentials)).statusCode).toBe(403);
    expect(door.signIn).not.toHaveBeenCalled();
  });

  it('may not even ask whether they may send the header', async () => {
    const { preflight } = await setup();
    const foreign = await preflight('https://evil.example.org');
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
    const desktop = await preflight(DESKTOP);
    expect(desktop.headers['access-control-allow-origin']).toBe(DESKTOP);
    expect(desktop.headers['access-control-allow-headers']).not.toContain('x-rsm-session');
    expect(desktop.headers['access-control-allow-credentials']).toBeUndefined();
  });
});

describe('clients that keep the secret themselves', () => {
  it('get it in the body and no cookie, and cookies mean nothing', async () => {
    const { call, door } = await setup();
    const response = await call('signIn', { origin: DESKTOP }, credentials);
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(response.json()).toMatchObject({ result: { data: { json: { sessionSecret: SECRET } } } });
    expect((await call('refresh', { origin: PUBLIC_URL, cookie: inJar })).statusCode).toBe(401);
    expect(door.refresh).not.toHaveBeenCalled();
  });
});
