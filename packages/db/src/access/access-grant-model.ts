import type { AccessGrant, AccessGrantStatus } from '@rsm/domain/access/access-grant';
import type { AccessGrantId, BookingId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AccessMode } from '@rsm/domain/machines/machine';

import { RowModel } from '../common/row-model.ts';

export class AccessGrantModel extends RowModel {
  static override readonly tableName = 'access_grants';

  declare id: AccessGrantId;
  declare booking_id: BookingId;
  declare machine_id: MachineId;
  declare mode: AccessMode;
  declare status: AccessGrantStatus;
  declare account_name: string;
  declare uid: number;
  declare endpoint_address: string;
  declare endpoint_port: number;
  declare host_key_type: string;
  declare host_key_public: string;
  declare host_key_fingerprint: string;
  declare watchdog_deadline_at: Instant | null;
  declare granted_at: Instant | null;
  declare revoked_at: Instant | null;
  declare created_at: Instant;

  override $instantColumns(): readonly string[] {
    return ['watchdog_deadline_at', 'granted_at', 'revoked_at', 'created_at'];
  }

  toAccessGrant(): AccessGrant {
    return {
      id: this.id,
      bookingId: this.booking_id,
      machineId: this.machine_id,
      mode: this.mode,
      status: this.status,
      accountName: this.account_name,
      uid: this.uid,
      endpoint: { address: this.endpoint_address, port: this.endpoint_port },
      hostKey: {
        keyType: this.host_key_type,
        publicKey: this.host_key_public,
        fingerprint: this.host_key_fingerprint,
      },
      watchdogDeadlineAt: this.watchdog_deadline_at,
      grantedAt: this.granted_at,
      revokedAt: this.revoked_at,
      createdAt: this.created_at,
    };
  }
}
