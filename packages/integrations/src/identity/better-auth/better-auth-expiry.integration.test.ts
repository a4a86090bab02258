// @module-tag ci

import { DAY_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  EMAIL_CONFIRMATION_LIFETIME_MS,
  PASSWORD_RESET_LIFETIME_MS,
  SESSION_LIFETIME_MS,
} from './better-auth-options.ts';
import { ADA, PASSWORD, signedIn, useBetterAuthTestBed } from './testing/better-auth-test-bed.ts';

const NEW_PASSWORD = 'a whole new password 2026';
const { pool, start } = useBetterAuthTestBed();

/** Only the date is moved: connections and their time-outs live on. */
function later(ms: number): void {
  const now = Date.now() + ms;
  vi.useFakeTimers({ toFake: ['Date'], now });
}
afterEach(() => {
  vi.useRealTimers();
});

describe('what ends in better-auth', () => {
  it('takes a reset token for half an hour', async () => {
    const { provider, lastToken } = await start();
    await signedIn(provider);
    await provider.requestPasswordReset(ADA);
    const token = await lastToken('password_reset');
    later(PASSWORD_RESET_LIFETIME_MS + SECOND_MS);
    await expect(provider.resetPassword({ token, newPassword: NEW_PASSWORD })).rejects.toMatchObject({
      code: 'token_invalid',
    });
    await expect(provider.signIn(ADA)).resolves.toBeDefined();
  });

  it('takes a reset token until then, and never again', async () => {
    const { provider, lastToken } = await start();
    await signedIn(provider);
    await provider.requestPasswordReset(ADA);
    const token = await lastToken('password_reset');
    later(PASSWORD_RESET_LIFETIME_MS - MINUTE_MS);
    await provider.resetPassword({ token, newPassword: NEW_PASSWORD });
    await expect(provider.resetPassword({ token, newPassword: PASSWORD })).rejects.toMatchObject({
      code: 'token_invalid',
    });
    await expect(provider.signIn(ADA)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(provider.signIn({ ...ADA, password: NEW_PASSWORD })).resolves.toBeDefined();
  });

  it('takes a confirmation for a day', async () => {
    const { provider, lastToken } = await start({ options: { emailConfirmation: 'required' } });
    await provider.signUp(ADA);
    const token = await lastToken('email_confirmation');
    later(EMAIL_CONFIRMATION_LIFETIME_MS + SECOND_MS);
    await expect(provider.confirmEmail({ token })).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(provider.signIn(ADA)).rejects.toMatchObject({ code: 'forbidden' });
    // The way out that the error names.
    await provider.requestEmailConfirmation(ADA);
    await provider.confirmEmail({ token: await lastToken('email_confirmation') });
    await expect(provider.signIn(ADA)).resolves.toBeDefined();
  });

  it('does not take a confirmation for an address that has another account by now', async () => {
    const { provider, lastToken } = await start({ options: { emailConfirmation: 'required' } });
    await provider.signUp(ADA);
    const token = await lastToken('email_confirmation');
    const { rows } = await pool().query<{ id: string }>('SELECT id FROM identity."user"');
    for (const { id } of rows) await provider.deleteIdentity({ subject: id });
    await provider.signUp(ADA);
    await expect(provider.confirmEmail({ token })).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it('wakes a session that was put aside for weeks, until its end and not after it', async () => {
    const { provider } = await start();
    const session = await signedIn(provider);
    later(SESSION_LIFETIME_MS - DAY_MS);
    const woken = await provider.refresh(session);
    await expect(provider.verifyAccessToken(woken.accessToken)).resolves.toMatchObject({ email: ADA.email });
    await expect(provider.verifyAccessToken(session.accessToken)).rejects.toMatchObject({ code: 'unauthenticated' });
    later(DAY_MS + SECOND_MS);
    await expect(provider.refresh(woken)).rejects.toMatchObject({ code: 'session_expired' });
  });

  it('gives nothing for a session secret after sign-out, nor for one whose session was taken away', async () => {
    const { provider } = await start();
    const left = await signedIn(provider);
    const taken = await provider.signIn(ADA);
    await provider.signOut(left);
    await expect(provider.refresh(left)).rejects.toMatchObject({ code: 'session_expired' });
    await expect(provider.refresh(taken)).resolves.toBeDefined();
    await pool().query('DELETE FROM identity.session');
    await expect(provider.refresh(taken)).rejects.toMatchObject({ code: 'session_expired' });
  });

  it('removes what is over when asked to, and nothing else', async () => {
    const { provider, lastToken } = await start();
    const old = await signedIn(provider);
    await provider.requestPasswordReset(ADA);
    await lastToken('password_reset');
    await expect(provider.prune()).resolves.toBe(0);
    later(SESSION_LIFETIME_MS - DAY_MS);
    const fresh = await provider.signIn(ADA);
    await expect(provider.prune()).resolves.toBe(1);
    later(DAY_MS + SECOND_MS);
    await expect(provider.prune()).resolves.toBe(1);
    await expect(provider.refresh(fresh)).resolves.toBeDefined();
    await expect(provider.refresh(old)).rejects.toMatchObject({ code: 'session_expired' });
  });
});
