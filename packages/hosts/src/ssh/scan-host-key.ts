import type { AddressGuard } from '../addresses/checked-address.ts';
import type { HostKey } from '@rsm/domain/machines/machine';
import type { HostKeyScanner } from '@rsm/domain/machines/machine-host';
import { hostKeyOf } from './host-key.ts';
import { dialSsh, hostKeyAlgorithmsFor } from './ssh-dial.ts';
import { DEFAULT_SSH_LIMITS, type SshLimits } from './ssh-limits.ts';
import { SshError } from './ssh-error.ts';

/** Ends the dial from within the key exchange: the key was seen, and that was all we came for. */
class HostKeySeen extends Error {
  readonly hostKey: HostKey;
  constructor(hostKey: HostKey) {
    super('The host key was seen.');
    this.hostKey = hostKey;
  }
}

/**
 * Asks a machine for its host key, ed25519 where it has one, and ends the connection before any authentication.
 *
 * The key is what the machine *claims* on this network path. It is worth something only after the provider confirmed the
 * fingerprint, and the first login proves that the machine holds the private half.
 */
export function createHostKeyScanner(deps: {
  readonly guard: AddressGuard;
  readonly limits?: SshLimits;
}): HostKeyScanner {
  return {
    async scan(endpoint, { signal }) {
      const address = await deps.guard.check(endpoint.address, { signal });
      try {
        const { client } = await dialSsh({
          address,
          port: endpoint.port,
          username: 'host-key-scan',
          hostKeyAlgorithms: hostKeyAlgorithmsFor('ssh-ed25519'),
          judgeHostKey: (rawKey) => new HostKeySeen(hostKeyOf(rawKey)),
          limits: deps.limits ?? DEFAULT_SSH_LIMITS,
          signal,
        });
        client.destroy();
      } catch (error) {
        if (error instanceof HostKeySeen) return error.hostKey;
        throw error;
      }
      throw new SshError('handshake_failed', 'The machine let us in without showing a host key.');
    },
  };
}
