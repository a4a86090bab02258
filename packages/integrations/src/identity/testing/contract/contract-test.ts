import { DomainError } from '@rsm/domain/common/domain-error';
import type { IdentityProvider } from '@rsm/domain/identity/identity-provider';
import type { JWK, JWTPayload } from 'jose';
import { expect } from 'vitest';

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

/** Starts an adapter for one test; it is closed after the test. */
export type StartContractTest = () => Promise<ContractTest>;

export type ContractTest = ReturnType<typeof contractTest>;

export const PASSWORD = 'correct horse battery staple';
export const NEW_PASSWORD = 'a whole new password 2026';
export const WRONG_PASSWORD = 'wrong horse battery staple';

/** What a test of the contract works with. */
export function contractTest(harness: IdentityContractHarness) {
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

const LIBRARY_WORDS = /supabase|gotrue|better.?auth|jose|jwt|jws|jwk|argon|postgres|ECONN|fetch|undefined|\bnull\b/i;

/** The error of a call that must fail: always one of ours, with a text for people and a way out. */
export async function refusal(call: Promise<unknown>): Promise<DomainError> {
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

export async function expectRefusal(call: Promise<unknown>, code: string, field?: string): Promise<void> {
  expect(await refusal(call)).toMatchObject(field === undefined ? { code } : { code, field });
}

export function outside({ code, message, field, remedy }: DomainError) {
  return { code, message, field, remedy };
}
