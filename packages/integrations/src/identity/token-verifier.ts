import { createHash } from 'node:crypto';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { Clock } from '@rsm/domain/common/instant';
import { MINUTE_MS, SECOND_MS, earlier, instant } from '@rsm/domain/common/instant';
import type { VerifiedIdentity } from '@rsm/domain/identity/identity-provider';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { jwtVerify } from 'jose';
import { serviceUnavailable } from '../common/deadline.ts';
import { KeySetUnavailableError } from './token-key-set.ts';

/** Only asymmetric algorithms can be named: with them the key that verifies cannot sign. */
export type TokenAlgorithm = 'EdDSA' | 'ES256' | 'RS256';

export const ACCESS_TOKEN_LIFETIME_MS = 5 * MINUTE_MS;
/** How far the clock of another host that issues tokens may be ahead of ours. */
export const ISSUER_CLOCK_TOLERANCE_MS = 5 * SECOND_MS;
export const ACCESS_TOKEN_CHARS_MAX = 8 * 1024;
export const VERIFIED_TOKENS_MAX = 10_000;

export type TokenClaims = Pick<VerifiedIdentity, 'email' | 'emailVerified' | 'displayName'>;

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly keySet: JWTVerifyGetKey;
  /** Reads what the issuer says about the person; `undefined` refuses the token. */
  readonly readClaims: (payload: JWTPayload) => Promise<TokenClaims | undefined> | TokenClaims | undefined;
  readonly clock: Clock;
  /** How far the issuer's clock may be off; 0 when it is our own. */
  readonly clockToleranceMs?: number;
  readonly verifiedTokensMax?: number;
}

export interface TokenVerifier {
  /**
   * Checks signature, algorithm, issuer, audience and times. A token is good for five minutes from its issue at most,
   * whatever its own expiry says.
   * @throws DomainError unauthenticated; busy when the issuer's keys can't be read.
   */
  verify(token: string): Promise<VerifiedIdentity>;
}

/** `jku`, `x5u` and an embedded `jwk` are never looked at: keys come from the key set alone, by key id. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { clock, clockToleranceMs = 0, verifiedTokensMax = VERIFIED_TOKENS_MAX } = options;
  // Keyed by hash, so that a memory dump holds no usable token. Map order is age of last use: the first is evicted.
  const verified = new Map<string, VerifiedIdentity>();

  const check = async (token: string): Promise<VerifiedIdentity> => {
    const { payload } = await jwtVerify(token, options.keySet, {
      issuer: options.issuer,
      audience: options.audience,
      algorithms: [...options.algorithms],
      requiredClaims: ['sub', 'exp', 'iat'],
      maxTokenAge: ACCESS_TOKEN_LIFETIME_MS / SECOND_MS,
      clockTolerance: clockToleranceMs / SECOND_MS,
      currentDate: new Date(clock.now()),
    });
    const { sub, exp, iat } = payload;
    const claims = await options.readClaims(payload);
    if (claims === undefined || sub === undefined || sub === '' || exp === undefined || iat === undefined)
      throw unauthenticated();
    const expiresAt = earlier(instant(exp * SECOND_MS), instant(iat * SECOND_MS + ACCESS_TOKEN_LIFETIME_MS));
    // The tolerance is for an issuer whose clock is ahead; it never makes a token live longer.
    if (expiresAt <= clock.now()) throw unauthenticated();
    return { issuer: options.issuer, subject: sub, ...claims, expiresAt };
  };

  return {
    async verify(token) {
      if (token.length === 0 || token.length > ACCESS_TOKEN_CHARS_MAX) throw unauthenticated();
      const key = createHash('sha256').update(token).digest('base64');
      const known = verified.get(key);
      verified.delete(key);
      if (known !== undefined && known.expiresAt > clock.now()) {
        verified.set(key, known);
        return known;
      }
      const identity = await check(token).catch((error: unknown) => {
        if (error instanceof KeySetUnavailableError) throw serviceUnavailable('sign-in service', error);
        // jose's errors carry the token's claims, so neither they nor their texts go any further.
        throw unauthenticated();
      });
      if (verified.size >= verifiedTokensMax) {
        const oldest = verified.keys().next();
        if (oldest.done !== true) verified.delete(oldest.value);
      }
      verified.set(key, identity);
      return identity;
    },
  };
}

/** One text for every reason: an attacker learns nothing, and the person can only sign in again. */
export function unauthenticated(): DomainError {
  return new DomainError('unauthenticated', 'You are not signed in, or your sign-in has expired.', {
    remedy: 'Sign in again.',
  });
}
