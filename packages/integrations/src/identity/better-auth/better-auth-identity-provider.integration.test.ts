import type { Mailer } from '@rsm/domain/mail/mailer';
import { describe, expect, it, vi } from 'vitest';
import { createBackgroundMails } from '../../mail/background-mails.ts';
import { createIdentityDatabase } from '../identity-database.ts';
import { createPasswordHasher } from '../password-hasher.ts';
import { createBetterAuth } from './create-better-auth.ts';
import { ADA, PASSWORD, settled, signedIn, useBetterAuthTestBed } from './testing/better-auth-test-bed.ts';

const TABLES = ['user', 'session', 'account', 'verification', 'jwks'];
const ANOTHER_SECRET = 'another secret of enough characters';

const { pool, make, start } = useBetterAuthTestBed();

describe('better-auth adapter', () => {
  it('keeps its tables in a schema of its own', async () => {
    await start();
    const { rows } = await pool().query<{ schema: string; name: string }>(
      `SELECT schemaname AS schema, tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(new Set(rows.map(({ schema }) => schema))).toEqual(new Set(['identity']));
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(TABLES));
  });

  it('can be migrated again, by several processes at once, and makes one signing key', async () => {
    const { provider } = await start();
    await pool().query('DROP SCHEMA identity CASCADE');
    // More than the pool has connections.
    await Promise.all(Array.from({ length: 12 }, () => provider.migrate()));
    const { rows } = await pool().query('SELECT id FROM identity.jwks');
    expect(rows).toHaveLength(1);
  });

  it('stores neither a password nor anything that lets in', async () => {
    const { provider, lastToken } = await start();
    const { sessionSecret } = await signedIn(provider);
    await provider.requestPasswordReset(ADA);
    const reset = await lastToken('password_reset');
    let stored = '';
    for (const table of TABLES)
      stored += JSON.stringify((await pool().query(`SELECT * FROM identity."${table}"`)).rows);
    expect(stored).toContain('$argon2id$v=19$m=47104,t=1,p=1$');
    for (const secret of [PASSWORD, sessionSecret, reset]) expect(stored).not.toContain(secret);
    // The private half of the signing key is encrypted.
    expect(stored).not.toMatch(/\\"d\\":/);
  });

  it('does not take the stored part of a session secret for the whole', async () => {
    const { provider, options } = await start();
    await signedIn(provider);
    const { rows } = await pool().query<{ token: string }>('SELECT token FROM identity.session');
    for (const { token } of rows) {
      for (const sessionSecret of [token, `${token}.`, `${token}.${'A'.repeat(43)}=`]) {
        await expect(provider.refresh({ sessionSecret })).rejects.toMatchObject({ code: 'session_expired' });
      }
    }
    // The library alone refuses it as well, not only our look at the form of a secret.
    const auth = createBetterAuth({
      ...options,
      mails: createBackgroundMails(options.mailer, options.reportProblem),
    });
    for (const { token } of rows) {
      const headers = new Headers({ authorization: `Bearer ${token}` });
      await expect(auth.api.getSession({ headers })).resolves.toBeNull();
    }
    expect(rows).toHaveLength(1);
  });

  it('keeps sessions over a restart with the same secret, and none with another', async () => {
    const { provider } = await start();
    const session = await signedIn(provider);
    const again = await start({ keepData: true });
    await expect(again.provider.refresh(session)).resolves.toBeDefined();
    await expect(again.provider.verifyAccessToken(session.accessToken)).resolves.toBeDefined();
    const other = await start({ keepData: true, options: { secret: ANOTHER_SECRET } });
    await expect(other.provider.refresh(session)).rejects.toMatchObject({ code: 'session_expired' });
  });

  it('lets people sign in again after the secret was changed, and ends no access token early', async () => {
    const { provider } = await start();
    const { accessToken } = await signedIn(provider);
    const changed = await start({ keepData: true, options: { secret: ANOTHER_SECRET } });
    await changed.provider.migrate();
    await changed.provider.migrate();
    expect(changed.problems).toMatchObject([{ what: 'identity.signing_key_replaced' }]);
    const session = await changed.provider.signIn(ADA);
    await expect(changed.provider.verifyAccessToken(session.accessToken)).resolves.toBeDefined();
    await expect(changed.provider.verifyAccessToken(accessToken)).resolves.toBeDefined();
  });

  it('takes its secret from its options, whatever the environment says', async () => {
    const { provider } = await start();
    const session = await signedIn(provider);
    for (const name of ['BETTER_AUTH_SECRET', 'AUTH_SECRET']) vi.stubEnv(name, ANOTHER_SECRET);
    vi.stubEnv('BETTER_AUTH_SECRETS', `7:${ANOTHER_SECRET}`);
    const again = await start({ keepData: true });
    await expect(again.provider.refresh(session)).resolves.toBeDefined();
  });

  it('does not start where better-auth would send telemetry', () => {
    vi.stubEnv('BETTER_AUTH_TELEMETRY_ENDPOINT', 'http://127.0.0.1:9/');
    expect(() => make()).toThrow(/BETTER_AUTH_TELEMETRY_ENDPOINT is set.*Remove it/);
  });

  it('leaves connections for everybody else while many sign up', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { provider } = await start();
    const session = await signedIn(provider);
    const hasher = createPasswordHasher();
    const slow = await start({
      keepData: true,
      options: { passwordHasher: { ...hasher, hash: (password) => released.then(() => hasher.hash(password)) } },
    });
    const signUps = Array.from({ length: 20 }, (_, n) => slow.provider.signUp({ ...ADA, email: `${n}@example.org` }));
    await expect(slow.provider.refresh(session)).resolves.toBeDefined();
    release();
    await expect(Promise.all(signUps)).resolves.toHaveLength(20);
  });

  it('keeps nothing of a deleted person', async () => {
    const { provider, lastToken } = await start();
    const { accessToken } = await signedIn(provider);
    const { subject } = await provider.verifyAccessToken(accessToken);
    await provider.requestPasswordReset(ADA);
    const token = await lastToken('password_reset');
    await provider.deleteIdentity({ subject });
    await expect(provider.resetPassword({ token, newPassword: PASSWORD })).rejects.toMatchObject({
      code: 'token_invalid',
    });
    for (const table of ['user', 'session', 'account', 'verification']) {
      const stored = JSON.stringify((await pool().query(`SELECT * FROM identity."${table}"`)).rows);
      expect(stored).not.toMatch(new RegExp(`${ADA.email}|${ADA.displayName}|${subject}`));
    }
  });

  it('gives a session a fixed end that refreshing does not move', async () => {
    const { provider } = await start();
    const first = await signedIn(provider);
    await pool().query(`UPDATE identity.session SET "expiresAt" = "expiresAt" - interval '20 days'`);
    const second = await provider.refresh(first);
    expect(first.sessionExpiresAt - second.sessionExpiresAt).toBe(20 * 86_400_000);
    await pool().query('UPDATE identity.session SET "expiresAt" = now()');
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
    const gone = createIdentityDatabase({
      databaseUrl: 'postgres://127.0.0.1:9/none',
      reportProblem: () => undefined,
    });
    try {
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
    } finally {
      await gone.end();
    }
  });

  it('refuses a secret that is too short', () => {
    expect(() => make({ secret: 'short' })).toThrow(/AUTH_SECRET has 5 characters/);
  });
});
