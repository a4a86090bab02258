import type { StatementLine } from '@rsm/domain/ledger/ledger';
import type { PayoutAccountView } from '@rsm/domain/payouts/payout-account';
import type { WaitingPayout } from '@rsm/domain/payouts/payout-repository';
import type { PayoutStatement } from '@rsm/domain/payouts/payout-statement';
import { payoutLineSort } from '@rsm/domain/payouts/payout-statement';
import type { Payout } from '@rsm/domain/payouts/payout';
import type {
  PayoutAccountRead,
  PayoutLineRead,
  PayoutOnboardingRead,
  PayoutRead,
  PayoutStatementRead,
  WaitingPayoutRead,
} from '../schemas/payouts.ts';
import { toTime, toTimeOrNull } from './common.ts';
import { toStatementLineRead } from './payments.ts';

export function toPayoutAccountRead({ account, status }: PayoutAccountView): PayoutAccountRead {
  return {
    status,
    missing: [...(account?.missing ?? [])],
    disabledReason: account?.disabledReason ?? null,
    refreshedAt: toTimeOrNull(account?.refreshedAt ?? null),
  };
}

export function toPayoutOnboardingRead(started: {
  readonly url: string;
  readonly view: PayoutAccountView;
}): PayoutOnboardingRead {
  return { url: started.url, account: toPayoutAccountRead(started.view) };
}

export function toPayoutRead(payout: Payout): PayoutRead {
  return {
    id: payout.id,
    status: payout.status,
    processor: payout.processor,
    reference: payout.processorReference,
    amountMicros: payout.amount,
    currency: payout.currency,
    origin: payout.origin,
    isByHand: payout.account === null,
    note: payout.note,
    createdAt: toTime(payout.createdAt),
    settledAt: toTimeOrNull(payout.settledAt),
    reversedAt: toTimeOrNull(payout.reversedAt),
  };
}

export function toPayoutStatementRead(statement: PayoutStatement): PayoutStatementRead {
  return {
    payout: toPayoutRead(statement.payout),
    carriedInMicros: statement.carriedIn,
    sums: statement.sums.map(({ amount, count, sort }) => ({ sort, count, amountMicros: amount })),
    carriedOutMicros: statement.carriedOut,
  };
}

export function toPayoutLineRead(line: StatementLine): PayoutLineRead {
  return { ...toStatementLineRead(line), sort: payoutLineSort(line.kind) };
}

export function toWaitingPayoutRead(payout: WaitingPayout): WaitingPayoutRead {
  return {
    ...toPayoutRead(payout),
    providerId: payout.providerId,
    providerName: payout.providerName,
    attempts: payout.attempts,
  };
}
