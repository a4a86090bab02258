import { SECOND_MS, instant } from '@rsm/domain/common/instant';
import type { IdentityProvider, IdentitySession } from '@rsm/domain/identity/identity-provider';
import { getMigrations } from 'better-auth/db/migration';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { answerNoSoonerThan } from '../../common/answer-floor.ts';
import { serviceUnavailable } from '../../common/deadline.ts';
import { NamedLimit } from '../../common/named-limit.ts';
import { createBackgroundMails } from '../../mail/background-mails.ts';
import { normaliseDisplayName, normaliseEmail } from '../credential-checks.ts';
import { migrateIdentity } from '../identity-database.ts';
import { invalidCredentials, sessionExpired, tokenInvalid } from '../identity-failures.ts';
import { checkNewPassword, isPossiblePassword } from '../password-policy.ts';
import { createTokenKeySet } from '../token-key-set.ts';
import type { TokenClaims } from '../token-verifier.ts';
import { ACCESS_TOKEN_LIFETIME_MS, ISSUER_CLOCK_TOLERANCE_MS, createTokenVerifier } from '../token-verifier.ts';
import { betterAuthErrorCode, betterAuthFailure } from './better-auth-failures.ts';
import type { BetterAuthIdentityOptions } from './better-auth-options.ts';
import {
  ANSWER_MS_MIN,
  BETTER_AUTH_AUDIENCE,
  BETTER_AUTH_ISSUER,
  SIGN_UPS_AT_ONCE_MAX,
  SIGN_UP_QUEUE_MAX,
  SIGN_UP_WAIT_MS_MAX,
} from './better-auth-options.ts';
import { createBetterAuth } from './create-better-auth.ts';
import { ensureSigningKey, pruneIdentity } from './identity-maintenance.ts';

const DRAIN_MS_MAX = 10 * SECOND_MS;
const TOKEN_CHARS_MAX = 4 * 1024;
/** A signed session token: its random part, a dot, its signature. Nothing else may become a header. */
const SESSION_SECRET = /^[A-Za-z0-9]{16,128}\.[A-Za-z0-9+/=_%-]{16,256}$/;

const claimsSchema = z.object({ email: z.string(), email_verified: z.boolean(), name: z.string() });
const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const signedSchema = z.object({ token: z.string() });
const signedUpSchema = z.object({
  headers: z.instanceof(Headers),
  response: z.object({ token: z.string().nullable() }),
});
const signedInSchema = z.object({ headers: z.instanceof(Headers) });
const sessionSchema = z.object({
  session: z.object({ expiresAt: z.date() }),
  user: z.object({ id: z.string(), email: z.string(), emailVerified: z.boolean(), name: z.string() }),
});

export interface BetterAuthIdentityProvider extends IdentityProvider {
  /** Makes or updates the schema and the first signing key. Repeatable, safe from several processes at once. */
  migrate(): Promise<void>;
  /** Removes ended sessions and mailed tokens, a bounded number of them; says how many. For a periodic job. */
  prune(): Promise<number>;
  /** Waits for mails under way, for at most ten seconds. The pool stays the caller's. */
  close(): Promise<void>;
}

/** The default identity provider: better-auth in the Postgres schema `identity`. */
export function createBetterAuthIdentityProvider(options: BetterAuthIdentityOptions): BetterAuthIdentityProvider {
  const { pool, clock, reportProblem, answerMsMin = ANSWER_MS_MIN } = options;
  const mails = createBackgroundMails(options.mailer, reportProblem);
  const auth = createBetterAuth({ ...options, mails });
  const loadKeySet = async () => keySetSchema.parse(await auth.api.getJwks());
  const verifier = createTokenVerifier({
    issuer: BETTER_AUTH_ISSUER,
    audience: BETTER_AUTH_AUDIENCE,
    algorithms: ['EdDSA'],
    keySet: createTokenKeySet({ load: loadKeySet, clock }),
    readClaims,
    clock,
    // Several http processes may run on several hosts, each with its own clock.
    clockToleranceMs: ISSUER_CLOCK_TOLERANCE_MS,
  });

  const findSession = async (headers: Headers) => {
    const found: unknown = await attempt(auth.api.getSession({ headers }));
    return found === null ? undefined : sessionSchema.parse(found);
  };
  const openSession = async (sessionSecret: string): Promise<IdentitySession> => {
    const headers = bearerOf(sessionSecret);
    const found = headers === undefined ? undefined : await findSession(headers);
    if (found === undefined) throw sessionExpired();
    const { id, email, emailVerified, name } = found.user;
    // Times are ours, by the clock that the verifier reads, and not the library's.
    const iat = Math.floor(clock.now() / SECOND_MS);
    const exp = iat + ACCESS_TOKEN_LIFETIME_MS / SECOND_MS;
    const payload = { sub: id, iat, exp, email, email_verified: emailVerified, name };
    const { token } = signedSchema.parse(await attempt(auth.api.signJWT({ body: { payload } })));
    return {
      accessToken: token,
      accessTokenExpiresAt: instant(exp * SECOND_MS),
      sessionSecret,
      sessionExpiresAt: instant(found.session.expiresAt.getTime()),
    };
  };
  type SignUpInput = { readonly email: string; readonly password: string; readonly name: string };
  const signUps = new NamedLimit({
    name: 'sign-ups',
    atOnceMax: SIGN_UPS_AT_ONCE_MAX,
    queueMax: SIGN_UP_QUEUE_MAX,
    waitMsMax: SIGN_UP_WAIT_MS_MAX,
  });
  const signUpOnce = (input: SignUpInput) => auth.api.signUpEmail({ body: input, returnHeaders: true });
  const signUp = (input: SignUpInput) =>
    signUps.run(() =>
      signUpOnce(input).catch((error: unknown) => {
        // Two sign-ups at once: the slower one finds the account there and gets the usual answer.
        if (betterAuthErrorCode(error) === 'FAILED_TO_CREATE_USER') return signUpOnce(input);
        throw error;
      }),
    );
  const signUpMsMin = options.emailConfirmation === 'required' ? answerMsMin : 0;

  return {
    async signUp({ email, password, displayName }) {
      const input = { email: normaliseEmail(email), password, name: normaliseDisplayName(displayName) };
      checkNewPassword(password, 'password');
      const answer: unknown = await answerNoSoonerThan(signUpMsMin, () => attempt(signUp(input)));
      const { headers, response } = signedUpSchema.parse(answer);
      if (response.token === null) return { kind: 'confirmation_required' };
      return { kind: 'signed_in', session: await openSession(sessionSecretOf(headers)) };
    },

    async signIn({ email, password }) {
      if (!isPossiblePassword(password)) throw invalidCredentials();
      const body = { email: normaliseEmail(email), password };
      const answer: unknown = await attempt(auth.api.signInEmail({ body, returnHeaders: true }));
      const { headers } = signedInSchema.parse(answer);
      return openSession(sessionSecretOf(headers));
    },

    refresh: ({ sessionSecret }) => openSession(sessionSecret),

    async signOut({ sessionSecret }) {
      const headers = bearerOf(sessionSecret);
      if (headers === undefined) return;
      await attempt(auth.api.signOut({ headers }));
      // better-auth says success even when the database refused, so the end of the session is looked at.
      if ((await findSession(headers)) !== undefined) throw serviceUnavailable('sign-in service');
    },

    async requestPasswordReset({ email }) {
      const body = { email: normaliseEmail(email) };
      await answerNoSoonerThan(answerMsMin, () => attempt(auth.api.requestPasswordReset({ body })));
    },

    async resetPassword({ token, newPassword }) {
      // Checked before the token is spent, so that a bad password does not cost a new mail.
      checkNewPassword(newPassword, 'newPassword');
      if (token.length === 0 || token.length > TOKEN_CHARS_MAX) throw tokenInvalid();
      await attempt(auth.api.resetPassword({ body: { token, newPassword } }));
    },

    async requestEmailConfirmation({ email }) {
      await attempt(auth.api.sendVerificationEmail({ body: { email: normaliseEmail(email) } }));
    },

    async confirmEmail({ token }) {
      if (token.length === 0 || token.length > TOKEN_CHARS_MAX) throw tokenInvalid();
      await attempt(auth.api.verifyEmail({ query: { token } }));
    },

    verifyAccessToken: (token) => verifier.verify(token),

    async deleteIdentity({ subject }) {
      const { adapter, internalAdapter } = await auth.$context;
      await attempt(internalAdapter.deleteUser(subject));
      // Resets under way name the person, too; the library leaves them.
      await attempt(adapter.deleteMany({ model: 'verification', where: [{ field: 'value', value: subject }] }));
    },

    migrate: () =>
      migrateIdentity(pool, async (client) => {
        const { runMigrations } = await getMigrations(auth.options);
        await runMigrations();
        // The first signature makes the first key; here, under the lock, it is made once for all processes.
        const sign = () => auth.api.signJWT({ body: { payload: { sub: 'migration' } } });
        await ensureSigningKey({ client, sign, reportProblem });
      }),

    prune: () => attempt(pruneIdentity(pool)),

    close: () => mails.drain(DRAIN_MS_MAX),
  };
}

/** Where the bearer plugin leaves the signed session token. */
function sessionSecretOf(headers: Headers): string {
  const secret = headers.get('set-auth-token');
  if (secret === null) throw sessionExpired();
  return secret;
}

function readClaims(payload: JWTPayload): TokenClaims | undefined {
  const parsed = claimsSchema.safeParse(payload);
  if (!parsed.success) return undefined;
  const { email, email_verified: emailVerified, name: displayName } = parsed.data;
  return { email, emailVerified, displayName };
}

/** Waits for the library and turns its failure into one of ours. */
async function attempt<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw betterAuthFailure(error);
  }
}

function bearerOf(sessionSecret: string): Headers | undefined {
  return SESSION_SECRET.test(sessionSecret) ? new Headers({ authorization: `Bearer ${sessionSecret}` }) : undefined;
}
