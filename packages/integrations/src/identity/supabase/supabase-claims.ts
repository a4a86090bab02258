import { DISPLAY_NAME_CHARS_MAX, EMAIL_CHARS_MAX } from '../credential-checks.ts';
import type { TokenClaims } from '../token-verifier.ts';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { characters } from '../../common/characters.ts';

const claimsSchema = z.object({
  email: z.email().max(EMAIL_CHARS_MAX),
  // A person without an address or password (anonymous sign-in) has no account with us.
  is_anonymous: z.literal(false).default(false),
  role: z.literal('authenticated'),
  user_metadata: z.object({ display_name: z.string().catch('') }).catch({ display_name: '' }),
});

/** Shown for a person who has no usable name: `user_metadata` can be set to anything by its owner. */
export const UNNAMED = 'Unnamed';

/** What a Supabase access token says about a person; `undefined` when it is not a person of ours. */
export function readSupabaseClaims(payload: JWTPayload, emailVerified: boolean): TokenClaims | undefined {
  const parsed = claimsSchema.safeParse(payload);
  if (!parsed.success) return undefined;
  const name = parsed.data.user_metadata.display_name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .trim();
  return {
    email: parsed.data.email.toLowerCase(),
    emailVerified,
    displayName: characters(name).slice(0, DISPLAY_NAME_CHARS_MAX).join('') || UNNAMED,
  };
}
