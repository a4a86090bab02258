import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = readonly [IpAddress, number];

/** Shorter prefixes would name a good part of the internet, and with it everything the guard is there for. */
const PREFIX_LENGTH_MIN = { ipv4: 8, ipv6: 16 } as const;

/**
 * Reads networks in CIDR notation, as the operator names them in MACHINE_NETWORKS.
 * @throws RangeError that names the entry.
 */
export function parseNetworks(texts: readonly string[]): readonly Network[] {
  return texts.map((text) => {
    let network: Network;
    try {
      network = ipaddr.parseCIDR(text.trim());
    } catch (error) {
      throw new RangeError(`“${text}” is no network; write it like 10.20.0.0/16 or fd12:3456::/48.`, { cause: error });
    }
    const shortest = PREFIX_LENGTH_MIN[network[0].kind()];
    if (network[1] < shortest) throw new RangeError(`“${text}” is too wide; the shortest prefix is /${shortest}.`);
    return network;
  });
}

/** Whether an address lies in a network of its own family. */
export function isIn(address: IpAddress, [base, bits]: Network): boolean {
  if (address.kind() !== base.kind()) return false;
  return ipaddr.subnetMatch(address, { inside: [[base, bits]] }, 'outside') === 'inside';
}
