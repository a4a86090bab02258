import { describe, expect, it } from 'vitest';
import { MAIL_TEXT_BYTES_MAX, checkMail } from './mail-checks.ts';

const good = { to: 'ada@example.org', subject: 'Your booking', text: 'It starts now.\r\n\tBye' };

describe('checkMail', () => {
  it('lets an ordinary mail pass', () => {
    expect(() => checkMail(good)).not.toThrow();
    expect(() => checkMail({ ...good, subject: 'Grüße an 東京' })).not.toThrow();
  });

  it.each([
    'ada@example.org\r\nBcc: everyone@example.org',
    'ada@example.org\nBcc: everyone@example.org',
    'ada@example.org, eve@example.org',
    'Ada <ada@example.org>',
    'ada@example.org\u0000',
    '-oQ/tmp@@example.org',
    'ada',
    '',
    `${'a'.repeat(250)}@example.org`,
  ])('refuses the recipient %j', (to) => {
    expect(() => checkMail({ ...good, to })).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'to' }));
  });

  it.each([
    'Hello\r\nBcc: everyone@example.org',
    'Hello\nX-Evil: 1',
    'Hello\rX-Evil: 1',
    'Hello\u2028X-Evil: 1',
    'Hello\u0085X-Evil: 1',
    'Hello\u0000',
    '',
    '   ',
    'x'.repeat(201),
  ])('refuses the subject %j', (subject) => {
    expect(() => checkMail({ ...good, subject })).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'subject' }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a NUL', 'a\u0000b'],
    ['too much', 'ü'.repeat(MAIL_TEXT_BYTES_MAX / 2 + 1)],
  ])('refuses a text with %s', (_, text) => {
    expect(() => checkMail({ ...good, text })).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'text' }),
    );
  });
});
