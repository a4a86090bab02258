// @module-tag ci

import { DomainError } from '@rsm/domain/common/domain-error';
import { describe, expect, it } from 'vitest';
import type { PasswordHasher } from '../password-hasher.ts';
import { createPasswordHasher } from '../password-hasher.ts';
import { ANSWER_MS_MIN } from './better-auth-options.ts';
import { ADA, settled, useBetterAuthTestBed } from './testing/better-auth-test-bed.ts';

const CONFIRMED = ADA.email;
const UNCONFIRMED = 'una@example.org';
const UNKNOWN = 'nobody@example.org';
const WRONG_PASSWORD = 'wrong horse battery staple';
const { start } = useBetterAuthTestBed();

describe('whether an address has an account', () => {
  it('is not told by the answer to a sign-up, nor by its work', async () => {
    const { provider, hashes, mails } = await known();
    const answers = [];
    for (const email of [CONFIRMED, UNCONFIRMED, UNKNOWN]) {
      const before = hashes.count;
      const answer = await provider.signUp({ email, password: WRONG_PASSWORD, displayName: 'Eve' });
      answers.push({ answer, hashes: hashes.count - before });
    }
    const same = { answer: { kind: 'confirmation_required' }, hashes: 1 };
    expect(answers).toEqual([same, same, same]);
    // Only the owner of the address learns more, by mail.
    await settled(provider);
    expect(mails.map(({ to, subject }) => `${to}: ${subject}`).toSorted()).toEqual([
      `${CONFIRMED}: You have an account already`,
      `${UNKNOWN}: Confirm your e-mail address`,
      `${UNCONFIRMED}: You have an account already`,
    ]);
    await expect(provider.signIn({ email: CONFIRMED, password: WRONG_PASSWORD })).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  });

  it('is not told by the answer to a sign-in with a wrong password, nor by its work', async () => {
    const { provider, hashes } = await known();
    const answers = [];
    for (const email of [CONFIRMED, UNCONFIRMED, UNKNOWN]) {
      const before = hashes.count;
      const error = await provider.signIn({ email, password: WRONG_PASSWORD }).catch((reason: unknown) => reason);
      if (!(error instanceof DomainError)) throw new Error('expected a refusal');
      const { code, message, remedy, field } = error;
      answers.push({ code, message, remedy, field, hashes: hashes.count - before });
    }
    expect(answers[0]).toMatchObject({ code: 'invalid_credentials', hashes: 1 });
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
  });

  it('is not told by how long an answer takes', async () => {
    const { provider } = await known(ANSWER_MS_MIN);
    const asks = [
      (email: string) => provider.signUp({ email, password: WRONG_PASSWORD, displayName: 'Eve' }),
      (email: string) => provider.requestPasswordReset({ email }),
      (email: string) => provider.requestEmailConfirmation({ email }),
    ];
    for (const ask of asks) {
      const times = await Promise.all(
        [CONFIRMED, UNCONFIRMED, UNKNOWN].map(async (email) => {
          const began = performance.now();
          await ask(email);
          return performance.now() - began;
        }),
      );
      // Timers of Node's may fire a millisecond early.
      for (const ms of times) expect(ms).toBeGreaterThanOrEqual(ANSWER_MS_MIN - 2);
    }
  });

  it('makes one account of two sign-ups at once, and lets only its owner in', async () => {
    const { provider, lastToken, mails } = await known();
    const email = 'twin@example.org';
    const first = { email, password: 'the password of the first', displayName: 'First' };
    const second = { email, password: 'the password of the other', displayName: 'Other' };
    const answers = await Promise.all([provider.signUp(first), provider.signUp(second)]);
    expect(answers).toEqual([{ kind: 'confirmation_required' }, { kind: 'confirmation_required' }]);
    await settled(provider);
    expect(
      mails
        .filter(({ to }) => to === email)
        .map(({ subject }) => subject)
        .toSorted(),
    ).toEqual(['Confirm your e-mail address', 'You have an account already']);
    await provider.confirmEmail({ token: await lastToken('email_confirmation', email) });
    const signIns = await Promise.allSettled([provider.signIn(first), provider.signIn(second)]);
    expect(signIns.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

/** An installation with a confirmed person and an unconfirmed one, which counts its password hashes. */
async function known(answerMsMin = 1) {
  const real = createPasswordHasher();
  const hashes = { count: 0 };
  const passwordHasher: PasswordHasher = {
    hash: (password) => ((hashes.count += 1), real.hash(password)),
    verify: (input) => ((hashes.count += 1), real.verify(input)),
  };
  const made = await start({ options: { emailConfirmation: 'required', passwordHasher, answerMsMin } });
  await made.provider.signUp(ADA);
  await made.provider.confirmEmail({ token: await made.lastToken('email_confirmation') });
  await made.provider.signUp({ ...ADA, email: UNCONFIRMED });
  await settled(made.provider);
  made.mails.length = 0;
  return { ...made, hashes };
}
