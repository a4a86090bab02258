import { DomainError, notFound } from '../common/domain-error.ts';
import type { MachineId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Machine } from './machine.ts';

/**
 * A machine that the actor may look at: his own, or any for an admin, whose look is written to the audit log.
 * @throws DomainError not_found
 */
export async function ownMachine(
  options: { readonly uow: UnitOfWork; readonly clock: Clock },
  actor: Actor,
  id: MachineId,
): Promise<Machine> {
  const machine = await options.uow.reads.machines.findById(id);
  if (machine === null) throw notFound('machine');
  if (machine.providerId === actor.userId) return machine;
  if (!actor.roles.includes('admin')) throw notFound('machine');
  await options.uow.run((tx) =>
    tx.audit.insert({
      actorId: actor.userId,
      action: 'machines.look',
      subjectType: 'machine',
      subjectId: id,
      reason: null,
      at: options.clock.now(),
    }),
  );
  return machine;
}

/** A machine that the actor may change: his own and not retired. @throws DomainError not_found, machine_retired */
export async function lockOwnMachine(tx: Pick<Tx, 'machines'>, actor: Actor, id: MachineId): Promise<Machine> {
  const machine = await tx.machines.lockById(id);
  if (machine?.providerId !== actor.userId) throw notFound('machine');
  if (machine.status === 'retired') {
    throw new DomainError('machine_retired', 'This machine is retired.', {
      remedy: 'Connect it again as a new machine.',
    });
  }
  return machine;
}
