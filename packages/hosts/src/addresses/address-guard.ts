import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { DomainError } from '@rsm/domain/common/domain-error';
import { abortReasonOf } from '../ssh/abort-reason.ts';
import type { AddressGuard, CheckedAddress } from './checked-address.ts';
import { readHost } from './host-name.ts';
import { refusalOf } from './judge-address.ts';
import { parseNetworks, type Network } from './networks.ts';

/** All addresses of a name. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export interface AddressGuardOptions {
  /** MACHINE_NETWORKS: networks in CIDR notation that may be dialled although they are not public. */
  readonly machineNetworks: readonly string[];
  /** In production the server's own networks are refused even when they are named. */
  readonly mode: 'demo' | 'production';
  /** The networks of this server's interfaces in CIDR notation. Default: asked of the operating system at each check. */
  readonly ownNetworks?: () => readonly string[];
  readonly resolve?: ResolveName;
  readonly resolveTimeoutMs?: number;
}

const RESOLVE_TIMEOUT_MS = 5_000;
const ANSWERS_MAX = 32;

/**
 * Makes the guard.
 * @throws RangeError when a named network can't be read.
 */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const named = parseNetworks(options.machineNetworks);
  const resolve = options.resolve ?? resolveBySystem;
  const ownNetworks = options.ownNetworks ?? interfaceNetworks;
  const timeoutMs = options.resolveTimeoutMs ?? RESOLVE_TIMEOUT_MS;
  return {
    async check(text, { signal } = {}) {
      signal?.throwIfAborted();
      const host = readHost(text);
      if (host.kind === 'refused') throw refuse(`This address ${host.why}.`);
      const answers = host.kind === 'address' ? [host.host] : await withTimeout(resolve(host.host), timeoutMs, signal);
      if (answers.length === 0) throw refuse('This host name has no address.');
      if (answers.length > ANSWERS_MAX) throw refuse(`This host name has more than ${ANSWERS_MAX} addresses.`);
      const own: readonly Network[] =
        options.mode === 'production' ? ownNetworks().map((network) => ipaddr.parseCIDR(network)) : [];
      const addresses = answers.map((answer) => ipaddr.parse(answer));
      // One refused answer refuses the name: which of them a later connection would take is not for the name's owner to choose.
      for (const address of addresses) {
        const why = refusalOf(address, { named, own });
        if (why !== null) throw refuse(`${address.toString()} ${why}.`);
      }
      const chosen = addresses.find((address) => address.kind() === 'ipv4') ?? addresses[0];
      if (chosen === undefined) throw refuse('This host name has no address.');
      return checkedAddress(text, chosen.toString(), chosen.kind() === 'ipv4' ? 4 : 6);
    },
  };
}

function checkedAddress(host: string, ip: string, family: 4 | 6): CheckedAddress {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is given here and nowhere else
  return { host, ip, family } as CheckedAddress;
}

async function resolveBySystem(name: string): Promise<readonly string[]> {
  try {
    return (await lookup(name, { all: true })).map((answer) => answer.address);
  } catch (error) {
    throw refuse('This host name can’t be resolved.', error);
  }
}

/** getaddrinfo(3) can't be cancelled, so only the waiting ends. */
async function withTimeout<T>(work: Promise<T>, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  const late = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? late : AbortSignal.any([signal, late]);
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(signal?.aborted ? abortReasonOf(signal) : refuse('This host name could not be resolved in time.'));
    either.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => either.removeEventListener('abort', onAbort));
  });
}

function interfaceNetworks(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap((address) => (address.cidr === null ? [] : [address.cidr])),
  );
}

function refuse(message: string, cause?: unknown): DomainError {
  return new DomainError('invalid_address', message, {
    field: 'address',
    remedy:
      'Use a public address, or ask the operator of this installation to add the machine’s network to MACHINE_NETWORKS.',
    cause,
  });
}
