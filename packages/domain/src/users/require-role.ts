import { DomainError } from '../common/domain-error.ts';
import type { Actor } from './user.ts';

/** @throws DomainError forbidden unless the actor is a provider. */
export function requireProvider(actor: Actor): void {
  if (!actor.roles.includes('provider')) {
    throw new DomainError('forbidden', 'Only providers can do this.', { remedy: 'Open a provider profile first.' });
  }
}

/** @throws DomainError forbidden unless the actor is an admin. */
export function requireAdmin(actor: Actor): void {
  if (!actor.roles.includes('admin')) {
    throw new DomainError('forbidden', 'Only admins can do this.', { remedy: 'Ask the operator of this marketplace.' });
  }
}
