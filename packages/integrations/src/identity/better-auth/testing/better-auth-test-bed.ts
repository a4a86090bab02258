import type { Mail } from '@rsm/domain/mail/mailer';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { Problem } from '../../../common/problem-report.ts';
import { createIdentityDatabase } from '../../identity-database.ts';
import type { MailedTokenKind } from '../../testing/identity-contract.ts';
import { createIdentityTestDatabase } from '../../testing/identity-test-database.ts';
import { RunningClock } from '../../testing/running-clock.ts';
import type { BetterAuthIdentityProvider } from '../better-auth-identity-provider.ts';
import { createBetterAuthIdentityProvider } from '../better-auth-identity-provider.ts';
import type { BetterAuthIdentityOptions } from '../better-auth-options.ts';

export const PASSWORD = 'correct horse battery staple';
export const ADA = { email: 'ada@example.org', password: PASSWORD, displayName: 'Ada L.' };
export const PUBLIC_URL = 'https://rsm.example';
export const SECRET = 'the secret of these tests, 32 characters and more';
const LINKS: Record<MailedTokenKind, string> = {
  email_confirmation: `${PUBLIC_URL}/confirm-email#token=`,
  password_reset: `${PUBLIC_URL}/reset-password#token=`,
};

export interface StartOptions {
  /** Goes on with what the last provider left, as after a restart. */
  readonly keepData?: boolean;
  readonly options?: Partial<BetterAuthIdentityOptions>;
}

/** A database of the test file's own, and better-auth adapters on it. Call it at the top of the file. */
export function useBetterAuthTestBed() {
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

  const make = (change: Partial<BetterAuthIdentityOptions> = {}) => {
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
      // What takes its time for a reason of secrecy has its own test.
      answerMsMin: 1,
      ...change,
    };
    return { options, mails, problems, clock, provider: createBetterAuthIdentityProvider(options) };
  };

  const start = async ({ keepData = false, options = {} }: StartOptions = {}) => {
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
  };

  return { pool: () => pool, url: () => database.url, make, start };
}

/** Waits for the mails under way. */
export const settled = (provider: BetterAuthIdentityProvider): Promise<void> => provider.close();

/** Signs Ada up where no confirmation is needed. */
export async function signedIn(provider: BetterAuthIdentityProvider) {
  const outcome = await provider.signUp(ADA);
  if (outcome.kind !== 'signed_in') throw new Error('expected a session');
  return outcome.session;
}
