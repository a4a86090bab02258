import { DomainError } from '../common/domain-error.ts';
import type { UserId } from '../common/ids.ts';
import type { Reads } from '../unit-of-work/unit-of-work.ts';

/**
 * Who owes the marketplace as a renter books nothing more and gets nothing back until it is settled.
 * @throws DomainError account_restricted
 */
export async function assertNoRenterDebt(reads: Pick<Reads, 'debts'>, userId: UserId): Promise<void> {
  if ((await reads.debts.owedBy(userId, 'renter')) === 0n) return;
  throw new DomainError('account_restricted', 'A card payment into your wallet was charged back and is not settled.', {
    remedy: 'Top up your wallet: the open amount is paid back first. Or ask the operator of this marketplace.',
  });
}
