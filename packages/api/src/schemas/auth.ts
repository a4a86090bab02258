import { z } from 'zod';
import { lineInput, timeOutput, tokenInput } from './common.ts';

const EMAIL_LENGTH_MAX = 254; // RFC 5321, section 4.5.3.1.3, less the angle brackets.
/** Hashing time grows with the length, so it has a limit; NIST SP 800-63B asks for at least 64. */
const PASSWORD_LENGTH_MAX = 128;
const PASSWORD_LENGTH_MIN = 10;
const TOKEN_LENGTH_MAX = 1_024;

const emailInput = z
  .string()
  .trim()
  .max(EMAIL_LENGTH_MAX)
  .pipe(z.email({ error: 'Must be an e-mail address such as name@example.org.' }));

const newPasswordInput = z
  .string()
  .min(PASSWORD_LENGTH_MIN, { error: `Must have at least ${String(PASSWORD_LENGTH_MIN)} characters.` })
  .max(PASSWORD_LENGTH_MAX, { error: `Must have at most ${String(PASSWORD_LENGTH_MAX)} characters.` });

export const authSignUp = z.strictObject({
  email: emailInput,
  password: newPasswordInput,
  displayName: lineInput(80),
});

export const authSignIn = z.strictObject({ email: emailInput, password: z.string().min(1).max(PASSWORD_LENGTH_MAX) });

/** The secret is left out where the server keeps it in a cookie. */
export const authSession = z
  .strictObject({ sessionSecret: tokenInput(TOKEN_LENGTH_MAX).nullable().default(null) })
  .default({ sessionSecret: null });

export const authEmail = z.strictObject({ email: emailInput });

export const authResetPassword = z.strictObject({ token: tokenInput(TOKEN_LENGTH_MAX), newPassword: newPasswordInput });

export const authConfirmEmail = z.strictObject({ token: tokenInput(TOKEN_LENGTH_MAX) });

export const sessionRead = z.strictObject({
  /** Five-minute token for the Authorization header. */
  accessToken: z.string(),
  accessTokenExpiresAt: timeOutput,
  /** Null where the server keeps it in a cookie. */
  sessionSecret: z.string().nullable(),
  sessionExpiresAt: timeOutput,
});
export type SessionRead = z.infer<typeof sessionRead>;

export const signUpRead = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('signed_in'), session: sessionRead }),
  z.strictObject({ kind: z.literal('confirmation_required') }),
]);
export type SignUpRead = z.infer<typeof signUpRead>;
