import { DomainError } from '@rsm/domain/common/domain-error';
import { SECOND_MS, instant } from '@rsm/domain/common/instant';
import type { IdentityProvider, IdentitySession } from '@rsm/domain/identity/identity-provider';
import type { AuthError, Session } from '@supabase/auth-js';
import { GoTrueClient, isAuthRetryableFetchError } from '@supabase/auth-js';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { createBoundedFetch } from '../../common/bounded-fetch.ts';
import { serviceUnavailable, withDeadline } from '../../common/deadline.ts';
import { normaliseDisplayName, normaliseEmail } from '../credential-checks.ts';
import { invalidCredentials, sessionExpired, tokenInvalid } from '../identity-failures.ts';
import { checkNewPassword, isPossiblePassword } from '../password-policy.ts';
import { createTokenKeySet } from '../token-key-set.ts';
import { ISSUER_CLOCK_TOLERANCE_MS, createTokenVerifier } from '../token-verifier.ts';
import { readSupabaseClaims } from './supabase-claims.ts';
import { createSupabaseEndpoints } from './supabase-endpoints.ts';
import { supabaseErrorCode, supabaseFailure } from './supabase-failures.ts';
import type { SupabaseIdentityOptions } from './supabase-options.ts';
import {
  SUPABASE_CALL_MS_MAX,
  SUPABASE_RESPONSE_BYTES_MAX,
  SUPABASE_SESSION_LIFETIME_MS,
  supabaseAuthUrl,
} from './supabase-options.ts';

const SECRET_CHARS_MAX = 4 * 1024;
const subjectSchema = z.uuid();
// `amr` keeps when the person signed in, and stays the same over refreshes.
const signInSchema = z.object({ amr: z.array(z.object({ timestamp: z.number() })).min(1) });

/**
 * Supabase Auth. The session secret is Supabase's refresh token: it works once, and each answer brings the next one.
 * Supabase sends its own mails; the project's templates must link to `publicUrl` with `{{ .TokenHash }}`. All calls come
 * from our address, so the project's limits per address must be set for that: the people's limits are at our own door.
 */
export function createSupabaseIdentityProvider(options: SupabaseIdentityOptions): IdentityProvider {
  const {
    clock,
    publicUrl,
    reportProblem,
    callMsMax = SUPABASE_CALL_MS_MAX,
    sessionLifetimeMs = SUPABASE_SESSION_LIFETIME_MS,
  } = options;
  const authUrl = supabaseAuthUrl(options.url);
  const boundedFetch = createBoundedFetch({ timeoutMs: callMsMax, responseBytesMax: SUPABASE_RESPONSE_BYTES_MAX });
  const endpoints = createSupabaseEndpoints({
    authUrl,
    publishableKey: options.publishableKey,
    fetch: boundedFetch,
    clock,
  });
  const verifier = createTokenVerifier({
    issuer: options.issuer ?? authUrl,
    audience: 'authenticated',
    algorithms: ['ES256', 'RS256', 'EdDSA'],
    keySet: createTokenKeySet({ load: endpoints.loadKeySet, clock }),
    readClaims: async (payload) => readSupabaseClaims(payload, await endpoints.confirmsEmail()),
    clock,
    clockToleranceMs: ISSUER_CLOCK_TOLERANCE_MS,
  });

  /**
   * Gives the work a client of its own, because a client keeps the session of whoever it served last, and ends both in
   * time. The library repeats a failed refresh in the background for half a minute; a late success would spend the
   * person's session secret for nobody, so after the end nothing is sent any more.
   */
  const withClient = async <T>(
    work: (client: GoTrueClient) => Promise<T>,
    key = options.publishableKey,
  ): Promise<T> => {
    const stop = new AbortController();
    const client = new GoTrueClient({
      url: authUrl,
      headers: { apikey: key, Authorization: `Bearer ${key}` },
      fetch: (input, init) => boundedFetch(input, { ...init, signal: stop.signal }),
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
    });
    try {
      return await withDeadline('sign-in service', callMsMax, work(client));
    } finally {
      stop.abort();
    }
  };

  const startedAt = (session: Session): number => {
    const claims = signInSchema.safeParse(decodeJwt(session.access_token));
    return claims.success ? Math.min(...claims.data.amr.map((entry) => entry.timestamp * SECOND_MS)) : clock.now();
  };
  const toSession = async (session: Session): Promise<IdentitySession> => {
    // Verified at once: a project with a shared signing secret would else let people in and then refuse every call.
    const identity = await verifier.verify(session.access_token).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'busy') throw error;
      throw new DomainError('internal', 'The sign-in service gave an access token that can not be verified.', {
        remedy: 'The operator must give the Supabase project an asymmetric signing key (ES256) and check its address.',
      });
    });
    return {
      accessToken: session.access_token,
      accessTokenExpiresAt: identity.expiresAt,
      sessionSecret: session.refresh_token,
      sessionExpiresAt: instant(startedAt(session) + sessionLifetimeMs),
    };
  };
  const refreshed = async (sessionSecret: string): Promise<Session> => {
    if (sessionSecret.length === 0 || sessionSecret.length > SECRET_CHARS_MAX) throw sessionExpired();
    const { data, error } = await withClient((client) => client.refreshSession({ refresh_token: sessionSecret }));
    if (error !== null) throw supabaseFailure(error);
    if (data.session === null) throw sessionExpired();
    return data.session;
  };
  const end = async (session: Session, scope: 'local' | 'global'): Promise<void> => {
    const { error } = await withClient((client) => client.admin.signOut(session.access_token, scope));
    if (error === null) return;
    const failure = supabaseFailure(error);
    if (failure.code !== 'session_expired') throw failure;
  };
  /** Sends a mail when there is such an account. Only an outage shows; all else would tell that there is one. */
  const silently = async (
    what: string,
    work: (client: GoTrueClient) => Promise<{ error: AuthError | null }>,
  ): Promise<void> => {
    const { error } = await withClient(work);
    if (error === null) return;
    if (isAuthRetryableFetchError(error)) throw serviceUnavailable('sign-in service', error);
    reportProblem({ what, cause: error });
  };

  return {
    async signUp({ email, password, displayName }) {
      const credentials = { email: normaliseEmail(email), password };
      const name = normaliseDisplayName(displayName);
      checkNewPassword(password, 'password');
      const { data, error } = await withClient((client) =>
        client.signUp({
          ...credentials,
          options: { data: { display_name: name }, emailRedirectTo: `${publicUrl}/confirm-email` },
        }),
      );
      if (error !== null) throw supabaseFailure(error);
      if (data.session === null) return { kind: 'confirmation_required' };
      return { kind: 'signed_in', session: await toSession(data.session) };
    },

    async signIn({ email, password }) {
      if (!isPossiblePassword(password)) throw invalidCredentials();
      const credentials = { email: normaliseEmail(email), password };
      const { data, error } = await withClient((client) => client.signInWithPassword(credentials));
      if (error !== null) throw supabaseFailure(error);
      return toSession(data.session);
    },

    async refresh({ sessionSecret }) {
      const session = await refreshed(sessionSecret);
      if (startedAt(session) + sessionLifetimeMs <= clock.now()) {
        await end(session, 'local');
        throw sessionExpired();
      }
      return toSession(session);
    },

    async signOut({ sessionSecret }) {
      // Supabase ends a session only for a bearer of its access token, so the secret buys one last token.
      const session = await refreshed(sessionSecret).catch((error: unknown) => {
        if (error instanceof DomainError && error.code === 'session_expired') return undefined;
        throw error;
      });
      if (session !== undefined) await end(session, 'local');
    },

    async requestPasswordReset({ email }) {
      const address = normaliseEmail(email);
      const redirect = { redirectTo: `${publicUrl}/reset-password` };
      await silently('identity.password_reset_mail', (client) => client.resetPasswordForEmail(address, redirect));
    },

    async resetPassword({ token, newPassword }) {
      // Checked before the token is spent, so that a bad password does not cost a new mail.
      checkNewPassword(newPassword, 'newPassword');
      const { session, error } = await withClient(async (client) => ({
        session: await redeem(client, 'recovery', token),
        error: (await client.updateUser({ password: newPassword })).error,
      }));
      // Whoever chose the password he had already has what he wanted.
      if (error !== null && supabaseErrorCode(error) !== 'same_password') {
        await end(session, 'local').catch((cause: unknown) => reportProblem({ what: 'identity.reset_session', cause }));
        throw supabaseFailure(error, 'newPassword');
      }
      await end(session, 'global');
    },

    async requestEmailConfirmation({ email }) {
      const resend = {
        type: 'signup',
        email: normaliseEmail(email),
        options: { emailRedirectTo: `${publicUrl}/confirm-email` },
      } as const;
      await silently('identity.email_confirmation_mail', (client) => client.resend(resend));
    },

    async confirmEmail({ token }) {
      // A confirmation lets nobody in: the session that Supabase opened for it ends at once.
      await end(await withClient((client) => redeem(client, 'email', token)), 'local');
    },

    verifyAccessToken: (token) => verifier.verify(token),

    async deleteIdentity({ subject }) {
      if (!subjectSchema.safeParse(subject).success) {
        throw new DomainError('invalid_input', 'This is not the subject of a Supabase identity.', {
          field: 'subject',
          remedy: 'Use the subject as the access token names it.',
        });
      }
      const { error } = await withClient((client) => client.admin.deleteUser(subject), options.secretKey);
      if (error !== null && supabaseErrorCode(error) !== 'user_not_found') throw supabaseFailure(error);
    },
  };
}

/** Trades a mailed token for the session that Supabase opens for it, in the client and as the answer. */
async function redeem(client: GoTrueClient, type: 'recovery' | 'email', token: string): Promise<Session> {
  if (token.length === 0 || token.length > SECRET_CHARS_MAX) throw tokenInvalid();
  const { data, error } = await client.verifyOtp({ type, token_hash: token });
  if (isAuthRetryableFetchError(error)) throw serviceUnavailable('sign-in service', error);
  if (error !== null || data.session === null) throw tokenInvalid();
  return data.session;
}
