import { DomainError } from '../common/domain-error.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Dispute } from './dispute.ts';
import { DISPUTES_PER_BOOKING_MAX, sideOf } from './dispute.ts';

/** One dispute about a booking at a time, and not for ever. @throws DomainError conflict, limit_reached */
export function assertAnother(disputes: readonly Dispute[]): void {
  if (disputes.some(({ status }) => status === 'open')) {
    throw new DomainError('conflict', 'A dispute about this booking is open already.', {
      field: 'bookingId',
      remedy: 'Answer that one, or wait for its decision.',
    });
  }
  if (disputes.length < DISPUTES_PER_BOOKING_MAX) return;
  throw new DomainError('limit_reached', `This booking had ${String(disputes.length)} disputes already.`, {
    field: 'bookingId',
    remedy: 'Write to the operator of this marketplace.',
  });
}

/** Nobody decides about his own booking. @throws DomainError forbidden */
export function assertNoSide(dispute: Dispute, actor: Actor): void {
  if (sideOf(dispute, actor.userId) === null) return;
  throw new DomainError('forbidden', 'You are a side of this dispute: you cannot decide it.', {
    remedy: 'Ask another admin.',
  });
}

/** Money goes to a wallet that its owner can still use; a suspended account may be reinstated. @throws DomainError account_restricted */
export async function assertTakesMoney(tx: Tx, dispute: Dispute): Promise<void> {
  const renter = await tx.users.findById(dispute.renterId);
  if (renter !== null && renter.status !== 'closed') return;
  throw new DomainError('account_restricted', 'The account of the renter is closed: its wallet takes no money.', {
    field: 'outcome',
    remedy: 'Decide without a refund, and say in the reason how he is paid otherwise.',
  });
}
