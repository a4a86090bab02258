import { isIP } from 'node:net';
import { isLoopbackHost } from './loopback-host.ts';
import type { SmtpMailerOptions } from './smtp-mailer.ts';

/** RFC 8314 3.3: submission with TLS from the first byte. */
const SMTPS_PORT = 465;
/** RFC 6409 3.1: submission, here with STARTTLS. */
const SUBMISSION_PORT = 587;
/** RFC 5321 4.5.4.2: where a relay on this host listens. */
const RELAY_PORT = 25;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i;
const WAY_OUT = 'Write it as smtps://user:password@host:port, or smtp:// for STARTTLS.';

export type SmtpConnectionOptions = Pick<SmtpMailerOptions, 'host' | 'port' | 'security' | 'credentials'>;

/**
 * Reads the mail server from an address such as `smtps://user:password@mail.example.org:465`.
 *
 * `smtps` is TLS from the first byte (port 465 if none is named), `smtp` is STARTTLS or nothing (587). Only a relay on this
 * host is spoken to in the clear: `smtp://localhost` (25). User and password are percent-encoded where they hold one of
 * `:/@%?#`.
 * @throws Error that names SMTP_URL and the way out, and never repeats the address, because it holds the password.
 */
export function smtpOptionsFromUrl(url: string): SmtpConnectionOptions {
  const parsed = URL.parse(url.trim());
  if (parsed === null) throw refused('it is no address');
  const { protocol } = parsed;
  if (protocol !== 'smtp:' && protocol !== 'smtps:') throw refused('it must begin with smtps:// or smtp://');
  if (!['', '/'].includes(parsed.pathname) || parsed.search !== '' || parsed.hash !== '') {
    throw refused('nothing may follow the port; a password with one of :/@%?# needs percent-encoding');
  }
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0 && !HOST_NAME.test(host)) throw refused('its host is no name and no address');
  const clear = protocol === 'smtp:' && isLoopbackHost(host);
  const security = protocol === 'smtps:' ? 'tls' : clear ? 'none' : 'starttls';
  const usualPort = { tls: SMTPS_PORT, starttls: SUBMISSION_PORT, none: RELAY_PORT }[security];
  const port = parsed.port === '' ? usualPort : Number(parsed.port);
  if (port === 0) throw refused('its port must be 1 to 65535');
  const user = decoded(parsed.username);
  const password = decoded(parsed.password);
  if ((user === '') !== (password === '')) throw refused('it needs a user and a password, or neither');
  return { host, port, security, ...(user === '' ? {} : { credentials: { user, password } }) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refused('a % in the user or the password must be written as %25');
  }
}

function refused(why: string): Error {
  return new Error(`SMTP_URL can't be used: ${why}. ${WAY_OUT}`);
}
