import { isIP } from 'node:net';

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * Tells addresses and names apart, and refuses every spelling that two programs could read differently: `0x7f.1`,
 * `0177.0.0.1`, `2130706433`, zones and brackets. A name whose last label is a number is such a spelling (WHATWG URL,
 * "ends in a number"), because resolvers read it as an address by the rules of inet_aton(3).
 *
 * @returns what it is, or half a sentence that says why it is refused.
 */
export function readHost(
  text: string,
): { readonly kind: 'address' | 'name'; readonly host: string } | { readonly kind: 'refused'; readonly why: string } {
  const host = text.trim().toLowerCase();
  if (host === '' || host.length > 253) return { kind: 'refused', why: 'has to have 1 to 253 characters' };
  if (host.includes('%')) return { kind: 'refused', why: 'may not name a zone' };
  if (isIP(host) !== 0) return { kind: 'address', host };
  if (/^\[.*\]$/.test(host)) return { kind: 'refused', why: 'has to be written without brackets' };
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  if (/^(\d+|0x[0-9a-f]*)$/.test(last))
    return { kind: 'refused', why: 'has to be written in the usual form, like 203.0.113.7' };
  if (!labels.every((label) => LABEL.test(label)))
    return { kind: 'refused', why: 'is neither an IP address nor a host name' };
  return { kind: 'name', host: name };
}
