import type { UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { ProviderProfileStatus, User, UserStatus } from '@rsm/domain/users/user';
import { Model, type RelationMappings } from 'objection';

import { RowModel } from '../common/row-model.ts';

export class ProviderProfileModel extends RowModel {
  static override readonly tableName = 'provider_profiles';
  static override readonly idColumn = 'user_id';

  declare user_id: UserId;
  declare status: ProviderProfileStatus;
  declare public_name: string;
  declare opened_at: Instant;

  override $instantColumns(): readonly string[] {
    return ['opened_at'];
  }
}

export class UserModel extends RowModel {
  static override readonly tableName = 'users';

  declare id: UserId;
  declare issuer: string;
  declare subject: string;
  declare email: string;
  declare display_name: string;
  declare status: UserStatus;
  declare status_reason: string | null;
  declare is_admin: boolean;
  declare created_at: Instant;
  declare providerProfile?: ProviderProfileModel | null;

  static override get relationMappings(): RelationMappings {
    return {
      providerProfile: {
        relation: Model.HasOneRelation,
        modelClass: ProviderProfileModel,
        join: { from: 'users.id', to: 'provider_profiles.user_id' },
      },
    };
  }

  override $instantColumns(): readonly string[] {
    return ['created_at'];
  }

  toUser(): User {
    const profile = this.providerProfile ?? null;
    return {
      id: this.id,
      issuer: this.issuer,
      subject: this.subject,
      email: this.email,
      displayName: this.display_name,
      status: this.status,
      statusReason: this.status_reason,
      isAdmin: this.is_admin,
      providerProfile:
        profile === null
          ? null
          : { status: profile.status, publicName: profile.public_name, openedAt: profile.opened_at },
      createdAt: this.created_at,
    };
  }
}
