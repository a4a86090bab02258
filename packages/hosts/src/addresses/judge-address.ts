import ipaddr from 'ipaddr.js';
import { isIn, parseNetworks, type IpAddress, type Network } from './networks.ts';

/**
 * Refused whatever the operator names. Ranges are those of ipaddr.js, which follow the IANA special-purpose registries
 * (RFC 6890). Forms that carry an IPv4 address inside an IPv6 one are here because they would lead around the rest.
 */
const NEVER: ReadonlySet<string> = new Set([
  'unspecified',
  'broadcast',
  'loopback',
  'linkLocal',
  'multicast',
  'ipv4Mapped',
  'rfc6145',
  'rfc6052',
  '6to4',
  'teredo',
  'amt',
  'discard',
]);

/**
 * Metadata services of clouds that are not link-local: AWS, Google and Alibaba (IPv6 or carrier range), Azure's wire
 * server, which has a public address, and Oracle's.
 */
const METADATA: readonly Network[] = parseNetworks([
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
]);

/** All of IPv6 that is handed out as global unicast today (IANA IPv6 address space). */
const GLOBAL_UNICAST_V6: Network = [ipaddr.IPv6.parse('2000::'), 3];
/** The local-use translation prefix (RFC 8215), which ipaddr.js does not know. */
const LOCAL_TRANSLATION_V6: Network = [ipaddr.IPv6.parse('64:ff9b:1::'), 48];

export interface AddressRules {
  /** Networks that the operator named; they may be private. */
  readonly named: readonly Network[];
  /** The networks that this server's own interfaces are in. Empty in demo mode, where the lab lives in one of them. */
  readonly own: readonly Network[];
}

/** Why an address may not be dialled, as half a sentence, or null when it may. */
export function refusalOf(address: IpAddress, rules: AddressRules): string | null {
  const range: string = address.range();
  if (NEVER.has(range)) return `is never dialled (${range})`;
  if (isIn(address, LOCAL_TRANSLATION_V6)) return 'is never dialled (address translation)';
  if (METADATA.some((network) => isIn(address, network))) return 'is a cloud’s metadata service';
  if (rules.own.some((network) => isIn(address, network))) return 'is in this server’s own network';
  if (rules.named.some((network) => isIn(address, network))) return null;
  if (range !== 'unicast') return `is not a public address (${range})`;
  if (address.kind() === 'ipv6' && !isIn(address, GLOBAL_UNICAST_V6)) return 'is not a public address';
  return null;
}
