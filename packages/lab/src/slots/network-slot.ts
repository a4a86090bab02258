/** The lab's private network: 10.219.0.0/16, cut into /30s, one for each host (RFC 1918; RFC 3021 leaves /30 as is). */
export const labNetwork = '10.219.0.0/16';

/** Numbers below are handed to hosts that live once, numbers from here on to persistent ones, which keep theirs. */
export const persistentSlotsFrom = 8192;
export const slotsEnd = 16384;

/** Everything on the machine that is named after a host's number: only the lab uses these names. */
export interface NetworkSlot {
  index: number;
  /** Address of the host. */
  address: string;
  /** Address of the machine that runs the lab, as the host sees it. */
  gateway: string;
  /** The outer end of the host's cable. The inner end is `eth0`. */
  interfaceName: string;
  /** Name of the host's control groups and of its machine. */
  machineName: string;
}

export function networkSlot(index: number): NetworkSlot {
  if (!Number.isInteger(index) || index < 0 || index >= slotsEnd)
    throw new Error(`slot ${index}: 0 to ${slotsEnd - 1}`);
  return {
    index,
    gateway: ipv4(index * 4 + 1),
    address: ipv4(index * 4 + 2),
    interfaceName: `rsmlab${index}`,
    machineName: `rsm-lab-${index}`,
  };
}

function ipv4(offset: number): string {
  return `10.219.${offset >> 8}.${offset & 255}`;
}
