import type { UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { StateGraph } from '../common/state-graph.ts';

export const userStatuses = ['active', 'suspended', 'closed'] as const;
export type UserStatus = (typeof userStatuses)[number];

export const userStateGraph: StateGraph<UserStatus> = {
  active: ['suspended', 'closed'],
  suspended: ['active', 'closed'],
  closed: [],
};

export const roles = ['renter', 'provider', 'admin'] as const;
export type Role = (typeof roles)[number];

export const providerProfileStatuses = ['pending', 'approved', 'refused'] as const;
export type ProviderProfileStatus = (typeof providerProfileStatuses)[number];

export interface ProviderProfile {
  readonly status: ProviderProfileStatus;
  readonly publicName: string;
  readonly openedAt: Instant;
}

/** A person with an account. Keyed outside by issuer and subject, so that the identity provider can be changed. */
export interface User {
  readonly id: UserId;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string;
  readonly displayName: string;
  readonly status: UserStatus;
  readonly statusReason: string | null;
  readonly isAdmin: boolean;
  readonly providerProfile: ProviderProfile | null;
  readonly createdAt: Instant;
}

/** Everyone rents; an approved profile makes a provider. Read from the row on every call, never from a token. */
export function rolesOf(user: User): readonly Role[] {
  return [
    'renter',
    ...(user.providerProfile?.status === 'approved' ? (['provider'] as const) : []),
    ...(user.isAdmin ? (['admin'] as const) : []),
  ];
}

/** Who asks: what a service method is told about its caller. */
export interface Actor {
  readonly userId: UserId;
  readonly displayName: string;
  readonly email: string;
  readonly roles: readonly Role[];
}

/** The actor that stands for a signed-in user. */
export function actorOf(user: User): Actor {
  return { userId: user.id, displayName: user.displayName, email: user.email, roles: rolesOf(user) };
}
