import { DomainError } from '@rsm/domain/common/domain-error';
import type { Clock } from '@rsm/domain/common/instant';
import { DAY_MS, plusMs } from '@rsm/domain/common/instant';
import type { IdentityProvider, IdentitySession } from '@rsm/domain/identity/identity-provider';

/**
 * Who is who, in memory, for tests in which thousands of people act and none of them signs in: password hashing would be all
 * that they measure. The access token is the address, as it is or in base64url, which a header can carry, and any password lets its owner in. Tests of the door use the real provider.
 */
export function createMemoryIdentityProvider(options: { readonly clock: Clock }): IdentityProvider {
  const { clock } = options;
  const unused = (): never => {
    throw new Error('Tests without a door do not use this.');
  };
  const sessionOf = (email: string): IdentitySession => ({
    accessToken: Buffer.from(email).toString('base64url'),
    accessTokenExpiresAt: plusMs(clock.now(), DAY_MS),
    sessionSecret: email,
    sessionExpiresAt: plusMs(clock.now(), DAY_MS),
  });
  return {
    signUp: async ({ email }) => ({ kind: 'signed_in', session: sessionOf(email) }),
    signIn: async ({ email }) => sessionOf(email),
    refresh: async ({ sessionSecret }) => sessionOf(sessionSecret),
    signOut: unused,
    requestPasswordReset: unused,
    resetPassword: unused,
    requestEmailConfirmation: unused,
    confirmEmail: unused,
    deleteIdentity: unused,
    verifyAccessToken: async (given) => {
      const token = given.includes('@') ? given : Buffer.from(given, 'base64url').toString();
      if (!token.includes('@')) throw new DomainError('unauthenticated', 'This token is not valid.');
      return {
        issuer: 'https://identity.test',
        subject: token,
        email: token,
        emailVerified: true,
        displayName: token.split('@')[0] ?? token,
        expiresAt: plusMs(clock.now(), DAY_MS),
      };
    },
  };
}
