import type { SshKeyId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { SshKey } from '@rsm/domain/ssh-keys/ssh-key';

import { RowModel } from '../common/row-model.ts';

export class SshKeyModel extends RowModel {
  static override readonly tableName = 'ssh_keys';

  declare id: SshKeyId;
  declare user_id: UserId;
  declare name: string;
  declare public_key: string;
  declare fingerprint: string;
  declare created_at: Instant;

  override $instantColumns(): readonly string[] {
    return ['created_at'];
  }

  toSshKey(): SshKey {
    return {
      id: this.id,
      userId: this.user_id,
      name: this.name,
      publicKey: this.public_key,
      fingerprint: this.fingerprint,
      createdAt: this.created_at,
    };
  }
}
