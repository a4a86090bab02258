import type { PaymentProcessor, ProcessorSubject } from '../payments/payment-processor.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { WorkflowOptions } from '../workflows/workflow.ts';
import type { PayoutAccounts } from './payout-accounts.ts';
import { gatewayOf } from './payout-accounts.ts';
import type { PayoutLedger } from './payout-ledger.ts';

type SubjectOf<Kind extends ProcessorSubject['kind']> = Extract<ProcessorSubject, { readonly kind: Kind }>;

/**
 * What is done about a processor's events of payouts and their accounts. Each asks how the thing stands now and applies that, so
 * that order, duplicates and replays do not matter. Things that are none of ours are passed over.
 */
export function createPayoutEventHandlers(options: {
  readonly uow: UnitOfWork;
  readonly ledger: PayoutLedger;
  readonly accounts: PayoutAccounts;
  readonly log: WorkflowOptions['log'];
}): {
  payout(processor: PaymentProcessor, subject: SubjectOf<'payout'>): Promise<'applied'>;
  payout_account(processor: PaymentProcessor, subject: SubjectOf<'payout_account'>): Promise<'applied'>;
} {
  const { accounts, ledger, log, uow } = options;
  return {
    async payout(processor, { payoutId, reference }) {
      const named = gatewayOf(processor);
      const byId = payoutId === null ? null : await uow.reads.payouts.findById(payoutId);
      const payout = byId ?? (await uow.reads.payouts.findByReference(processor.name, reference));
      if (named?.name !== payout?.processor || named === null || payout === null) return 'applied';
      const { account, id, processorReference } = payout;
      if (account === null) return 'applied';
      const outcome = await named.gateway.find({ payoutId: id, reference: processorReference ?? reference, account });
      if (outcome === null) return 'applied';
      const settled = await uow.run((tx) => ledger.settle(tx, id, outcome));
      // An admin gave it back, and the processor paid it after all: nothing moves by itself, an operator has to know.
      const isPaidTwice = outcome.kind === 'succeeded' && settled.reversedAt !== null;
      if (isPaidTwice) log({ event: 'payout_paid_after_it_came_back', payoutId: id, reference: outcome.reference });
      return 'applied';
    },
    async payout_account(_processor, { account }) {
      await accounts.applyPayoutAccountChange(account);
      return 'applied';
    },
  };
}
