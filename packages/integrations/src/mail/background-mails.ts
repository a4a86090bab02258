import { SECOND_MS } from '@rsm/domain/common/instant';
import type { Mail, Mailer } from '@rsm/domain/mail/mailer';
import { NamedLimit } from '../common/named-limit.ts';
import type { ReportProblem } from '../common/problem-report.ts';

export const BACKGROUND_MAILS_AT_ONCE_MAX = 2;
export const BACKGROUND_MAILS_MAX = 200;
const WAIT_MS_MAX = 60 * SECOND_MS;

export interface BackgroundMails {
  /** Sends the mail later. Never throws and never waits: how long an answer takes must not tell who has an account. */
  post(what: string, mail: Mail): void;
  /** Waits for what was posted, at most `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/** A mail that is lost with its process is asked for again by the person who waits for it. */
export function createBackgroundMails(mailer: Mailer, reportProblem: ReportProblem): BackgroundMails {
  const pending = new Set<Promise<void>>();
  const limit = new NamedLimit({
    name: 'background mails',
    atOnceMax: BACKGROUND_MAILS_AT_ONCE_MAX,
    queueMax: BACKGROUND_MAILS_MAX,
    waitMsMax: WAIT_MS_MAX,
  });
  return {
    post(what, mail) {
      const sending = limit
        .run(() => mailer.send(mail))
        .catch((cause: unknown) => reportProblem({ what, cause }))
        .finally(() => pending.delete(sending));
      pending.add(sending);
    },
    async drain(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
      await Promise.race([Promise.allSettled(pending), late]);
      clearTimeout(timer);
    },
  };
}
