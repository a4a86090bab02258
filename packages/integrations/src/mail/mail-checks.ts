import { DomainError } from '@rsm/domain/common/domain-error';
import type { Mail } from '@rsm/domain/mail/mailer';
import { z } from 'zod';
import { characters } from '../common/characters.ts';

/** RFC 5321 4.5.3.1.3: a path has at most 256 octets with its brackets. */
export const MAIL_ADDRESS_CHARS_MAX = 254;
export const MAIL_SUBJECT_CHARS_MAX = 200;
export const MAIL_TEXT_BYTES_MAX = 64 * 1024;

const addressSchema = z.email().max(MAIL_ADDRESS_CHARS_MAX);
// Every control character, line breaks in other alphabets included: a header must stay one line (RFC 5322 2.2).
const HEADER_BREAKERS = /[\p{Cc}\u2028\u2029]/u;
// In a text, line breaks and tabs are fine.
const TEXT_BREAKERS = /[^\P{Cc}\r\n\t]/u;

/**
 * Refuses what could smuggle another header or recipient into a mail, and what is too large.
 * @throws DomainError invalid_input, naming `to`, `subject` or `text`.
 */
export function checkMail(mail: Mail): void {
  if (HEADER_BREAKERS.test(mail.to) || !addressSchema.safeParse(mail.to).success) {
    throw refused('to', 'This is not one e-mail address.', 'Check the address.');
  }
  if (mail.subject.trim() === '' || characters(mail.subject).length > MAIL_SUBJECT_CHARS_MAX) {
    throw refused(
      'subject',
      `The subject must have 1 to ${MAIL_SUBJECT_CHARS_MAX} characters.`,
      'Shorten the subject.',
    );
  }
  if (HEADER_BREAKERS.test(mail.subject)) {
    throw refused('subject', 'The subject has a line break or control character.', 'Write the subject on one line.');
  }
  if (mail.text.trim() === '' || Buffer.byteLength(mail.text) > MAIL_TEXT_BYTES_MAX) {
    throw refused('text', `The text must have 1 to ${MAIL_TEXT_BYTES_MAX} bytes.`, 'Shorten the text.');
  }
  if (TEXT_BREAKERS.test(mail.text)) {
    throw refused('text', 'The text has a control character.', 'Remove it.');
  }
}

function refused(field: keyof Mail, message: string, remedy: string): DomainError {
  return new DomainError('invalid_input', message, { field, remedy });
}
