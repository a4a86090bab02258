import { SECOND_MS } from '@rsm/domain/common/instant';
import { betterAuth } from 'better-auth';
import { bearer } from 'better-auth/plugins/bearer';
import { jwt } from 'better-auth/plugins/jwt';
import type { BackgroundMails } from '../../mail/background-mails.ts';
import { createPasswordHasher } from '../password-hasher.ts';
import { PASSWORD_LENGTH_MAX } from '../password-policy.ts';
import { ACCESS_TOKEN_LIFETIME_MS } from '../token-verifier.ts';
import type { BetterAuthIdentityOptions } from './better-auth-options.ts';
import {
  BETTER_AUTH_AUDIENCE,
  BETTER_AUTH_ISSUER,
  EMAIL_CONFIRMATION_LIFETIME_MS,
  PASSWORD_RESET_LIFETIME_MS,
  SESSION_LIFETIME_MS,
  SIGNING_KEY_GRACE_MS,
  SIGNING_KEY_ROTATION_MS,
  checkAuthSecret,
  refuseTelemetryEndpoint,
} from './better-auth-options.ts';
import { accountExistsMail, emailConfirmationMail, passwordResetMail } from './identity-mails.ts';

/** Of better-auth's user, what our callbacks look at. */
interface AuthUser {
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
}

/**
 * better-auth as we use it: e-mail and password, nothing else. Its HTTP handler is never mounted, so its own limiter,
 * its origin checks and its cookies don't matter; our auth router is the only door and calls `auth.api` directly.
 */
export function createBetterAuth(options: BetterAuthIdentityOptions & { readonly mails: BackgroundMails }) {
  const { pool, secret, publicUrl, mails, reportProblem } = options;
  checkAuthSecret(secret);
  refuseTelemetryEndpoint(process.env);
  const hasher = options.passwordHasher ?? createPasswordHasher();
  const required = options.emailConfirmation === 'required';

  const auth = betterAuth({
    appName: 'Remote Servers Marketplace',
    baseURL: publicUrl,
    // Both, because better-auth reads what is missing from the environment (BETTER_AUTH_SECRETS, AUTH_SECRET).
    secret,
    secrets: [{ version: 1, value: secret }],
    database: pool,
    // BETTER_AUTH_TELEMETRY=1 would override this, but without the endpoint refused above nothing is ever sent.
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: {
      level: 'error',
      disableColors: true,
      // Only messages: the things logged beside them carry addresses.
      log: (_level: string, message: string) =>
        reportProblem({ what: 'identity.better_auth', cause: new Error(message) }),
    },
    // Reset tokens are stored as hashes, so that whoever reads the table can't use them.
    verification: { storeIdentifier: 'hashed' },
    session: {
      expiresIn: seconds(SESSION_LIFETIME_MS),
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: required,
      // Our own policy checks lengths in characters; here stands only the outer bound.
      minPasswordLength: 1,
      maxPasswordLength: PASSWORD_LENGTH_MAX,
      password: hasher,
      resetPasswordTokenExpiresIn: seconds(PASSWORD_RESET_LIFETIME_MS),
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }: { user: AuthUser; token: string }) => {
        mails.post('identity.password_reset_mail', passwordResetMail({ to: user.email, publicUrl, token }));
      },
      onExistingUserSignUp: async ({ user }: { user: AuthUser }) => {
        mails.post('identity.account_exists_mail', accountExistsMail({ to: user.email, publicUrl }));
      },
      // Whoever could read the mail owns the address. Without this, someone else's unconfirmed sign-up would lock him out.
      onPasswordReset: async ({ user }: { user: AuthUser }) => {
        if (!user.emailVerified) await markConfirmed(user.id);
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: false,
      autoSignInAfterVerification: false,
      expiresIn: seconds(EMAIL_CONFIRMATION_LIFETIME_MS),
      sendVerificationEmail: async ({ user, token }: { user: AuthUser; token: string }) => {
        mails.post('identity.email_confirmation_mail', emailConfirmationMail({ to: user.email, publicUrl, token }));
      },
    },
    plugins: [
      // Unsigned session tokens are what the table holds; only the signed form lets in.
      bearer({ requireSignature: true }),
      jwt({
        disableSettingJwtHeader: true,
        jwks: {
          keyPairConfig: { alg: 'EdDSA', crv: 'Ed25519' },
          rotationInterval: seconds(SIGNING_KEY_ROTATION_MS),
          gracePeriod: seconds(SIGNING_KEY_GRACE_MS),
        },
        jwt: {
          issuer: BETTER_AUTH_ISSUER,
          audience: BETTER_AUTH_AUDIENCE,
          expirationTime: `${seconds(ACCESS_TOKEN_LIFETIME_MS)}s`,
        },
      }),
    ],
  });

  async function markConfirmed(userId: string): Promise<void> {
    const context = await auth.$context;
    await context.internalAdapter.updateUser(userId, { emailVerified: true });
  }
  return auth;
}

function seconds(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}
