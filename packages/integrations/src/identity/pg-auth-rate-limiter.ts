import { createHmac } from 'node:crypto';
import { DomainError } from '@rsm/domain/common/domain-error';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import type { AuthAction, AuthRateLimiter } from '@rsm/domain/identity/auth-rate-limiter';
import type { Pool } from 'pg';
import { z } from 'zod';
import { serviceUnavailable } from '../common/deadline.ts';
import { IDENTITY_SCHEMA, migrateIdentity } from './identity-database.ts';
import { networkOfAddress } from './network-of-address.ts';

export interface AuthLimit {
  readonly attemptsMax: number;
  readonly windowMs: number;
}

export type AuthLimits = Readonly<Record<AuthAction, { readonly account: AuthLimit; readonly address: AuthLimit }>>;

/**
 * Accounts are guarded against guessing (OWASP ASVS 5.0, 6.3.1), addresses against trying many accounts; an address is
 * often a whole office, so it may do more. Windows are short, because whoever knows an address can use its limit up.
 */
export const AUTH_LIMITS: AuthLimits = {
  sign_up: { account: { attemptsMax: 5, windowMs: HOUR_MS }, address: { attemptsMax: 30, windowMs: HOUR_MS } },
  sign_in: {
    account: { attemptsMax: 10, windowMs: 15 * MINUTE_MS },
    address: { attemptsMax: 100, windowMs: 15 * MINUTE_MS },
  },
  refresh: {
    account: { attemptsMax: 60, windowMs: 5 * MINUTE_MS },
    address: { attemptsMax: 1_000, windowMs: 5 * MINUTE_MS },
  },
  password_reset: { account: { attemptsMax: 5, windowMs: HOUR_MS }, address: { attemptsMax: 30, windowMs: HOUR_MS } },
  email_confirmation: {
    account: { attemptsMax: 5, windowMs: HOUR_MS },
    address: { attemptsMax: 60, windowMs: HOUR_MS },
  },
};

/** How many rows one `prune` removes at most. */
export const AUTH_ATTEMPTS_PRUNED_MAX = 5_000;

const TABLE = `${IDENTITY_SCHEMA}.auth_attempts`;
const WINDOW_IS_OVER = `a.ends_at <= clock_timestamp()`;

/**
 * Takes one attempt if there is one left, in one statement: the row's lock makes attempts of all processes come one after
 * the other. At the limit the guard finds nothing to update, so refused attempts write nothing.
 */
const TAKE = `
  INSERT INTO ${TABLE} AS a (action, subject_kind, subject_hash, attempts, ends_at)
  VALUES ($1, $2, $3, 1, clock_timestamp() + $4 * interval '1 millisecond')
  ON CONFLICT ON CONSTRAINT auth_attempts_pkey DO UPDATE
     SET attempts = CASE WHEN ${WINDOW_IS_OVER} THEN 1 ELSE a.attempts + 1 END,
         ends_at = CASE WHEN ${WINDOW_IS_OVER} THEN excluded.ends_at ELSE a.ends_at END
   WHERE ${WINDOW_IS_OVER} OR a.attempts < $5
  RETURNING a.attempts`;

const REMAINING = `
  SELECT greatest(1, ceil(extract(epoch FROM ends_at - clock_timestamp())))::int AS seconds
    FROM ${TABLE} WHERE action = $1 AND subject_kind = $2 AND subject_hash = $3`;

const remainingSchema = z.array(z.object({ seconds: z.int() })).max(1);

export interface PgAuthRateLimiterOptions {
  readonly pool: Pool;
  /** Keys the hashes under which subjects are stored: the table holds no address of anybody. */
  readonly secret: string;
  readonly limits?: AuthLimits;
}

export interface PgAuthRateLimiter extends AuthRateLimiter {
  /** Makes the table. Repeatable, safe from several processes at once. */
  migrate(): Promise<void>;
  /** Removes rows whose window is over, at most `AUTH_ATTEMPTS_PRUNED_MAX`; says how many. For a periodic job. */
  prune(): Promise<number>;
}

/** Fixed windows in Postgres, so that the limit is one for all http processes and by one clock. */
export function createPgAuthRateLimiter(options: PgAuthRateLimiterOptions): PgAuthRateLimiter {
  const { pool, secret, limits = AUTH_LIMITS } = options;
  const query = (sql: string, values: readonly unknown[] = []) =>
    pool.query(sql, [...values]).catch((error: unknown) => {
      throw serviceUnavailable('sign-in service', error);
    });

  return {
    async take({ action, subject, subjectKind }) {
      const { attemptsMax, windowMs } = limits[action][subjectKind];
      const counted = subjectKind === 'address' ? networkOfAddress(subject) : subject.trim().toLowerCase();
      const hash = createHmac('sha256', secret).update(`${subjectKind}:${counted}`).digest();
      const key = [action, subjectKind, hash];
      const taken = await query(TAKE, [...key, windowMs, attemptsMax]);
      if (taken.rowCount === 1) return;
      // The window may have ended, or the row been pruned, between the two statements: then the wait is short.
      const remaining = remainingSchema.parse((await query(REMAINING, key)).rows);
      throw tooManyAttempts(remaining[0]?.seconds ?? 1);
    },

    migrate: () =>
      migrateIdentity(pool, async (client) => {
        await client.query(`
          CREATE TABLE IF NOT EXISTS ${TABLE} (
            action text NOT NULL,
            subject_kind text NOT NULL,
            subject_hash bytea NOT NULL,
            attempts integer NOT NULL,
            ends_at timestamptz(3) NOT NULL,
            CONSTRAINT auth_attempts_pkey PRIMARY KEY (action, subject_kind, subject_hash),
            CONSTRAINT auth_attempts_subject_kind_check CHECK (subject_kind IN ('account', 'address')),
            CONSTRAINT auth_attempts_attempts_check CHECK (attempts > 0)
          )`);
        await client.query(`CREATE INDEX IF NOT EXISTS auth_attempts_ends_at_idx ON ${TABLE} (ends_at)`);
      }),

    async prune() {
      const removed = await query(
        `DELETE FROM ${TABLE} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM ${TABLE} WHERE ends_at <= clock_timestamp() LIMIT $1 FOR UPDATE SKIP LOCKED))`,
        [AUTH_ATTEMPTS_PRUNED_MAX],
      );
      return removed.rowCount ?? 0;
    },
  };
}

function tooManyAttempts(seconds: number): DomainError {
  const wait =
    seconds * SECOND_MS >= 2 * MINUTE_MS
      ? `${Math.ceil(seconds / 60)} minutes (${seconds} seconds)`
      : `${seconds} seconds`;
  return new DomainError('too_many_attempts', `Too many attempts. Wait ${wait}.`, {
    remedy: `Try again in ${seconds} seconds.`,
  });
}
