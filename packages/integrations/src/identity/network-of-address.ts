import { isIPv4, isIPv6 } from 'node:net';

/**
 * What a client address is counted under: an IPv4 address itself, of an IPv6 address its /64, because a subscriber has
 * at least that many (RFC 6177) and could come from a new one each time. An IPv4-mapped address is its IPv4 address.
 * Anything else is counted as it is written.
 */
export function networkOfAddress(address: string): string {
  const bare = address
    .trim()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .toLowerCase();
  if (!isIPv6(bare)) return isIPv4(bare) ? bare : address.trim();
  // The URL parser brings every spelling into one (RFC 5952).
  const canonical = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const groups = expand(canonical);
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    const [high = '0', low = '0'] = groups.slice(6);
    const bits = Number.parseInt(high, 16) * 0x10000 + Number.parseInt(low, 16);
    return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** All eight groups of a canonical address. */
function expand(canonical: string): string[] {
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}
