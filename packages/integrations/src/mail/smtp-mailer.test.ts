import { afterEach, describe, expect, it } from 'vitest';
import type { SmtpMailer, SmtpMailerOptions } from './smtp-mailer.ts';
import { SMTP_CONNECTIONS_MAX, createSmtpMailer } from './smtp-mailer.ts';
import type { SmtpServerOptions } from './testing/smtp-server.ts';
import { startSmtpServer } from './testing/smtp-server.ts';
import { STARTTLS_CERTIFICATE } from './testing/starttls-certificate.ts';

const mail = { to: 'ada@example.org', subject: 'Your booking begins', text: 'Log in now.\nBye' };
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

describe('SMTP mailer', () => {
  it('delivers a mail to one recipient', async () => {
    const { mailer, server } = await setup();
    await mailer.send(mail);
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]).toMatchObject({ from: '<rsm@example.org>', to: ['<ada@example.org>'] });
    expect(server.mails[0]?.data).toContain('Subject: Your booking begins');
    expect(server.mails[0]?.data).toContain('Log in now.');
  });

  it('signs in where the server asks for it', async () => {
    const { mailer, server } = await setup(
      { extensions: ['AUTH PLAIN'] },
      { credentials: { user: 'u', password: 'p' } },
    );
    await mailer.send(mail);
    expect(server.lines).toContain(`AUTH PLAIN ${Buffer.from('\0u\0p').toString('base64')}`);
  });

  it('sends neither credentials nor mail when the server does not offer STARTTLS', async () => {
    const { mailer, server } = await setup(
      { extensions: ['AUTH PLAIN'] },
      { security: 'starttls', credentials: { user: 'u', password: 'p' } },
    );
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'busy' });
    expect(server.lines.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
    expect(server.mails).toEqual([]);
  });

  it('tells user, password and mail over STARTTLS only, to a relay whose certificate it trusts', async () => {
    const { mailer, server } = await setup(
      { startTls: STARTTLS_CERTIFICATE, extensions: ['AUTH PLAIN'] },
      {
        security: 'starttls',
        certificateAuthority: STARTTLS_CERTIFICATE.cert,
        credentials: { user: 'u', password: 'p' },
      },
    );
    await mailer.send(mail);
    expect(server.mails).toMatchObject([{ from: '<rsm@example.org>', to: ['<ada@example.org>'] }]);
    const inTheClear = server.lines.filter((line) => !line.startsWith('TLS '));
    expect(inTheClear.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
    expect(server.lines).toContain(`TLS AUTH PLAIN ${Buffer.from('\0u\0p').toString('base64')}`);
  });

  it.each([
    ['that nobody it trusts has signed', '127.0.0.1', undefined],
    ['of another host', 'localhost', STARTTLS_CERTIFICATE.cert],
  ])('tells nothing to a relay with a certificate %s', async (_, host, authority) => {
    const { mailer, server } = await setup(
      { startTls: STARTTLS_CERTIFICATE, extensions: ['AUTH PLAIN'] },
      {
        host,
        security: 'starttls',
        ...(authority === undefined ? {} : { certificateAuthority: authority }),
        credentials: { user: 'u', password: 'p' },
      },
    );
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'busy' });
    expect(server.lines.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
    expect(server.mails).toEqual([]);
  });

  it('is refused without TLS for a relay on another host', () => {
    expect(() =>
      createSmtpMailer({ host: 'smtp.example.org', port: 25, security: 'none', from: 'rsm@example.org' }),
    ).toThrow(/only allowed for a relay on this host/);
  });

  it('refuses an injected header before anything is sent', async () => {
    const { mailer, server } = await setup();
    await expect(mailer.send({ ...mail, subject: 'Hi\r\nBcc: eve@example.org' })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'subject',
    });
    await expect(mailer.send({ ...mail, to: 'ada@example.org>\r\nRCPT TO:<eve@example.org' })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'to',
    });
    expect(server.lines).toEqual([]);
  });

  it('keeps a lone dot in the text from ending the mail', async () => {
    const { mailer, server } = await setup();
    await mailer.send({ ...mail, text: 'before\n.\nafter' });
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]?.data).toContain('after');
  });

  it('says that the address is wrong when the server refuses it for good', async () => {
    const { mailer } = await setup({
      answer: (line) => (line.startsWith('RCPT') ? '550 5.1.1 no such user' : undefined),
    });
    const error = await mailer.send(mail).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid_input', field: 'to' });
    expect(String(error)).not.toContain('no such user');
  });

  it.each([
    ['the server refuses for now', { answer: (line: string) => (line.startsWith('RCPT') ? '451 later' : undefined) }],
    [
      'the server refuses the sender account',
      {
        answer: (line: string) =>
          line.startsWith('EHLO') ? '554 go away' : line.startsWith('HELO') ? '554 go away' : undefined,
      },
    ],
    ['the server never greets', { silentFromTheStart: true }],
    ['the server falls silent', { answer: (line: string) => (line.startsWith('DATA') ? null : undefined) }],
  ] satisfies [string, SmtpServerOptions][])('asks to try later when %s', async (_, serverOptions) => {
    const { mailer } = await setup(serverOptions, { sendMsMax: 300 });
    await expect(mailer.send(mail)).rejects.toMatchObject({
      code: 'busy',
      message: "The mail server can't be reached at the moment.",
    });
  });

  it('asks to try later when nobody listens', async () => {
    const { mailer, server } = await setup();
    await server.close();
    cleanups.splice(0, 1);
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'busy' });
  });

  it('does not send a second time after an uncertain end', async () => {
    const { mailer, server } = await setup({ hangUpAt: /^DATA/ }, { sendMsMax: 500 });
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'busy' });
    expect(server.lines.filter((line) => line.startsWith('DATA'))).toHaveLength(1);
  });

  it('opens a bounded number of connections for many mails', async () => {
    const { mailer, server } = await setup();
    let most = 0;
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        await mailer.send(mail);
        most = Math.max(most, server.connections());
      }),
    );
    expect(server.mails).toHaveLength(30);
    expect(most).toBeLessThanOrEqual(SMTP_CONNECTIONS_MAX);
  });
});

async function setup(serverOptions: SmtpServerOptions = {}, options: Partial<SmtpMailerOptions> = {}) {
  const server = await startSmtpServer(serverOptions);
  cleanups.push(() => server.close());
  const mailer: SmtpMailer = createSmtpMailer({
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    from: 'rsm@example.org',
    ...options,
  });
  cleanups.push(() => mailer.close());
  return { server, mailer };
}
