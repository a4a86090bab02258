import type { UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { ProviderProfile, ProviderProfileStatus, User, UserStatus } from '@rsm/domain/users/user';

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

/**
 * A user with the provider profile beside it, for `FROM users LEFT JOIN provider_profiles`. Named one by one, because a prepared
 * `SELECT *` fails after a migration that adds a column ("cached plan must not change result type").
 */
export const USER_COLUMNS = `
  users.id, users.issuer, users.subject, users.email, users.display_name, users.status, users.status_reason,
  users.is_admin, users.created_at, provider_profiles.status AS provider_status, provider_profiles.public_name
  AS provider_public_name, provider_profiles.opened_at AS provider_opened_at`;

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
  declare provider_status: ProviderProfileStatus | null;
  declare provider_public_name: string | null;
  declare provider_opened_at: Instant | null;

  override $instantColumns(): readonly string[] {
    return ['created_at'];
  }

  toUser(): User {
    return {
      id: this.id,
      issuer: this.issuer,
      subject: this.subject,
      email: this.email,
      displayName: this.display_name,
      status: this.status,
      statusReason: this.status_reason,
      isAdmin: this.is_admin,
      providerProfile: this.#providerProfile(),
      createdAt: this.created_at,
    };
  }

  #providerProfile(): ProviderProfile | null {
    const { provider_status: status, provider_public_name: publicName, provider_opened_at: openedAt } = this;
    if (status === null || publicName === null || openedAt === null) return null;
    return { status, publicName, openedAt };
  }
}
