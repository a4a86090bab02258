import { DomainError } from '@rsm/domain/common/domain-error';
import { z } from 'zod';
import { characters } from '../common/characters.ts';

/** RFC 5321 4.5.3.1.3. */
export const EMAIL_CHARS_MAX = 254;
export const DISPLAY_NAME_CHARS_MAX = 80;

const emailSchema = z.email().max(EMAIL_CHARS_MAX);

/**
 * The one spelling under which an address is an account: trimmed and in lower case.
 * @throws DomainError invalid_input for the field `email`
 */
export function normaliseEmail(email: string): string {
  const parsed = emailSchema.safeParse(email.trim().toLowerCase());
  if (parsed.success) return parsed.data;
  throw new DomainError('invalid_input', 'This is not an e-mail address.', {
    field: 'email',
    remedy: 'Enter one like name@example.org.',
  });
}

/** @throws DomainError invalid_input for the field `displayName` */
export function normaliseDisplayName(displayName: string): string {
  const name = displayName.normalize('NFC').trim();
  const chars = characters(name).length;
  if (chars < 1 || chars > DISPLAY_NAME_CHARS_MAX || /[\p{Cc}\u2028\u2029]/u.test(name)) {
    throw new DomainError(
      'invalid_input',
      `The display name must be one line of 1 to ${DISPLAY_NAME_CHARS_MAX} characters.`,
      {
        field: 'displayName',
        remedy: 'Enter the name that others may see.',
      },
    );
  }
  return name;
}
