import type { Mail, Mailer } from '@rsm/domain/mail/mailer';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JWK } from 'jose';
import { decodeProtectedHeader } from 'jose';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Problem } from '../../common/problem-report.ts';
import { createBackgroundMails } from '../../mail/background-mails.ts';
import { createIdentityDatabase } from '../identity-database.ts';
import type { IdentityContractHarness, MailedTokenKind } from '../testing/identity-contract.ts';
import { describeIdentityContract } from '../testing/identity-contract.ts';
import { createIdentityTestDatabase } from '../testing/identity-test-database.ts';
import { RunningClock } from '../testing/running-clock.ts';
import { createBetterAuthIdentityProvider } from './better-auth-identity-provider.ts';
import type { BetterAuthIdentityOptions } from './better-auth-options.ts';
import { createBetterAuth } from './create-better-auth.ts';

const PASSWORD = 'correct horse battery staple';
const ADA = { email: 'ada@example.org', password: PASSWORD, displayName: 'Ada L.' };
const PUBLIC_URL = 'https://rsm.example';
const LINKS: Record<MailedTokenKind, string> = {
  email_confirmation: `${PUBLIC_URL}/confirm-email#token=`,
  password_reset: `${PUBLIC_URL}/reset-password#token=`,
};
const TABLES = ['user', 'session', 'account', 'verification', 'jwks'];

let database: Awaited<ReturnType<typeof createIdentityTestDatabase>>;
let pool: Pool;
beforeAll(async () => {
  database = await createIdentityTestDatabase();
  pool = createIdentityDatabase({ databaseUrl: database.url, reportProblem: () => undefined });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describeIdentityContract('better-auth with confirmation', () => contractHarness('required'));
describeIdentityContract('better-auth without confirmation', () => contractHarness('offered'));

describe('better-auth adapter', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });

  it('keeps its tables in a schema of its own', async () => {
    await start();
    const { rows } = await pool.query<{ schema: string; name: string }>(
      `SELECT schemaname AS schema, tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(new Set(rows.map(({ schema }) => schema))).toEqual(new Set(['identity']));
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(TABLES));
  });

  it('can be migrated again, by several processes at once, and makes one signing key', async () => {
    const { provider } = await start();
    await Promise.all([provider.migrate(), provider.migrate(), provider.migrate()]);
    const { rows } = await pool.query('SELECT id FROM identity.jwks');
    expect(rows).toHaveLength(1);
  });

  it('stores neither a password nor anything that lets in', async () => {
    const { provider, lastToken } = await start();
    const { sessionSecret } = await signedIn(provider);
    await provider.requestPasswordReset(ADA);
    const reset = await lastToken('password_reset');
    let stored = '';
    for (const table of TABLES) stored += JSON.stringify((await pool.query(`SELECT * FROM identity."${table}"`)).rows);
    expect(stored).toContain('$argon2id$v=19$m=47104,t=1,p=1$');
    for (const secret of [PASSWORD, sessionSecret, reset]) expect(stored).not.toContain(secret);
    // The private half of the signing key is encrypted.
    expect(stored).not.toMatch(/\\"d\\":/);
  });

  it('does not take the stored part of a session secret for the whole', async () => {
    const { provider } = await start();
    await signedIn(provider);
    const { rows } = await pool.query<{ token: string }>('SELECT token FROM identity.session');
    for (const { token } of rows) {
      for (const sessionSecret of [token, `${token}.`, `${token}.${'A'.repeat(43)}=`]) {
        await expect(provider.refresh({ sessionSecret })).rejects.toMatchObject({ code: 'session_expired' });
      }
    }
  });

  it('keeps sessions over a restart with the same secret, and none with another', async () => {
    const { provider } = await start();
    const session = await signedIn(provider);
    const again = await start({ keepData: true });
    await expect(again.provider.refresh(session)).resolves.toBeDefined();
    await expect(again.provider.verifyAccessToken(session.accessToken)).resolves.toBeDefined();
    const other = await start({ keepData: true, options: { secret: 'another secret of enough characters' } });
    await expect(other.provider.refresh(session)).rejects.toMatchObject({ code: 'session_expired' });
  });

  it('gives a session a fixed end that refreshing does not move', async () => {
    const { provider } = await start();
    const first = await signedIn(provider);
    await pool.query(`UPDATE identity.session SET "expiresAt" = "expiresAt" - interval '20 days'`);
    const second = await provider.refresh(first);
    expect(first.sessionExpiresAt - second.sessionExpiresAt).toBe(20 * 86_400_000);
    await pool.query('UPDATE identity.session SET "expiresAt" = now()');
    await expect(provider.refresh(first)).rejects.toMatchObject({ code: 'session_expired' });
  });

  it('lets the owner of an address win over one who signed up with it first', async () => {
    const { provider, lastToken, mails } = await start({ options: { emailConfirmation: 'required' } });
    await provider.signUp({ ...ADA, password: 'the password of an attacker' });
    await provider.signUp(ADA);
    await settled(provider);
    expect(mails.at(-1)).toMatchObject({ to: ADA.email, subject: 'You have an account already' });
    await provider.requestPasswordReset(ADA);
    await provider.resetPassword({ token: await lastToken('password_reset'), newPassword: PASSWORD });
    const { accessToken } = await provider.signIn(ADA);
    await expect(provider.verifyAccessToken(accessToken)).resolves.toMatchObject({ emailVerified: true });
    await expect(provider.signIn({ ...ADA, password: 'the password of an attacker' })).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  });

  it('answers before the mail is sent, and reports a mail that fails', async () => {
    const hanging: Mailer = { send: () => new Promise(() => undefined) };
    const { provider } = await start({ options: { mailer: hanging } });
    await provider.signUp(ADA);
    await provider.requestPasswordReset(ADA);

    const broken = await start({
      keepData: true,
      options: { mailer: { send: () => Promise.reject(new Error('relay down')) } },
    });
    await broken.provider.requestPasswordReset(ADA);
    await settled(broken.provider);
    expect(broken.problems).toMatchObject([{ what: 'identity.password_reset_mail' }]);
  });

  it('says busy when Postgres is gone', async () => {
    const gone = createIdentityDatabase({ databaseUrl: 'postgres://127.0.0.1:9/none', reportProblem: () => undefined });
    cleanups.push(() => gone.end());
    const { provider } = make({ pool: gone });
    const session = `${'a'.repeat(32)}.${'A'.repeat(43)}=`;
    const calls = [
      () => provider.signIn(ADA),
      () => provider.signUp(ADA),
      () => provider.requestPasswordReset(ADA),
      () => provider.refresh({ sessionSecret: session }),
      () => provider.signOut({ sessionSecret: session }),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        code: 'busy',
        message: "The sign-in service can't be reached at the moment.",
      });
    }
  });

  it('refuses a secret that is too short', () => {
    expect(() => make({ secret: 'short' })).toThrow(/AUTH_SECRET has 5 characters/);
  });
});

const SECRET = 'the secret of these tests, 32 characters and more';

function make(change: Partial<BetterAuthIdentityOptions> = {}) {
  const mails: Mail[] = [];
  const problems: Problem[] = [];
  const clock = new RunningClock();
  const options: BetterAuthIdentityOptions = {
    pool,
    secret: SECRET,
    mailer: { send: async (mail) => void mails.push(mail) },
    publicUrl: PUBLIC_URL,
    emailConfirmation: 'offered',
    clock,
    reportProblem: (problem) => problems.push(problem),
    ...change,
  };
  return { options, mails, problems, clock, provider: createBetterAuthIdentityProvider(options) };
}

async function start({
  keepData = false,
  options = {},
}: { keepData?: boolean; options?: Partial<BetterAuthIdentityOptions> } = {}) {
  const made = make(options);
  if (!keepData) await pool.query('DROP SCHEMA IF EXISTS identity CASCADE');
  if (!keepData) await made.provider.migrate();
  const lastToken = async (kind: MailedTokenKind, to = ADA.email): Promise<string> => {
    for (let tries = 0; tries < 100; tries += 1) {
      const mail = made.mails.findLast((each) => each.to === to && each.text.includes(LINKS[kind]));
      const token = mail?.text.split(LINKS[kind])[1]?.split('\n')[0];
      if (token !== undefined) return decodeURIComponent(token);
      await sleep(10);
    }
    throw new Error(`No ${kind} mail to ${to}`);
  };
  return { ...made, lastToken };
}

const settled = (provider: { close(): Promise<void> }): Promise<void> => provider.close();

async function signedIn(provider: ReturnType<typeof make>['provider']) {
  const outcome = await provider.signUp(ADA);
  if (outcome.kind !== 'signed_in') throw new Error('expected a session');
  return outcome.session;
}

const tokenSchema = z.object({ token: z.string() });
const keySetSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) });

async function contractHarness(emailConfirmation: 'required' | 'offered'): Promise<IdentityContractHarness> {
  const { provider, options, clock, mails, lastToken } = await start({ options: { emailConfirmation } });
  // A second better-auth on the same tables signs what the adapter never would.
  const issuer = createBetterAuth({ ...options, mails: createBackgroundMails(options.mailer, options.reportProblem) });
  const sign = async (payload: Record<string, unknown>): Promise<string> =>
    tokenSchema.parse(await issuer.api.signJWT({ body: { payload } })).token;
  return {
    provider,
    confirmation: emailConfirmation,
    mailedToken: lastToken,
    async mailCount(email) {
      await settled(provider);
      return mails.filter(({ to }) => to === email).length;
    },
    async publicKey(): Promise<JWK> {
      const { kid } = decodeProtectedHeader(await sign({ sub: 'anyone' }));
      const key = keySetSchema.parse(await issuer.api.getJwks()).keys.find((each) => each.kid === kid);
      if (key === undefined) throw new Error('The current key is not published');
      return key;
    },
    sign,
    async rotateKey() {
      await pool.query(`UPDATE identity.jwks SET "expiresAt" = now() - interval '1 second'`);
      await sign({ sub: 'anyone' });
    },
    async dropOldKeys() {
      await pool.query('DELETE FROM identity.jwks WHERE "expiresAt" <= now()');
    },
    advance: (ms) => clock.advance(ms),
    close: () => settled(provider),
  };
}
