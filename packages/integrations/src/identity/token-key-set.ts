import type { Clock, Instant } from '@rsm/domain/common/instant';
import { MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import type { CryptoKey, JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, errors } from 'jose';

/** An unknown key id causes a new read at most this often, so that made-up ids can't hammer the issuer. */
export const KEY_SET_COOLDOWN_MS = 30 * SECOND_MS;
/** A known key is believed this long without a new read: the longest time for which a revoked key still works. */
export const KEY_SET_AGE_MS_MAX = 10 * MINUTE_MS;
/** While the issuer can't be reached the old keys stay good this long, then nothing is believed any more. */
export const KEY_SET_STALE_MS_MAX = 60 * MINUTE_MS;
/** Without any key set nobody can be let in, so the first read is repeated sooner. */
const FIRST_READ_RETRY_MS = SECOND_MS;

/** The issuer's keys could not be read. */
export class KeySetUnavailableError extends Error {
  override readonly name = 'KeySetUnavailableError';
}

export interface TokenKeySetOptions {
  /** Reads the issuer's public keys. Must have its own time-out and size limit. */
  readonly load: () => Promise<JSONWebKeySet>;
  readonly clock: Clock;
}

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * A cached view on an issuer's key set. jose's own remote set is not used because it only knows HTTP and lets failed
 * reads be repeated without a pause.
 */
export function createTokenKeySet({ load, clock }: TokenKeySetOptions): JWTVerifyGetKey {
  let keys: { readonly set: LocalKeySet; readonly readAt: Instant } | undefined;
  let lastTryAt: Instant | undefined;
  let running: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    lastTryAt = clock.now();
    const readAt = lastTryAt;
    keys = { set: createLocalJWKSet(onlyPublicAsymmetric(await load())), readAt };
  };
  /** Readers that come while a read runs share it. */
  const refresh = (): Promise<void> => (running ??= read().finally(() => (running = undefined)));
  const mayTry = (pauseMs: number): boolean =>
    running !== undefined || lastTryAt === undefined || clock.now() - lastTryAt >= pauseMs;

  const currentSet = async (): Promise<LocalKeySet> => {
    const age = keys === undefined ? Infinity : clock.now() - keys.readAt;
    if (age > KEY_SET_AGE_MS_MAX && mayTry(keys === undefined ? FIRST_READ_RETRY_MS : KEY_SET_COOLDOWN_MS)) {
      await refresh().catch((error: unknown) => {
        if (age > KEY_SET_STALE_MS_MAX)
          throw new KeySetUnavailableError('The key set could not be read.', { cause: error });
      });
    }
    if (keys === undefined || clock.now() - keys.readAt > KEY_SET_STALE_MS_MAX) {
      throw new KeySetUnavailableError('There is no key set.');
    }
    return keys.set;
  };

  return async (header, token): Promise<CryptoKey> => {
    // Without a key id jose would try whatever key fits; an issuer of ours always names the key.
    if (typeof header.kid !== 'string') throw new errors.JWKSNoMatchingKey();
    const set = await currentSet();
    try {
      return await set(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayTry(KEY_SET_COOLDOWN_MS)) throw error;
    }
    await refresh().catch(() => {
      throw new errors.JWKSNoMatchingKey();
    });
    return (await currentSet())(header, token);
  };
}

/** A shared secret must never verify a token (algorithm confusion), and private parts have no business here. */
function onlyPublicAsymmetric(set: JSONWebKeySet): JSONWebKeySet {
  return { keys: set.keys.filter((key) => key.kty !== 'oct' && key.d === undefined && key.k === undefined) };
}
