import { DomainError } from '@rsm/domain/common/domain-error';
import { SECOND_MS } from '@rsm/domain/common/instant';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { PASSWORD_LENGTH_MAX } from '../../password-policy.ts';
import type { StartContractTest } from './contract-test.ts';
import { NEW_PASSWORD, PASSWORD, WRONG_PASSWORD, expectRefusal, outside, refusal } from './contract-test.ts';

export function describeAccounts(adapter: string, setup: StartContractTest): void {
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
}
