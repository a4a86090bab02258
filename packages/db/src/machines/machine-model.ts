import type { MachineId, UnitId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type {
  AccessMode,
  HostKey,
  HostKeyState,
  Machine,
  MachineStatus,
  QuarantineReason,
  Reachability,
} from '@rsm/domain/machines/machine';
import type { DiskKind, MachineFacts } from '@rsm/domain/machines/machine-facts';

import { RowModel } from '../common/row-model.ts';

/**
 * What a machine is made of, with its unit beside it. Named one by one, because a prepared `SELECT *` fails after a migration that adds a
 * column ("cached plan must not change result type").
 */
export const MACHINE_COLUMNS = `
  id, provider_id, name, control_address, control_port, renter_address, renter_port, renter_networks, renter_mail, ssh_user, declared_region,
  access_mode, status, status_reason, quarantine_reason, reachability, reachability_changed_at, host_key_state,
  host_key_type, host_key_public, host_key_fingerprint, last_error, control_public_key,
  control_private_key_sealed, verifier_public_key, verifier_private_key_sealed, facts, facts_read_at,
  verified_at, created_at, (SELECT units.id FROM units WHERE units.machine_id = machines.id) AS unit_id`;

export class MachineModel extends RowModel {
  static override readonly tableName = 'machines';

  declare id: MachineId;
  declare provider_id: UserId;
  declare name: string;
  declare control_address: string;
  declare control_port: number;
  declare renter_address: string;
  declare renter_port: number;
  declare ssh_user: string;
  declare declared_region: string;
  declare access_mode: AccessMode;
  declare renter_networks: string[];
  declare renter_mail: boolean;
  declare status: MachineStatus;
  declare status_reason: string | null;
  declare quarantine_reason: QuarantineReason | null;
  declare reachability: Reachability;
  declare reachability_changed_at: Instant | null;
  declare host_key_state: HostKeyState;
  declare host_key_type: string | null;
  declare host_key_public: string | null;
  declare host_key_fingerprint: string | null;
  declare last_error: string | null;
  declare control_public_key: string;
  declare control_private_key_sealed: string;
  declare verifier_public_key: string;
  declare verifier_private_key_sealed: string;
  declare facts: MachineFacts | null;
  declare facts_read_at: Instant | null;
  declare cpu_model: string | null;
  declare cpu_threads: number | null;
  declare memory_bytes: bigint | null;
  declare disk_free_bytes: bigint | null;
  declare disk_kind: DiskKind | null;
  declare cuda_version: string | null;
  declare cuda_version_number: number | null;
  declare gpu_model: string | null;
  declare gpu_count: number;
  declare vram_bytes: bigint | null;
  declare cpu_score: number | null;
  declare memory_score: number | null;
  declare storage_score: number | null;
  declare gpu_score: number | null;
  declare network_score: number | null;
  declare benchmarked_at: Instant | null;
  declare verified_at: Instant | null;
  declare uid_next: number;
  declare created_at: Instant;
  /** Of the unit's own row: only there when it was read with MACHINE_COLUMNS. */
  declare unit_id?: UnitId;

  override $instantColumns(): readonly string[] {
    return ['reachability_changed_at', 'facts_read_at', 'benchmarked_at', 'verified_at', 'created_at'];
  }

  override $documentColumns(): readonly string[] {
    return ['facts'];
  }

  /** @throws Error when the row was read without its unit, which is a mistake of a query. */
  toMachine(): Machine {
    if (this.unit_id === undefined) throw new Error(`Machine ${this.id} was read without its unit.`);
    return {
      id: this.id,
      unitId: this.unit_id,
      providerId: this.provider_id,
      name: this.name,
      control: { address: this.control_address, port: this.control_port },
      renter: { address: this.renter_address, port: this.renter_port },
      sshUser: this.ssh_user,
      declaredRegion: this.declared_region,
      accessMode: this.access_mode,
      renterNetwork: { allowedNetworks: this.renter_networks, mailAllowed: this.renter_mail },
      status: this.status,
      quarantineReason: this.quarantine_reason,
      statusReason: this.status_reason,
      reachability: this.reachability,
      reachabilityChangedAt: this.reachability_changed_at,
      hostKeyState: this.host_key_state,
      hostKey: this.#hostKey(),
      lastError: this.last_error,
      credentials: {
        controlPublicKey: this.control_public_key,
        controlPrivateKeySealed: this.control_private_key_sealed,
        verifierPublicKey: this.verifier_public_key,
        verifierPrivateKeySealed: this.verifier_private_key_sealed,
      },
      facts: this.facts,
      factsReadAt: this.facts_read_at,
      verifiedAt: this.verified_at,
      createdAt: this.created_at,
    };
  }

  #hostKey(): HostKey | null {
    const { host_key_type: keyType, host_key_public: publicKey, host_key_fingerprint: fingerprint } = this;
    if (keyType === null || publicKey === null || fingerprint === null) return null;
    return { keyType, publicKey, fingerprint };
  }
}
