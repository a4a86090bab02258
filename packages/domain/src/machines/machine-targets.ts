import { DomainError } from '../common/domain-error.ts';
import type { MachineId } from '../common/ids.ts';
import type { SecretBox, SecretPlace } from '../common/secret-box.ts';
import type { MachineTarget } from './machine-host.ts';
import type { Machine } from './machine.ts';

/** Where a machine's control key is sealed. */
export function controlKeyPlace(machineId: MachineId): SecretPlace {
  return { table: 'machines', row: machineId, column: 'control_private_key_sealed' };
}

/** Where a machine's verifier key is sealed. */
export function verifierKeyPlace(machineId: MachineId): SecretPlace {
  return { table: 'machines', row: machineId, column: 'verifier_private_key_sealed' };
}

/**
 * Opens one of a machine's two keys, as late as possible.
 * @throws DomainError host_key_not_confirmed while no key is pinned, host_key_changed after a change
 */
export function targetOf(
  machine: Machine,
  credential: MachineTarget['credential'],
  secretBox: SecretBox,
): MachineTarget {
  if (machine.hostKeyState === 'changed') {
    throw new DomainError('host_key_changed', `The host key of ${machine.name} has changed.`, {
      remedy: 'The provider must compare and confirm the new key.',
    });
  }
  if (machine.hostKey === null || machine.hostKeyState !== 'pinned') {
    throw new DomainError('host_key_not_confirmed', `The host key of ${machine.name} is not confirmed.`, {
      remedy: 'Compare the fingerprint and confirm it.',
    });
  }
  const isControl = credential === 'control';
  return {
    machineId: machine.id,
    endpoint: machine.control,
    sshUser: machine.sshUser,
    hostKey: machine.hostKey,
    credential,
    privateKey: secretBox.open(
      isControl ? machine.credentials.controlPrivateKeySealed : machine.credentials.verifierPrivateKeySealed,
      isControl ? controlKeyPlace(machine.id) : verifierKeyPlace(machine.id),
    ),
  };
}
