import { CLOSED_RENTER_NETWORK } from '@rsm/domain/access/renter-network';
import { instant } from '@rsm/domain/common/instant';
import { unitIdSchema, userIdSchema } from '@rsm/domain/common/ids';
import type { Machine } from '@rsm/domain/machines/machine';
import { createKeyPairMaker } from '../keys/key-pair-maker.ts';
import { anyMachineId } from './ssh-peer.ts';

/** A machine that was just connected, with fresh keys; the private halves are answered beside it. */
export function anyMachine(overrides: Partial<Machine> = {}): {
  readonly machine: Machine;
  readonly controlPrivateKey: string;
  readonly verifierPrivateKey: string;
} {
  const id = overrides.id ?? anyMachineId();
  const control = createKeyPairMaker().make(`rsm-control-${id}`);
  const verifier = createKeyPairMaker().make(`rsm-verifier-${id}`);
  const endpoint = { address: '198.51.100.7', port: 22 };
  const machine: Machine = {
    id,
    unitId: unitIdSchema.parse(anyMachineId()),
    providerId: userIdSchema.parse(anyMachineId()),
    name: 'Test machine',
    control: endpoint,
    renter: endpoint,
    sshUser: 'root',
    declaredRegion: 'eu',
    accessMode: 'unix_user',
    renterNetwork: CLOSED_RENTER_NETWORK,
    status: 'connecting',
    quarantineReason: null,
    statusReason: null,
    reachability: 'unknown',
    reachabilityChangedAt: null,
    hostKeyState: 'none',
    hostKey: null,
    lastError: null,
    credentials: {
      controlPublicKey: control.publicKey,
      controlPrivateKeySealed: 'sealed',
      verifierPublicKey: verifier.publicKey,
      verifierPrivateKeySealed: 'sealed',
    },
    facts: null,
    factsReadAt: null,
    verifiedAt: null,
    createdAt: instant(0),
    ...overrides,
  };
  return { machine, controlPrivateKey: control.privateKey, verifierPrivateKey: verifier.privateKey };
}
