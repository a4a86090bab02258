import { DomainError } from '../common/domain-error.ts';
import type { UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { ProcessorName } from '../payments/payment.ts';

/** A provider's account at the processor, as the processor showed it last. */
export interface PayoutAccount {
  readonly userId: UserId;
  readonly processor: ProcessorName;
  /** The processor's id of the account. */
  readonly reference: string;
  readonly takesPayouts: boolean;
  /** What the processor still wants from the provider, in its words. */
  readonly missing: readonly string[];
  /** Why it takes none, in the processor's words. */
  readonly disabledReason: string | null;
  /** Since when the processor knows of no such account. */
  readonly closedAt: Instant | null;
  /** When the processor was asked. A later answer is never overwritten by an earlier one. */
  readonly refreshedAt: Instant;
  readonly createdAt: Instant;
}

export const payoutAccountStatuses = ['by_hand', 'none', 'incomplete', 'ready', 'closed'] as const;
export type PayoutAccountStatus = (typeof payoutAccountStatuses)[number];

/** What a provider sees of his payout account. */
export interface PayoutAccountView {
  /** `by_hand` where an admin pays and nobody needs an account. */
  readonly status: PayoutAccountStatus;
  readonly account: PayoutAccount | null;
}

/** The view of an account that is there or not, where payouts go through a processor. */
export function viewPayoutAccount(account: PayoutAccount | null): PayoutAccountView {
  if (account === null) return { status: 'none', account };
  if (account.closedAt !== null) return { status: 'closed', account };
  return { status: account.takesPayouts ? 'ready' : 'incomplete', account };
}

/** Why nothing can be paid to an account; null when it takes payouts. */
export function payoutRefusal(account: PayoutAccount | null): DomainError | null {
  switch (viewPayoutAccount(account).status) {
    case 'none':
      return new DomainError('payout_unavailable', 'You have no payout account yet.', {
        remedy: 'Set one up on the page of your earnings.',
      });
    case 'closed':
      return new DomainError('payout_unavailable', 'Your payout account is closed.', {
        remedy: 'Set up a new one on the page of your earnings.',
      });
    case 'incomplete':
      return new DomainError('payout_unavailable', `Your payout account takes no payouts: ${wantsOf(account)}.`, {
        remedy: "Open the processor's page once more and give it what is missing.",
      });
    case 'ready':
    case 'by_hand':
      return null;
  }
}

function wantsOf(account: PayoutAccount | null): string {
  const reason = account?.disabledReason ?? null;
  const missing = account?.missing ?? [];
  const parts = [
    ...(reason === null ? [] : [reason.replace(/[.\s]+$/, '')]),
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
  ];
  return parts.length === 0 ? 'the processor is still checking it' : parts.join('; ');
}

export interface PayoutAccountReads {
  find(userId: UserId, processor: ProcessorName): Promise<PayoutAccount | null>;
  findByReference(processor: ProcessorName, reference: string): Promise<PayoutAccount | null>;
}

export interface PayoutAccountRepository extends PayoutAccountReads {
  /**
   * Writes what the processor said; false when a later answer is there already.
   * @throws DomainError conflict when the processor's account is another user's
   */
  save(account: PayoutAccount): Promise<boolean>;
}
