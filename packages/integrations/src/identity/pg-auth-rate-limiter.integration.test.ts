import { DomainError } from '@rsm/domain/common/domain-error';
import type { AuthAction } from '@rsm/domain/identity/auth-rate-limiter';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIdentityDatabase } from './identity-database.ts';
import type { AuthLimits } from './pg-auth-rate-limiter.ts';
import { AUTH_LIMITS, createPgAuthRateLimiter } from './pg-auth-rate-limiter.ts';
import { createIdentityTestDatabase } from './testing/identity-test-database.ts';

const SECRET = 'a secret of the test, long enough';

describe('auth rate limiter', () => {
  let database: Awaited<ReturnType<typeof createIdentityTestDatabase>>;
  const pools: Pool[] = [];

  beforeAll(async () => {
    database = await createIdentityTestDatabase();
    await limiter().migrate();
  });
  beforeEach(async () => {
    await pool().query('TRUNCATE identity.auth_attempts');
  });
  afterAll(async () => {
    for (const each of pools) await each.end();
    await database.drop();
  });

  it('refuses the attempt after the last one, and says how long to wait', async () => {
    const { take } = door();
    for (let n = 0; n < 10; n += 1) await take('sign_in', 'ada@example.org');
    await expect(take('sign_in', 'ada@example.org')).rejects.toMatchObject({
      code: 'too_many_attempts',
      message: 'Too many attempts. Wait 15 minutes (900 seconds).',
      remedy: 'Try again in 900 seconds.',
    });
  });

  it('counts every account, kind and action apart', async () => {
    const { take } = door({ attemptsMax: 1 });
    await take('sign_in', 'ada@example.org');
    await take('sign_in', 'bob@example.org');
    await take('sign_up', 'ada@example.org');
    await take('sign_in', 'ada@example.org', 'address');
    await expect(take('sign_in', 'ada@example.org')).rejects.toMatchObject({ code: 'too_many_attempts' });
  });

  it('counts every spelling of an account and of a network as one', async () => {
    const { take } = door({ attemptsMax: 1 });
    await take('sign_in', 'ada@example.org');
    await expect(take('sign_in', ' ADA@Example.org ')).rejects.toMatchObject({ code: 'too_many_attempts' });
    await take('sign_in', '2001:db8::1', 'address');
    await expect(take('sign_in', '2001:DB8:0:0:ffff::2', 'address')).rejects.toMatchObject({
      code: 'too_many_attempts',
    });
  });

  it('begins anew when the window is over', async () => {
    const { take } = door({ attemptsMax: 2 });
    await take('sign_in', 'ada@example.org');
    await take('sign_in', 'ada@example.org');
    await expect(take('sign_in', 'ada@example.org')).rejects.toMatchObject({ code: 'too_many_attempts' });
    await letTimePass();
    await take('sign_in', 'ada@example.org');
    await take('sign_in', 'ada@example.org');
    await expect(take('sign_in', 'ada@example.org')).rejects.toMatchObject({ code: 'too_many_attempts' });
  });

  it('does not let refused attempts prolong the wait', async () => {
    const { take } = door({ attemptsMax: 1 });
    await take('sign_in', 'ada@example.org');
    const before = await rows();
    for (let n = 0; n < 5; n += 1) await take('sign_in', 'ada@example.org').catch(() => undefined);
    expect(await rows()).toEqual(before);
  });

  it('lets exactly the limit pass when many processes ask at once', async () => {
    const doors = Array.from({ length: 4 }, () => door({ attemptsMax: 25 }));
    const attempts = doors.flatMap(({ take }) => Array.from({ length: 50 }, () => take('sign_in', 'ada@example.org')));
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
    const refusals = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
    expect(refusals.map((reason) => (reason instanceof DomainError ? reason.code : reason))).toEqual(
      Array(175).fill('too_many_attempts'),
    );
  });

  it('lets exactly the limit pass when many ask at once after a window', async () => {
    const { take } = door({ attemptsMax: 5 });
    await take('sign_in', 'ada@example.org');
    await letTimePass();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => take('sign_in', 'ada@example.org')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  it('stores no address of anybody', async () => {
    const { take } = door();
    await take('sign_in', 'ada@example.org');
    await take('sign_in', '192.0.2.7', 'address');
    const stored = await rows();
    expect(stored).toHaveLength(2);
    expect(JSON.stringify(stored)).not.toMatch(/ada|example|192/);
    expect(stored.map(({ subject_hash }) => subject_hash.length)).toEqual([32, 32]);
  });

  it('prunes windows that are over and no others', async () => {
    const { take, prune } = door();
    await take('sign_in', 'ada@example.org');
    await letTimePass();
    await take('sign_in', 'bob@example.org');
    await expect(prune()).resolves.toBe(1);
    await expect(rows()).resolves.toHaveLength(1);
    await expect(prune()).resolves.toBe(0);
  });

  it('can be migrated again, and by several processes at once', async () => {
    const migrations = [limiter(), limiter(), limiter()].map((each) => each.migrate());
    await expect(Promise.all(migrations)).resolves.toBeDefined();
  });

  it('says busy, without a word of the database, when Postgres is gone', async () => {
    const gone = createIdentityDatabase({ databaseUrl: 'postgres://127.0.0.1:9/none', reportProblem: () => undefined });
    pools.push(gone);
    const take = createPgAuthRateLimiter({ pool: gone, secret: SECRET }).take({
      action: 'sign_in',
      subject: 'ada@example.org',
      subjectKind: 'account',
    });
    await expect(take).rejects.toMatchObject({
      code: 'busy',
      message: "The sign-in service can't be reached at the moment.",
    });
  });

  function pool(): Pool {
    const made = createIdentityDatabase({ databaseUrl: database.url, reportProblem: () => undefined });
    pools.push(made);
    return made;
  }

  function limiter(limits: AuthLimits = AUTH_LIMITS) {
    return createPgAuthRateLimiter({ pool: pool(), secret: SECRET, limits });
  }

  /** A door of a process of its own; with `attemptsMax` every limit is that. */
  function door(change: { attemptsMax?: number } = {}) {
    const limit = { attemptsMax: change.attemptsMax ?? 10, windowMs: 15 * 60_000 };
    const both = { account: limit, address: limit };
    const limits = { sign_up: both, sign_in: both, refresh: both, password_reset: both, email_confirmation: both };
    const own = limiter(change.attemptsMax === undefined ? AUTH_LIMITS : limits);
    return {
      prune: () => own.prune(),
      take: (action: AuthAction, subject: string, subjectKind: 'account' | 'address' = 'account') =>
        own.take({ action, subject, subjectKind }),
    };
  }

  /** As if an hour had gone by. */
  async function letTimePass(): Promise<void> {
    await pool().query(`UPDATE identity.auth_attempts SET ends_at = ends_at - interval '1 hour'`);
  }

  async function rows(): Promise<{ subject_hash: Buffer }[]> {
    return (await pool().query<{ subject_hash: Buffer }>('SELECT * FROM identity.auth_attempts ORDER BY action')).rows;
  }
});
