import { DomainError } from '@rsm/domain/common/domain-error';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import { forgeTokens } from './testing/forged-tokens.ts';
import { ManualClock } from './testing/manual-clock.ts';
import type { TestKey } from './testing/test-issuer.ts';
import { keySetOf, makeKey, signWith } from './testing/test-issuer.ts';
import { KEY_SET_AGE_MS_MAX, KEY_SET_COOLDOWN_MS, KEY_SET_STALE_MS_MAX, createTokenKeySet } from './token-key-set.ts';
import { createTokenVerifier } from './token-verifier.ts';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'rsm';

describe('token verifier', () => {
  it('says who the token is about', async () => {
    const { verifier, token, clock } = await setup();
    await expect(verifier.verify(await token())).resolves.toEqual({
      issuer: ISSUER,
      subject: 'subject-1',
      email: 'ada@example.org',
      emailVerified: true,
      displayName: 'Ada',
      expiresAt: Math.floor(clock.now() / SECOND_MS) * SECOND_MS + 5 * MINUTE_MS,
    });
  });

  it.each<[string, ClaimChanges]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'another-product' }],
    ['no audience', { aud: undefined }],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['no expiry', { exp: undefined }],
    ['no time of issue', { iat: undefined }],
  ])('refuses %s', async (_, change) => {
    const { verifier, token } = await setup();
    await expect(verifier.verify(await token(change))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('refuses every known attack, with one text and without a word of the library', async () => {
    const { verifier, token, key } = await setup();
    const good = await token();
    await verifier.verify(good);
    for (const { attack, token: forged } of await forgeTokens(good, key.publicJwk)) {
      const error: unknown = await verifier.verify(forged).catch((reason: unknown) => reason);
      const { code, message, cause } =
        error instanceof DomainError ? error : { code: 'none', message: '', cause: error };
      expect({ attack, code, message, cause }).toEqual({
        attack,
        code: 'unauthenticated',
        message: 'You are not signed in, or your sign-in has expired.',
        cause: undefined,
      });
    }
  });

  it('refuses an algorithm that was not named, even with a published key', async () => {
    const { verifier, clock, issuer, key } = await setup();
    const other = await makeKey('key-es256', 'ES256');
    issuer.keys = keySetOf(key, other);
    await expect(verifier.verify(await signWith(other, claims(clock)))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(verifier.verify(await signWith(key, claims(clock)))).resolves.toBeDefined();
  });

  it('refuses a token that says it is issued in the future', async () => {
    const { verifier, token, clock } = await setup();
    const later = Math.floor(clock.now() / SECOND_MS) + 60;
    await expect(verifier.verify(await token({ iat: later, exp: later + 60 }))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('refuses a token signed with a symmetric key that got into the key set', async () => {
    const { clock } = await setup();
    const secret = Buffer.from('a shared secret of thirty-two byte');
    const keySet = createTokenKeySet({
      clock,
      load: async () => ({ keys: [{ kty: 'oct', kid: 'shared', alg: 'HS256', k: secret.toString('base64url') }] }),
    });
    const { SignJWT } = await import('jose');
    const token = await new SignJWT(claims(clock)).setProtectedHeader({ alg: 'HS256', kid: 'shared' }).sign(secret);
    const verifier = createTokenVerifier({ ...base(clock), algorithms: ['EdDSA', 'ES256', 'RS256'], keySet });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('ends a cached token when it expires', async () => {
    const { verifier, token, clock } = await setup();
    const good = await token();
    await verifier.verify(good);
    clock.advance(5 * MINUTE_MS - SECOND_MS);
    await verifier.verify(good);
    clock.advance(SECOND_MS);
    await expect(verifier.verify(good)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('ends a token five minutes after its issue, whatever it says itself', async () => {
    const { verifier, token, clock } = await setup();
    const hour = Math.floor(clock.now() / SECOND_MS) + 3600;
    const long = await token({ exp: hour });
    await expect(verifier.verify(long)).resolves.toMatchObject({ expiresAt: (hour - 3600 + 300) * SECOND_MS });
    clock.advance(5 * MINUTE_MS + SECOND_MS);
    await expect(verifier.verify(long)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('checks a token once and answers from the cache after that', async () => {
    let checks = 0;
    const { verifier, token } = await setup({ onClaims: () => (checks += 1) });
    const good = await token();
    await verifier.verify(good);
    await verifier.verify(good);
    expect(checks).toBe(1);
  });

  it('keeps a bounded number of tokens and drops the least recently used', async () => {
    let checks = 0;
    const { verifier, token } = await setup({ onClaims: () => (checks += 1), verifiedTokensMax: 2 });
    const [a, b, c] = [await token({ sub: 'a' }), await token({ sub: 'b' }), await token({ sub: 'c' })];
    await verifier.verify(a);
    await verifier.verify(b);
    await verifier.verify(a);
    await verifier.verify(c);
    expect(checks).toBe(3);
    await verifier.verify(a);
    expect(checks).toBe(3);
    await verifier.verify(b);
    expect(checks).toBe(4);
  });
});

describe('key set', () => {
  it('reads again for an unknown key id, so a rotated key works at once', async () => {
    const { verifier, token, clock, issuer } = await setup();
    await verifier.verify(await token());
    const next = await makeKey('key-2');
    issuer.keys = keySetOf(next);
    clock.advance(KEY_SET_COOLDOWN_MS);
    await expect(verifier.verify(await signWith(next, claims(clock)))).resolves.toMatchObject({ subject: 'subject-1' });
    expect(issuer.reads).toBe(2);
  });

  it('reads at most once in 30 s, however many unknown key ids come', async () => {
    const { verifier, token, clock, issuer } = await setup();
    await verifier.verify(await token());
    const stranger = await makeKey('stranger');
    const knock = async (): Promise<void> => {
      const tries = Array.from({ length: 20 }, async (_, n) =>
        verifier.verify(await signWith({ ...stranger, kid: `made-up-${n}` }, claims(clock))),
      );
      for (const result of await Promise.allSettled(tries)) expect(result.status).toBe('rejected');
    };
    await knock();
    expect(issuer.reads).toBe(1);
    clock.advance(KEY_SET_COOLDOWN_MS);
    await knock();
    expect(issuer.reads).toBe(2);
    clock.advance(KEY_SET_COOLDOWN_MS - 1);
    await knock();
    expect(issuer.reads).toBe(2);
  });

  it('keeps the pause between reads that fail', async () => {
    const { verifier, token, clock, issuer } = await setup();
    await verifier.verify(await token());
    issuer.down = true;
    clock.advance(KEY_SET_COOLDOWN_MS);
    const stranger = await makeKey('stranger');
    for (let n = 0; n < 5; n += 1) {
      await expect(verifier.verify(await signWith(stranger, claims(clock, { jti: `${n}` })))).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    }
    expect(issuer.reads).toBe(2);
  });

  it('stops believing a revoked key when the set is read again', async () => {
    const { verifier, token, clock, issuer } = await setup();
    await verifier.verify(await token());
    issuer.keys = keySetOf(await makeKey('key-2'));
    clock.advance(KEY_SET_AGE_MS_MAX + 1);
    await expect(verifier.verify(await token())).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('goes on with the old keys for an hour when the issuer is down, then says so', async () => {
    const { verifier, token, clock, issuer } = await setup();
    await verifier.verify(await token());
    issuer.down = true;
    clock.advance(KEY_SET_STALE_MS_MAX);
    await expect(verifier.verify(await token())).resolves.toMatchObject({ subject: 'subject-1' });
    clock.advance(KEY_SET_COOLDOWN_MS);
    await expect(verifier.verify(await token())).rejects.toMatchObject({ code: 'busy' });
  });

  it('says busy, not signed out, when the first read fails, and tries again after a second', async () => {
    const { verifier, token, clock, issuer } = await setup();
    issuer.down = true;
    await expect(verifier.verify(await token())).rejects.toMatchObject({ code: 'busy' });
    issuer.down = false;
    await expect(verifier.verify(await token())).rejects.toMatchObject({ code: 'busy' });
    clock.advance(SECOND_MS);
    await expect(verifier.verify(await token())).resolves.toMatchObject({ subject: 'subject-1' });
  });

  it('shares one read among all who come at once', async () => {
    const { verifier, token, issuer } = await setup();
    const tokens = await Promise.all(Array.from({ length: 10 }, (_, n) => token({ jti: `${n}` })));
    await Promise.all(tokens.map((good) => verifier.verify(good)));
    expect(issuer.reads).toBe(1);
  });
});

/** `undefined` leaves a claim out. */
type ClaimChanges = { readonly [claim: string]: string | number | undefined };

function claims(clock: ManualClock, change: ClaimChanges = {}): JWTPayload {
  const iat = Math.floor(clock.now() / SECOND_MS);
  const payload = { iss: ISSUER, aud: AUDIENCE, sub: 'subject-1', iat, exp: iat + 300, ...change };
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
}

function base(clock: ManualClock) {
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    clock,
    readClaims: () => ({ email: 'ada@example.org', emailVerified: true, displayName: 'Ada' }),
  };
}

async function setup(options: { onClaims?: () => void; verifiedTokensMax?: number } = {}) {
  const clock = new ManualClock();
  const key: TestKey = await makeKey('key-1');
  const issuer: { keys: JSONWebKeySet; reads: number; down: boolean } = { keys: keySetOf(key), reads: 0, down: false };
  const keySet = createTokenKeySet({
    clock,
    load: async () => {
      issuer.reads += 1;
      if (issuer.down) throw new Error('connect ECONNREFUSED');
      return issuer.keys;
    },
  });
  const verifier = createTokenVerifier({
    ...base(clock),
    algorithms: ['EdDSA'],
    keySet,
    readClaims: () => {
      options.onClaims?.();
      return { email: 'ada@example.org', emailVerified: true, displayName: 'Ada' };
    },
    ...(options.verifiedTokensMax === undefined ? {} : { verifiedTokensMax: options.verifiedTokensMax }),
  });
  return { clock, issuer, key, verifier, token: (change?: ClaimChanges) => signWith(key, claims(clock, change)) };
}
