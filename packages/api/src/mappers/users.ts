import type { SshKey } from '@rsm/domain/ssh-keys/ssh-key';
import type { User } from '@rsm/domain/users/user';
import { rolesOf } from '@rsm/domain/users/user';
import type { SshKeyRead, UserRead } from '../schemas/users.ts';
import { toTime } from './common.ts';

export function toUserRead(user: User): UserRead {
  const profile = user.providerProfile;
  return {
    id: user.id,
    email: user.email,
    displayName: user.displayName,
    status: user.status,
    statusReason: user.statusReason,
    roles: [...rolesOf(user)],
    providerProfile:
      profile === null
        ? null
        : { status: profile.status, publicName: profile.publicName, openedAt: toTime(profile.openedAt) },
    createdAt: toTime(user.createdAt),
  };
}

export function toSshKeyRead(key: SshKey): SshKeyRead {
  return {
    id: key.id,
    name: key.name,
    publicKey: key.publicKey,
    fingerprint: key.fingerprint,
    createdAt: toTime(key.createdAt),
  };
}
