import { refusal } from '../errors/bridge-refusal.ts';

const URL_CHARS_MAX = 2_000;
const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost'];
const REMEDY = 'Enter the address that your marketplace gave you, such as https://market.example.';

/**
 * The origin that a person's text names: https, or http of this computer. Without a scheme it is the one of the two that fits.
 * @throws BridgeRefusal invalid_address with field `url`
 */
export function serverOriginOf(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > URL_CHARS_MAX || /[\s\\\p{Cc}\p{Cf}]/u.test(trimmed)) {
    throw wrong('This is no web address.');
  }
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `${schemeFor(trimmed)}://${trimmed}`;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw wrong('This is no web address.');
  }
  if (url.username !== '' || url.password !== '') throw wrong('The address must not hold a name or a password.');
  // A page's policy can't name such an address (Content Security Policy Level 3, host-source), so nothing would be let through.
  if (url.hostname.startsWith('[')) throw wrong('An IPv6 address can’t be used here; a name that leads to it can.');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw wrong('The address must end after the name and port.');
  }
  if (url.protocol === 'https:' && url.hostname !== '') return url.origin;
  if (url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname)) return url.origin;
  throw wrong(
    url.protocol === 'http:'
      ? 'Without https anybody on the way could read along; http is taken for this computer only.'
      : 'The address must begin with https://.',
  );
}

/** Nobody has a certificate for a server on his own computer. */
function schemeFor(address: string): 'http' | 'https' {
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?\/?$/i.test(address) ? 'http' : 'https';
}

function wrong(message: string): Error {
  return refusal('invalid_address', message, { field: 'url', remedy: REMEDY });
}
