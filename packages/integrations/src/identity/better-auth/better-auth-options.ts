import type { Clock } from '@rsm/domain/common/instant';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import type { Mailer } from '@rsm/domain/mail/mailer';
import type { Pool } from 'pg';
import type { ReportProblem } from '../../common/problem-report.ts';
import type { PasswordHasher } from '../password-hasher.ts';

/**
 * Our users rows are keyed by issuer and subject, so the issuer must never change, not even with the public address:
 * both names are of our own making and lead nowhere.
 */
export const BETTER_AUTH_ISSUER = 'urn:rsm:identity';
export const BETTER_AUTH_AUDIENCE = 'urn:rsm:api';

/** A session ends this long after the sign-in, used or not (OWASP ASVS 5.0, 7.3.2). */
export const SESSION_LIFETIME_MS = 30 * DAY_MS;
export const PASSWORD_RESET_LIFETIME_MS = 30 * MINUTE_MS;
export const EMAIL_CONFIRMATION_LIFETIME_MS = 24 * HOUR_MS;
export const SIGNING_KEY_ROTATION_MS = 90 * DAY_MS;
/** Longer than any access token, so that a rotation ends no session early. */
export const SIGNING_KEY_GRACE_MS = DAY_MS;
export const AUTH_SECRET_CHARS_MIN = 32;
/** Several times what a sign-up takes on an idle host; better-auth has the same floor under its confirmation mails. */
export const ANSWER_MS_MIN = 500;
/** A sign-up keeps a connection while it waits for its password hash, so most of the pool is left to everybody else. */
export const SIGN_UPS_AT_ONCE_MAX = 2;
export const SIGN_UP_QUEUE_MAX = 64;
export const SIGN_UP_WAIT_MS_MAX = 5 * SECOND_MS;

export interface BetterAuthIdentityOptions {
  readonly pool: Pool;
  /** Signs session secrets and confirmation links and encrypts the signing keys in the database. */
  readonly secret: string;
  readonly mailer: Mailer;
  /** Where the links in mails lead: `<publicUrl>/reset-password` and `<publicUrl>/confirm-email`. */
  readonly publicUrl: string;
  /**
   * `required`: nobody comes in before he confirmed his address, and no answer tells whether an address has an account.
   * `offered`: a sign-up lets in at once, which must tell when an address is taken; for demos.
   */
  readonly emailConfirmation: 'required' | 'offered';
  readonly clock: Clock;
  readonly reportProblem: ReportProblem;
  readonly passwordHasher?: PasswordHasher;
  /** Answers that could tell by their time whether an address has an account take at least this long. */
  readonly answerMsMin?: number;
}

/** @throws Error when the secret is too short to sign anything with. */
export function checkAuthSecret(secret: string): void {
  if (secret.length < AUTH_SECRET_CHARS_MIN) {
    throw new Error(
      `AUTH_SECRET has ${secret.length} characters; it needs at least ${AUTH_SECRET_CHARS_MIN} random ones.`,
    );
  }
}

/**
 * better-auth reads it behind our configuration's back, and would send what it knows of this installation there.
 * @throws Error when it is set
 */
export function refuseTelemetryEndpoint(environment: Readonly<Record<string, string | undefined>>): void {
  if ((environment['BETTER_AUTH_TELEMETRY_ENDPOINT'] ?? '') === '') return;
  throw new Error('BETTER_AUTH_TELEMETRY_ENDPOINT is set, but this product sends no telemetry. Remove it.');
}
