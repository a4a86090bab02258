import { DomainError } from '@rsm/domain/common/domain-error';
import type { Actor, Role } from '@rsm/domain/users/user';
import { t } from '../trpc.ts';

/** Asks who calls, before any input is looked at, and hands the actor on. */
export const requireActor = t.middleware(async ({ ctx, next }) => next({ ctx: { actor: await ctx.authenticate() } }));

/** Hands the actor on when there is a token, and null for a visitor. */
export const recogniseActor = t.middleware(async ({ ctx, next }) =>
  next({ ctx: { actor: ctx.accessToken === null ? null : await ctx.authenticate() } }),
);

const remedies = {
  renter: 'Sign in and try again.',
  provider: 'Open a provider profile in your account, or wait until it is approved.',
  admin: 'Ask an admin of this marketplace.',
} as const satisfies Record<Role, string>;

/** @throws DomainError forbidden when the actor lacks the role. */
export function checkRole(actor: Actor, role: Role): void {
  if (actor.roles.includes(role)) return;
  throw new DomainError('forbidden', `This needs the role "${role}".`, { remedy: remedies[role] });
}
