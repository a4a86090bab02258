import { isIP } from 'node:net';

/** Whether mail to this host never leaves the machine. A name of someone else's, such as 127.0.0.1.example.org, is none. */
export function isLoopbackHost(host: string): boolean {
  if (host.toLowerCase() === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
