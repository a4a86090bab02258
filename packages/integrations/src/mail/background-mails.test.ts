import type { Mail, Mailer } from '@rsm/domain/mail/mailer';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../common/problem-report.ts';
import { BACKGROUND_MAILS_AT_ONCE_MAX, BACKGROUND_MAILS_MAX, createBackgroundMails } from './background-mails.ts';

const mail: Mail = { to: 'ada@example.org', subject: 'Hello', text: 'Hello' };

describe('background mails', () => {
  it('answers at once and sends later', async () => {
    const { mails, sent, open } = setup();
    mails.post('test', mail);
    expect(sent).toEqual([]);
    open();
    await mails.drain(1_000);
    expect(sent).toEqual([mail]);
  });

  it('reports a mail that could not be sent and throws nothing', async () => {
    const problems: Problem[] = [];
    const failing: Mailer = { send: () => Promise.reject(new Error('relay down')) };
    const mails = createBackgroundMails(failing, (problem) => problems.push(problem));
    mails.post('identity.password_reset_mail', mail);
    await mails.drain(1_000);
    expect(problems).toMatchObject([{ what: 'identity.password_reset_mail', cause: { message: 'relay down' } }]);
  });

  it('keeps a bounded number waiting and reports the rest', async () => {
    const { mails, sent, open, problems } = setup();
    const room = BACKGROUND_MAILS_AT_ONCE_MAX + BACKGROUND_MAILS_MAX;
    for (let n = 0; n < room + 3; n += 1) mails.post('test', mail);
    open();
    await mails.drain(1_000);
    expect(sent).toHaveLength(room);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatchObject({ cause: { code: 'busy' } });
  });

  it('stops waiting for a mail that hangs', async () => {
    const mails = createBackgroundMails({ send: () => new Promise(() => undefined) }, () => undefined);
    mails.post('test', mail);
    const started = performance.now();
    await mails.drain(20);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

function setup() {
  const sent: Mail[] = [];
  const problems: Problem[] = [];
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const mailer: Mailer = {
    async send(each) {
      await opened;
      sent.push(each);
    },
  };
  return {
    mails: createBackgroundMails(mailer, (problem) => problems.push(problem)),
    sent,
    problems,
    open,
  };
}
