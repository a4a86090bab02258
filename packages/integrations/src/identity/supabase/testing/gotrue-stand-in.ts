import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWTPayload } from 'jose';
import { jwtVerify } from 'jose';
import type { TestKey } from '../../testing/test-issuer.ts';
import { keySetOf, makeKey, signWith } from '../../testing/test-issuer.ts';

export const PUBLISHABLE_KEY = 'sb_publishable_test';
export const SECRET_KEY = 'sb_secret_test';

interface StandInUser {
  readonly id: string;
  readonly email: string;
  password: string;
  confirmed: boolean;
  readonly displayName: string;
}

interface StandInSession {
  readonly id: string;
  readonly userId: string;
  readonly signedInAt: number;
  refreshToken: string;
}

interface OneTimeToken {
  readonly userId: string;
  readonly type: 'recovery' | 'email';
}

class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export interface StandInMail {
  readonly to: string;
  readonly type: OneTimeToken['type'];
  readonly token: string;
}

/**
 * The endpoints of Supabase Auth (GoTrue) that the adapter uses, over real HTTP, with their answers and error codes as
 * documented at supabase.com/docs/reference/self-hosting-auth. Shares nothing with the adapter.
 */
export async function startGotrueStandIn(options: { autoconfirm?: boolean; tokenSeconds?: number } = {}) {
  const { autoconfirm = false, tokenSeconds = 3600 } = options;
  const users = new Map<string, StandInUser>();
  const sessions = new Map<string, StandInSession>();
  const tokens = new Map<string, OneTimeToken>();
  const mails: StandInMail[] = [];
  const requests: string[] = [];
  let signingKey: TestKey = await makeKey(randomUUID(), 'ES256');
  let published: TestKey[] = [signingKey];
  const trouble: { answer?: (response: ServerResponse) => void } = {};
  let issuer = '';

  const byEmail = (email: unknown): StandInUser | undefined => [...users.values()].find((user) => user.email === email);
  const mail = (user: StandInUser, type: OneTimeToken['type']): void => {
    // Like the real one, a new token of a kind replaces the one before.
    for (const [token, old] of tokens) if (old.userId === user.id && old.type === type) tokens.delete(token);
    const token = randomBytes(28).toString('hex');
    tokens.set(token, { userId: user.id, type });
    mails.push({ to: user.email, type, token });
  };
  const outside = (user: StandInUser) => ({
    id: user.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: user.email,
    app_metadata: { provider: 'email' },
    user_metadata: { display_name: user.displayName },
    created_at: new Date().toISOString(),
  });
  const answerSession = async (user: StandInUser, session: StandInSession) => {
    const iat = Math.floor(Date.now() / 1000);
    const payload = {
      ...outside(user),
      iss: issuer,
      sub: user.id,
      iat,
      exp: iat + tokenSeconds,
      session_id: session.id,
      is_anonymous: false,
      amr: [{ method: 'password', timestamp: session.signedInAt }],
      jti: randomUUID(),
    };
    return {
      access_token: await signWith(signingKey, payload, { typ: 'JWT' }),
      token_type: 'bearer',
      expires_in: tokenSeconds,
      expires_at: iat + tokenSeconds,
      refresh_token: session.refreshToken,
      user: outside(user),
    };
  };
  const openSession = (user: StandInUser) => {
    const signedInAt = Math.floor(Date.now() / 1000);
    const session = {
      id: randomUUID(),
      userId: user.id,
      signedInAt,
      refreshToken: randomBytes(9).toString('base64url'),
    };
    sessions.set(session.id, session);
    return answerSession(user, session);
  };
  const bearer = async (request: IncomingMessage): Promise<{ user: StandInUser; sessionId: string }> => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const key = await import('jose').then(({ importJWK }) => importJWK(signingKey.publicJwk, 'ES256'));
    const { payload } = await jwtVerify(token, key).catch(() => {
      throw new Refused(403, 'bad_jwt');
    });
    const user = users.get(payload.sub ?? '');
    if (user === undefined) throw new Refused(403, 'user_not_found');
    const sessionId = String(payload['session_id']);
    if (!sessions.has(sessionId)) throw new Refused(403, 'session_not_found');
    return { user, sessionId };
  };

  const routes: Record<string, (body: Record<string, unknown>, request: IncomingMessage, url: URL) => unknown> = {
    'GET /.well-known/jwks.json': () => keySetOf(...published),
    'GET /settings': () => ({ mailer_autoconfirm: autoconfirm, external: { email: true } }),

    'POST /signup': async (body) => {
      const known = byEmail(body['email']);
      if (known !== undefined && autoconfirm) throw new Refused(422, 'user_already_exists');
      // A made-up user hides that there is one already.
      if (known !== undefined) return { ...outside(known), id: randomUUID() };
      const data = body['data'] as { display_name?: string };
      const user: StandInUser = {
        id: randomUUID(),
        email: String(body['email']),
        password: String(body['password']),
        confirmed: autoconfirm,
        displayName: data.display_name ?? '',
      };
      users.set(user.id, user);
      if (autoconfirm) return openSession(user);
      mail(user, 'email');
      return outside(user);
    },

    'POST /token': async (body, _request, url) => {
      if (url.searchParams.get('grant_type') === 'password') {
        const user = byEmail(body['email']);
        if (user === undefined || user.password !== body['password']) throw new Refused(400, 'invalid_credentials');
        if (!user.confirmed) throw new Refused(400, 'email_not_confirmed');
        return openSession(user);
      }
      const session = [...sessions.values()].find(({ refreshToken }) => refreshToken === body['refresh_token']);
      const user = users.get(session?.userId ?? '');
      if (session === undefined || user === undefined) throw new Refused(400, 'refresh_token_not_found');
      session.refreshToken = randomBytes(9).toString('base64url');
      return answerSession(user, session);
    },

    'POST /logout': async (_body, request, url) => {
      const { user, sessionId } = await bearer(request);
      for (const session of sessions.values()) {
        const all = url.searchParams.get('scope') === 'global' && session.userId === user.id;
        if (all || session.id === sessionId) sessions.delete(session.id);
      }
      return undefined;
    },

    'POST /recover': (body) => {
      const user = byEmail(body['email']);
      if (user !== undefined) mail(user, 'recovery');
      return {};
    },

    'POST /resend': (body) => {
      const user = byEmail(body['email']);
      if (user !== undefined && !user.confirmed) mail(user, 'email');
      return {};
    },

    'POST /verify': async (body) => {
      const token = tokens.get(String(body['token_hash']));
      const user = users.get(token?.userId ?? '');
      if (token === undefined || user === undefined || token.type !== body['type'])
        throw new Refused(403, 'otp_expired');
      tokens.delete(String(body['token_hash']));
      user.confirmed = true;
      return openSession(user);
    },

    'PUT /user': async (body, request) => {
      const { user } = await bearer(request);
      if (body['password'] === user.password) throw new Refused(422, 'same_password');
      if (body['password'] === 'password1234') throw new Refused(422, 'weak_password');
      user.password = String(body['password']);
      return outside(user);
    },
  };
  const admin = (method: string, id: string, request: IncomingMessage): unknown => {
    if (request.headers.authorization !== `Bearer ${SECRET_KEY}`) throw new Refused(403, 'not_admin');
    const user = users.get(id);
    if (user === undefined) throw new Refused(404, 'user_not_found');
    if (method === 'GET') return outside(user);
    users.delete(id);
    for (const session of sessions.values()) if (session.userId === id) sessions.delete(session.id);
    return {};
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const path = url.pathname.replace('/auth/v1', '');
    const method = request.method ?? '';
    requests.push(`${method} ${path}`);
    if (trouble.answer !== undefined) return trouble.answer(response);
    if (![PUBLISHABLE_KEY, SECRET_KEY].includes(String(request.headers['apikey'])))
      throw new Refused(401, 'no_authorization');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const route = routes[`${method} ${path}`];
    const result = path.startsWith('/admin/users/')
      ? admin(method, path.slice('/admin/users/'.length), request)
      : await (
          route ??
          (() => {
            throw new Refused(404, 'not_found');
          })
        )(body, request, url);
    response.writeHead(result === undefined ? 204 : 200, { 'content-type': 'application/json' });
    response.end(result === undefined ? undefined : JSON.stringify(result));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const refused = error instanceof Refused ? error : new Refused(500, 'unexpected_failure');
      response.writeHead(refused.status, {
        'content-type': 'application/json',
        'x-supabase-api-version': '2024-01-01',
      });
      response.end(JSON.stringify({ code: refused.code, message: `GoTrue says ${refused.code}` }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  issuer = `${url}/auth/v1`;

  return {
    url,
    mails,
    requests,
    trouble,
    sessions,
    publicKey: () => signingKey.publicJwk,
    sign: (payload: JWTPayload) => signWith(signingKey, payload),
    async rotateKey() {
      signingKey = await makeKey(randomUUID(), 'ES256');
      published = [signingKey, ...published];
    },
    dropOldKeys() {
      published = [signingKey];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
