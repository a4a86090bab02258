import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { Clock } from '@rsm/domain/common/instant';
import { toIso } from '@rsm/domain/common/instant';
import type { Mailer } from '@rsm/domain/mail/mailer';
import { checkMail } from './mail-checks.ts';

/** The demo's folder stays small: the oldest mails go. */
export const MAIL_FILES_MAX = 1_000;
/** Names begin with the time counted down from here, so that a plain listing shows the newest first. */
const COUNTDOWN_MS = 9_999_999_999_999;
const MAIL_FILE = /^\d{13}-.*\.eml$/;

export interface FileMailerOptions {
  readonly folder: string;
  readonly from: string;
  readonly clock: Clock;
  readonly filesMax?: number;
}

/**
 * Writes each mail as a file that people and mail programs can read (RFC 5322 with UTF-8 headers, RFC 6532), instead
 * of sending it. For the demo: files hold links that let someone in, so only the owner may read them.
 */
export function createFileMailer(options: FileMailerOptions): Mailer {
  const { folder, from, clock, filesMax = MAIL_FILES_MAX } = options;
  return {
    async send(mail) {
      checkMail(mail);
      const now = clock.now();
      const name = [
        String(COUNTDOWN_MS - now).padStart(13, '0'),
        toIso(now).replaceAll(':', '-'),
        mail.to.toLowerCase().replaceAll(/[^a-z0-9.@_-]/g, '_'),
        randomBytes(4).toString('hex'),
      ].join('-');
      const content = [
        `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
        `From: ${from}`,
        `To: ${mail.to}`,
        `Subject: ${mail.subject}`,
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        mail.text,
        '',
      ].join('\n');
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        // Written beside and renamed, so that a reader never sees half a mail.
        const draft = join(folder, `.${name}.draft`);
        await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
        await rename(draft, join(folder, `${name}.eml`));
        await dropOldest(folder, filesMax);
      } catch (cause) {
        throw new DomainError('internal', 'The mail could not be written to its folder.', {
          remedy: 'The operator must check that the mail folder is writable and the disk not full.',
          cause,
        });
      }
    },
  };
}

async function dropOldest(folder: string, filesMax: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => MAIL_FILE.test(name)).toSorted();
  for (const name of names.slice(filesMax)) {
    // Another process may have dropped it already.
    await unlink(join(folder, name)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
}
