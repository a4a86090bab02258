import type { Instant } from '../common/instant.ts';

/** What a verified access token says. Roles are never read from it: they come from our own users row. */
export interface VerifiedIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly displayName: string;
  readonly expiresAt: Instant;
}

export interface IdentitySession {
  /** Five-minute JWT for the Authorization header. */
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Instant;
  /** Long-lived secret that buys the next access token; stays in the desktop's main process or an HttpOnly cookie. */
  readonly sessionSecret: string;
  readonly sessionExpiresAt: Instant;
}

export type SignUpOutcome =
  | { readonly kind: 'signed_in'; readonly session: IdentitySession }
  | { readonly kind: 'confirmation_required' };

/** Who a person is, kept by an adapter (better-auth or Supabase Auth). Answers never tell whether an address exists. */
export interface IdentityProvider {
  signUp(input: { email: string; password: string; displayName: string }): Promise<SignUpOutcome>;
  /** @throws DomainError invalid_credentials */
  signIn(input: { email: string; password: string }): Promise<IdentitySession>;
  /** @throws DomainError session_expired */
  refresh(input: { sessionSecret: string }): Promise<IdentitySession>;
  signOut(input: { sessionSecret: string }): Promise<void>;
  requestPasswordReset(input: { email: string }): Promise<void>;
  /** @throws DomainError token_invalid */
  resetPassword(input: { token: string; newPassword: string }): Promise<void>;
  requestEmailConfirmation(input: { email: string }): Promise<void>;
  /** @throws DomainError token_invalid */
  confirmEmail(input: { token: string }): Promise<void>;
  /** @throws DomainError unauthenticated */
  verifyAccessToken(token: string): Promise<VerifiedIdentity>;
  deleteIdentity(input: { subject: string }): Promise<void>;
}
