import { DomainError } from '@rsm/domain/common/domain-error';
import { SECOND_MS } from '@rsm/domain/common/instant';
import type { Mailer } from '@rsm/domain/mail/mailer';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { serviceUnavailable, withDeadline } from '../common/deadline.ts';
import { NamedLimit } from '../common/named-limit.ts';
import { isLoopbackHost } from './loopback-host.ts';
import { checkMail } from './mail-checks.ts';

export const SMTP_CONNECTIONS_MAX = 2;
export const SMTP_QUEUE_MAX = 200;
export const SMTP_SEND_MS_MAX = 30 * SECOND_MS;
const SMTP_CONNECT_MS_MAX = 10 * SECOND_MS;
const SMTP_SILENCE_MS_MAX = 15 * SECOND_MS;
const SMTP_RESPONSE_BYTES_MAX = 64 * 1024;

/** RFC 5321 4.2.1: 4yz may work later, 5yz never will. On the recipient or the content it is the mail's fault. */
const refusedForGoodSchema = z.object({
  code: z.enum(['EENVELOPE', 'EMESSAGE']),
  responseCode: z.int().min(500).max(599),
});

export interface SmtpMailerOptions {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte (RFC 8314, port 465), `starttls` or nothing, `none` for a relay on this host only. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly credentials?: { readonly user: string; readonly password: string };
  readonly from: string;
  /** PEM of the authority that signed the relay's certificate, where it is not one that Node trusts by itself. */
  readonly certificateAuthority?: string;
  /** For tests; the defaults are the limits named in this file. */
  readonly sendMsMax?: number;
}

export interface SmtpMailer extends Mailer {
  close(): void;
}

/**
 * Sends mail through an SMTP relay. One call sends at most once: after an uncertain end the caller decides.
 * Thrown by `send`: DomainError invalid_input (the mail or its recipient was refused for good), busy (try later).
 * @throws Error when the options would send credentials or mail over an open network.
 */
export function createSmtpMailer(options: SmtpMailerOptions): SmtpMailer {
  const { host, port, security, credentials, certificateAuthority, from, sendMsMax = SMTP_SEND_MS_MAX } = options;
  if (security === 'none' && !isLoopbackHost(host)) {
    throw new Error(
      `SMTP_SECURITY=none is only allowed for a relay on this host, not for ${host}: use tls or starttls.`,
    );
  }
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    },
    ...(credentials === undefined ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    maxConnections: SMTP_CONNECTIONS_MAX,
    maxMessages: 100,
    // A repeat after a lost connection might be a second mail.
    maxRequeues: 0,
    dnsTimeout: SMTP_CONNECT_MS_MAX,
    connectionTimeout: Math.min(SMTP_CONNECT_MS_MAX, sendMsMax),
    greetingTimeout: Math.min(SMTP_CONNECT_MS_MAX, sendMsMax),
    socketTimeout: Math.min(SMTP_SILENCE_MS_MAX, sendMsMax),
    maxResponseSize: SMTP_RESPONSE_BYTES_MAX,
    // A mail is text of ours: nothing in it may make the library read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const limit = new NamedLimit({
    name: 'SMTP mails',
    atOnceMax: SMTP_CONNECTIONS_MAX,
    queueMax: SMTP_QUEUE_MAX,
    waitMsMax: sendMsMax,
  });
  return {
    async send(mail) {
      checkMail(mail);
      await limit.run(async () => {
        const sending = transport.sendMail({
          from,
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
        });
        await withDeadline('mail server', sendMsMax, sending).catch((error: unknown) => {
          throw mailFailure(error);
        });
      });
    },
    close: () => transport.close(),
  };
}

function mailFailure(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (refusedForGoodSchema.safeParse(error).success) {
    return new DomainError('invalid_input', 'The mail server does not accept mail for this address.', {
      field: 'to',
      remedy: 'Check the address.',
      cause: error,
    });
  }
  // Refused credentials and TLS failures are the operator's to mend; until then later tries are the best there is.
  return serviceUnavailable('mail server', error);
}
