import { DomainError } from '@rsm/domain/common/domain-error';
import { SECOND_MS } from '@rsm/domain/common/instant';
import type { IdentityProvider, IdentitySession } from '@rsm/domain/identity/identity-provider';
import type { JWK, JWTPayload } from 'jose';
import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { PASSWORD_LENGTH_MAX } from '../password-policy.ts';
import { KEY_SET_AGE_MS_MAX, KEY_SET_COOLDOWN_MS } from '../token-key-set.ts';
import { forgeTokens } from './forged-tokens.ts';

export type MailedTokenKind = 'email_confirmation' | 'password_reset';

/** What the contract needs to know of an adapter under test: its mails and its issuer's keys. */
export interface IdentityContractHarness {
  readonly provider: IdentityProvider;
  /** Whether an unconfirmed person may come in, and whether confirmation exists at all. */
  readonly confirmation: 'required' | 'offered' | 'none';
  /** The token in the newest mail of that kind to the address. */
  mailedToken(kind: MailedTokenKind, email: string): Promise<string>;
  /** How many mails of any kind went to the address. */
  mailCount(email: string): Promise<number>;
  /** The issuer's current public key. */
  publicKey(): Promise<JWK>;
  /** Signs with the issuer's current key, whatever the payload says. */
  sign(payload: JWTPayload): Promise<string>;
  /** From now on the issuer signs with a new key; the old one stays published. */
  rotateKey(): Promise<void>;
  /** The issuer publishes its current key only. */
  dropOldKeys(): Promise<void>;
  /** Moves the verifier's clock. */
  advance(ms: number): void;
  close(): Promise<void>;
}

const PASSWORD = 'correct horse battery staple';
const NEW_PASSWORD = 'a whole new password 2026';
const WRONG_PASSWORD = 'wrong horse battery staple';

/** What every identity adapter must do. Run by each adapter's own test against its real counterpart. */
export function describeIdentityContract(adapter: string, start: () => Promise<IdentityContractHarness>): void {
  const running: IdentityContractHarness[] = [];
  afterEach(async () => {
    for (const harness of running.splice(0)) await harness.close();
  });

  describe(`${adapter}: accounts`, () => {
    it('lets a person sign up, sign in and be known by a verified token', async () => {
      const { provider, person } = await setup();
      const ada = await person('Ada@Example.org');
      const session = await provider.signIn({ email: 'ADA@example.org', password: PASSWORD });
      expect(session.accessTokenExpiresAt - Date.now()).toBeLessThanOrEqual(300 * SECOND_MS);
      expect(session.accessTokenExpiresAt - Date.now()).toBeGreaterThan(290 * SECOND_MS);
      expect(session.sessionExpiresAt).toBeGreaterThan(session.accessTokenExpiresAt);
      const identity = await provider.verifyAccessToken(session.accessToken);
      expect(identity).toMatchObject({ email: 'ada@example.org', displayName: 'Ada L.' });
      expect(identity.subject).toBe(ada.subject);
      expect(identity.expiresAt).toBe(session.accessTokenExpiresAt);
    });

    it('puts no password and no session secret into the access token', async () => {
      const { provider, person } = await setup();
      await person('ada@example.org');
      const session = await provider.signIn({ email: 'ada@example.org', password: PASSWORD });
      const text = JSON.stringify(decodeJwt(session.accessToken));
      expect(text).not.toContain(PASSWORD);
      expect(text).not.toContain(session.sessionSecret.split('.')[0]);
    });

    it('answers a wrong password and an unknown address in the same way', async () => {
      const { provider, person } = await setup();
      await person('ada@example.org');
      const wrong = await refusal(provider.signIn({ email: 'ada@example.org', password: WRONG_PASSWORD }));
      const unknown = await refusal(provider.signIn({ email: 'nobody@example.org', password: PASSWORD }));
      expect(wrong).toMatchObject({ code: 'invalid_credentials' });
      expect(outside(unknown)).toEqual(outside(wrong));
    });

    it('takes a password that nobody can have for a wrong one', async () => {
      const { provider, person } = await setup();
      await person('ada@example.org');
      for (const password of ['', 'x'.repeat(PASSWORD_LENGTH_MAX + 1), 'x'.repeat(1_000_000)]) {
        const error = await refusal(provider.signIn({ email: 'ada@example.org', password }));
        expect(error).toMatchObject({ code: 'invalid_credentials' });
      }
    });

    it('does not let a second sign-up take over an account', async () => {
      const { provider, confirmation, person } = await setup();
      await person('ada@example.org');
      const again = provider.signUp({ email: 'ada@example.org', password: NEW_PASSWORD, displayName: 'Eve' });
      const answer = confirmation === 'required' ? await again : outside(await refusal(again));
      expect(answer).toMatchObject(
        confirmation === 'required' ? { kind: 'confirmation_required' } : { code: 'email_taken', field: 'email' },
      );
      await expectRefusal(provider.signIn({ email: 'ada@example.org', password: NEW_PASSWORD }), 'invalid_credentials');
      const session = await provider.signIn({ email: 'ada@example.org', password: PASSWORD });
      await expect(provider.verifyAccessToken(session.accessToken)).resolves.toMatchObject({ displayName: 'Ada L.' });
    });

    it('makes one account of many sign-ups at once', async () => {
      const harness = await setup();
      const { provider } = harness;
      const signUps = await Promise.allSettled(
        Array.from({ length: 8 }, () =>
          provider.signUp({ email: 'ada@example.org', password: PASSWORD, displayName: 'Ada L.' }),
        ),
      );
      const failures = signUps.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
      expect(failures.filter((reason) => !(reason instanceof DomainError))).toEqual([]);
      expect(signUps.some((result) => result.status === 'fulfilled')).toBe(true);
      if (harness.confirmation === 'required') {
        await provider.confirmEmail({ token: await harness.mailedToken('email_confirmation', 'ada@example.org') });
      }
      const subjects = new Set<string>();
      for (let n = 0; n < 3; n += 1) {
        const session = await provider.signIn({ email: 'ada@example.org', password: PASSWORD });
        subjects.add((await provider.verifyAccessToken(session.accessToken)).subject);
      }
      expect(subjects.size).toBe(1);
    });

    it.each<[string, { email?: string; password?: string; displayName?: string }, string]>([
      ['an address without @', { email: 'ada' }, 'email'],
      ['two addresses', { email: 'ada@example.org,eve@example.org' }, 'email'],
      ['an address with a line break', { email: 'ada@example.org\r\nBcc: eve@example.org' }, 'email'],
      ['a short password', { password: 'short' }, 'password'],
      ['a huge password', { password: 'x'.repeat(PASSWORD_LENGTH_MAX + 1) }, 'password'],
      ['an empty name', { displayName: '  ' }, 'displayName'],
      ['a name of two lines', { displayName: 'Ada\nAdmin' }, 'displayName'],
      ['a huge name', { displayName: 'x'.repeat(81) }, 'displayName'],
    ])('refuses a sign-up with %s', async (_, change, field) => {
      const { provider } = await setup();
      const input = { email: 'ada@example.org', password: PASSWORD, displayName: 'Ada L.', ...change };
      await expectRefusal(provider.signUp(input), 'invalid_input', field);
      // Nothing was changed: the same person can still sign up.
      await expect(
        provider.signUp({ email: 'ada@example.org', password: PASSWORD, displayName: 'Ada L.' }),
      ).resolves.toBeDefined();
    });

    it('deletes an identity for good, and again', async () => {
      const { provider, person } = await setup();
      const ada = await person('ada@example.org');
      await person('bob@example.org');
      await provider.deleteIdentity({ subject: ada.subject });
      await expectRefusal(provider.signIn({ email: 'ada@example.org', password: PASSWORD }), 'invalid_credentials');
      await expectRefusal(provider.refresh({ sessionSecret: ada.session.sessionSecret }), 'session_expired');
      await provider.deleteIdentity({ subject: ada.subject });
      await expect(provider.signIn({ email: 'bob@example.org', password: PASSWORD })).resolves.toBeDefined();
    });
  });

  describe(`${adapter}: sessions`, () => {
    it('gives the next access token for the session secret, again and again', async () => {
      const { provider, person } = await setup();
      const { session, subject } = await person('ada@example.org');
      let secret = session.sessionSecret;
      for (let n = 0; n < 3; n += 1) {
        const next: IdentitySession = await provider.refresh({ sessionSecret: secret });
        await expect(provider.verifyAccessToken(next.accessToken)).resolves.toMatchObject({ subject });
        secret = next.sessionSecret;
      }
    });

    it.each([
      ['nothing', ''],
      ['garbage', 'not-a-session'],
      ['garbage with a signature', 'not.a-session'],
      ['a header injection', 'x\r\nX-Evil: 1'],
      ['a megabyte', 'x'.repeat(1_000_000)],
    ])('refuses %s as a session secret', async (_, sessionSecret) => {
      const { provider } = await setup();
      await expectRefusal(provider.refresh({ sessionSecret }), 'session_expired');
      await expect(provider.signOut({ sessionSecret })).resolves.toBeUndefined();
    });

    it('does not take an access token for a session secret', async () => {
      const { provider, person } = await setup();
      const { session } = await person('ada@example.org');
      expect(await refusal(provider.refresh({ sessionSecret: session.accessToken }))).toMatchObject({
        code: 'session_expired',
      });
      expect(await refusal(provider.verifyAccessToken(session.sessionSecret))).toMatchObject({
        code: 'unauthenticated',
      });
    });

    it('ends a session at sign-out, that one only, and twice is fine', async () => {
      const { provider, person } = await setup();
      const { session: first } = await person('ada@example.org');
      const second = await provider.signIn({ email: 'ada@example.org', password: PASSWORD });
      await provider.signOut({ sessionSecret: first.sessionSecret });
      await provider.signOut({ sessionSecret: first.sessionSecret });
      await expectRefusal(provider.refresh({ sessionSecret: first.sessionSecret }), 'session_expired');
      await expect(provider.refresh({ sessionSecret: second.sessionSecret })).resolves.toBeDefined();
    });
  });

  describe(`${adapter}: mailed tokens`, () => {
    it('resets a password once, with the mailed token, and ends every session', async () => {
      const { provider, person, mailedToken } = await setup();
      const { session } = await person('ada@example.org');
      await provider.requestPasswordReset({ email: 'Ada@example.org' });
      const token = await mailedToken('password_reset', 'ada@example.org');
      await provider.resetPassword({ token, newPassword: NEW_PASSWORD });
      await expectRefusal(provider.signIn({ email: 'ada@example.org', password: PASSWORD }), 'invalid_credentials');
      await expectRefusal(provider.refresh({ sessionSecret: session.sessionSecret }), 'session_expired');
      await expect(provider.signIn({ email: 'ada@example.org', password: NEW_PASSWORD })).resolves.toBeDefined();
      await expectRefusal(provider.resetPassword({ token, newPassword: PASSWORD }), 'token_invalid');
    });

    it('spends a reset token once, however many come at once', async () => {
      const { provider, person, mailedToken } = await setup();
      await person('ada@example.org');
      await provider.requestPasswordReset({ email: 'ada@example.org' });
      const token = await mailedToken('password_reset', 'ada@example.org');
      const results = await Promise.allSettled(
        [1, 2, 3, 4].map((n) => provider.resetPassword({ token, newPassword: `${NEW_PASSWORD} ${n}` })),
      );
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    });

    it('does not spend the reset token on a password that is too short', async () => {
      const { provider, person, mailedToken } = await setup();
      await person('ada@example.org');
      await provider.requestPasswordReset({ email: 'ada@example.org' });
      const token = await mailedToken('password_reset', 'ada@example.org');
      await expectRefusal(provider.resetPassword({ token, newPassword: 'short' }), 'invalid_input', 'newPassword');
      await expect(provider.resetPassword({ token, newPassword: NEW_PASSWORD })).resolves.toBeUndefined();
    });

    it('answers an unknown address like a known one, and sends it nothing', async () => {
      const { provider, mailCount } = await setup();
      await expect(provider.requestPasswordReset({ email: 'nobody@example.org' })).resolves.toBeUndefined();
      await expect(provider.requestEmailConfirmation({ email: 'nobody@example.org' })).resolves.toBeUndefined();
      await expect(mailCount('nobody@example.org')).resolves.toBe(0);
    });

    it('confirms an address with the mailed token', async () => {
      const { provider, confirmation, mailedToken, mailCount } = await setup();
      await provider.signUp({ email: 'ada@example.org', password: PASSWORD, displayName: 'Ada L.' });
      if (confirmation === 'required') {
        await expectRefusal(provider.signIn({ email: 'ada@example.org', password: PASSWORD }), 'forbidden');
        // Only someone who knows the password is told what is missing.
        await expectRefusal(
          provider.signIn({ email: 'ada@example.org', password: WRONG_PASSWORD }),
          'invalid_credentials',
        );
      }
      await provider.requestEmailConfirmation({ email: 'ada@example.org' });
      expect((await mailCount('ada@example.org')) > 0).toBe(confirmation !== 'none');
      if (confirmation !== 'none') {
        await provider.confirmEmail({ token: await mailedToken('email_confirmation', 'ada@example.org') });
      }
      const session = await provider.signIn({ email: 'ada@example.org', password: PASSWORD });
      const { emailVerified } = await provider.verifyAccessToken(session.accessToken);
      expect(emailVerified).toBe(confirmation !== 'none');
    });

    it.each(['', 'not-a-token', 'eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFkYUBleGFtcGxlLm9yZyJ9.', 'x'.repeat(1_000_000)])(
      'refuses a made-up token (case %#)',
      async (token) => {
        const { provider } = await setup();
        for (const call of [
          () => provider.resetPassword({ token, newPassword: NEW_PASSWORD }),
          () => provider.confirmEmail({ token }),
        ]) {
          expect(await refusal(call())).toMatchObject({ code: 'token_invalid' });
        }
      },
    );

    it('does not take a token of one kind for the other', async () => {
      const { provider, person, mailedToken } = await setup();
      await person('ada@example.org');
      await provider.requestPasswordReset({ email: 'ada@example.org' });
      const token = await mailedToken('password_reset', 'ada@example.org');
      expect(await refusal(provider.confirmEmail({ token }))).toMatchObject({ code: 'token_invalid' });
    });
  });

  describe(`${adapter}: access tokens`, () => {
    it('refuses every known attack', async () => {
      const { provider, person, publicKey } = await setup();
      const { session } = await person('ada@example.org');
      await provider.verifyAccessToken(session.accessToken);
      for (const { attack, token } of await forgeTokens(session.accessToken, await publicKey())) {
        const { code } = await refusal(provider.verifyAccessToken(token));
        expect({ attack, code }).toEqual({ attack, code: 'unauthenticated' });
      }
    });

    it('refuses a token that its own issuer made for another time, audience or issuer', async () => {
      const { provider, person, sign } = await setup();
      const { session } = await person('ada@example.org');
      const payload = decodeJwt(session.accessToken);
      const iat = Math.floor(Date.now() / SECOND_MS);
      // The unchanged payload passes, so each refusal below is due to its one change.
      await expect(provider.verifyAccessToken(await sign({ ...payload, iat, exp: iat + 60 }))).resolves.toBeDefined();
      const changes: JWTPayload[] = [
        { iat: iat - 400, exp: iat - 100 },
        { iat: iat - 400, exp: iat + 100 },
        { iat: iat + 3600, exp: iat + 3900 },
        { aud: 'another-product' },
        { iss: 'https://another.example' },
        { nbf: iat + 3600 },
      ];
      for (const change of changes) {
        await expectRefusal(
          provider.verifyAccessToken(await sign({ ...payload, iat, exp: iat + 60, ...change })),
          'unauthenticated',
        );
      }
    });

    it('refuses a token five minutes after its issue', async () => {
      const { provider, person, advance } = await setup();
      const { session } = await person('ada@example.org');
      await provider.verifyAccessToken(session.accessToken);
      advance(300 * SECOND_MS + SECOND_MS);
      expect(await refusal(provider.verifyAccessToken(session.accessToken))).toMatchObject({ code: 'unauthenticated' });
    });

    it('believes a rotated key, and the old one while it is published', async () => {
      const { provider, person, rotateKey, advance } = await setup();
      const { session: old } = await person('ada@example.org');
      await provider.verifyAccessToken(old.accessToken);
      await rotateKey();
      advance(KEY_SET_COOLDOWN_MS);
      const fresh = await provider.refresh({ sessionSecret: old.sessionSecret });
      await expect(provider.verifyAccessToken(fresh.accessToken)).resolves.toBeDefined();
      await expect(provider.verifyAccessToken(old.accessToken)).resolves.toBeDefined();
    });

    it('stops believing a revoked key after ten minutes at the latest', async () => {
      const { provider, person, sign, rotateKey, dropOldKeys, advance } = await setup();
      const { session } = await person('ada@example.org');
      const later = Math.floor((Date.now() + KEY_SET_AGE_MS_MAX) / SECOND_MS) + 2;
      const times = { iat: later, exp: later + 200 };
      const withOldKey = await sign({ ...decodeJwt(session.accessToken), ...times });
      await provider.verifyAccessToken(session.accessToken);
      await rotateKey();
      await dropOldKeys();
      const withNewKey = await sign({ ...decodeJwt(session.accessToken), ...times });
      advance(KEY_SET_AGE_MS_MAX + 5 * SECOND_MS);
      await expect(provider.verifyAccessToken(withNewKey)).resolves.toBeDefined();
      await expectRefusal(provider.verifyAccessToken(withOldKey), 'unauthenticated');
    });
  });

  async function setup() {
    const harness = await start();
    running.push(harness);
    const { provider } = harness;
    /** Someone with a confirmed address and a live session. */
    const person = async (email: string) => {
      const outcome = await provider.signUp({ email, password: PASSWORD, displayName: 'Ada L.' });
      if (outcome.kind === 'confirmation_required') {
        const token = await harness.mailedToken('email_confirmation', email.toLowerCase());
        await provider.confirmEmail({ token });
      }
      const session =
        outcome.kind === 'signed_in' ? outcome.session : await provider.signIn({ email, password: PASSWORD });
      return { session, subject: (await provider.verifyAccessToken(session.accessToken)).subject };
    };
    return {
      provider,
      person,
      confirmation: harness.confirmation,
      mailedToken: harness.mailedToken.bind(harness),
      mailCount: harness.mailCount.bind(harness),
      publicKey: harness.publicKey.bind(harness),
      sign: harness.sign.bind(harness),
      rotateKey: harness.rotateKey.bind(harness),
      dropOldKeys: harness.dropOldKeys.bind(harness),
      advance: harness.advance.bind(harness),
    };
  }
}

const LIBRARY_WORDS = /supabase|gotrue|better.?auth|jose|jwt|jws|jwk|argon|postgres|ECONN|fetch|undefined|\bnull\b/i;

/** The error of a call that must fail: always one of ours, with a text for people and a way out. */
async function refusal(call: Promise<unknown>): Promise<DomainError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DomainError))
    throw new Error(`Expected a DomainError, got ${String(error)}`, { cause: error });
  expect(error.message).not.toMatch(LIBRARY_WORDS);
  expect(error.remedy).toBeDefined();
  return error;
}

async function expectRefusal(call: Promise<unknown>, code: string, field?: string): Promise<void> {
  expect(await refusal(call)).toMatchObject(field === undefined ? { code } : { code, field });
}

function outside({ code, message, field, remedy }: DomainError) {
  return { code, message, field, remedy };
}
