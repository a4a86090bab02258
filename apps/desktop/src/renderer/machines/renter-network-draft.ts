import type { MachineRead } from '@rsm/api/schemas/machines';
import type { ClientError } from '../api/client-error.ts';
import { formatInteger } from '../format/size.ts';

type RenterNetwork = MachineRead['renterNetwork'];

/** The networks of a typed list: one a line, or with commas or spaces between. */
export function networksIn(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((entry) => entry !== '');
}

/** What was refused, each with the entry as it was typed; undefined when no entry was. */
export function networkErrors(
  networks: readonly string[],
  fieldErrors: ClientError['fieldErrors'],
): string | undefined {
  const sentences = fieldErrors.flatMap(({ path, message }) => {
    const match = /^network\.allowedNetworks(?:\.(\d+))?$/.exec(path);
    if (match === null) return [];
    const entry = match[1] === undefined ? undefined : networks[Number(match[1])];
    return [entry === undefined ? message : `“${entry}”: ${message}`];
  });
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

/** Cloud providers answer with credentials of the whole machine here. */
const METADATA_ADDRESS = [169, 254, 169, 254];
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

const asNumber = (octets: readonly number[]): number => octets.reduce((sum, octet) => sum * 256 + octet, 0);

/** Whether an IPv4 network holds the metadata address; false for what is no IPv4 network. */
function holdsMetadata(network: string): boolean {
  const size = sizeOf(network);
  if (size === null) return false;
  const base = asNumber(IPV4.exec(network)?.slice(1, 5).map(Number) ?? []);
  return Math.floor(base / size) === Math.floor(asNumber(METADATA_ADDRESS) / size);
}

/** How many addresses an IPv4 network has; null for what is none. */
function sizeOf(network: string): number | null {
  const match = IPV4.exec(network);
  return match === null ? null : 2 ** (32 - Number(match[5]));
}

export interface Opening {
  readonly text: string;
  readonly isRisky: boolean;
}

/** What a setting lets renters do, in plain words; each sentence for itself. */
export function openingsOf({ allowedNetworks, mailAllowed }: RenterNetwork): readonly Opening[] {
  const networks = allowedNetworks.map<Opening>((network) => {
    if (holdsMetadata(network)) {
      return {
        text: `${network} holds 169.254.169.254. In most clouds a renter can then read this machine’s own credentials there.`,
        isRisky: true,
      };
    }
    const size = sizeOf(network);
    const count = size === null ? '' : size === 1 ? ' (one address)' : ` (${formatInteger(size)} addresses)`;
    return { text: `Everything at ${network}${count}, on every port and without asking anybody.`, isRisky: false };
  });
  const mail: Opening = {
    text: 'Mail servers everywhere, by port 25. If a renter sends spam, your address is blamed for it.',
    isRisky: true,
  };
  return [...networks, ...(mailAllowed ? [mail] : [])];
}
