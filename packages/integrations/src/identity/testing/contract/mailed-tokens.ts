import { describe, expect, it } from 'vitest';
import type { StartContractTest } from './contract-test.ts';
import { NEW_PASSWORD, PASSWORD, WRONG_PASSWORD, expectRefusal, refusal } from './contract-test.ts';

export function describeMailedTokens(adapter: string, setup: StartContractTest): void {
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
}
