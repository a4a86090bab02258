import { DomainError } from '../common/domain-error.ts';
import type { Instant } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { JobPayload } from '../jobs/job.ts';
import type { PaymentProcessor, PayoutGateway, PayoutOutcome } from '../payments/payment-processor.ts';
import type { Lease, Workflow, WorkflowOptions, WorkflowOutcome } from '../workflows/workflow.ts';
import { DONE, again, backOffMs, messageOf, withLease } from '../workflows/workflow.ts';
import type { PayoutAccounts } from './payout-accounts.ts';
import { gatewayOf } from './payout-accounts.ts';
import type { PayoutLedger } from './payout-ledger.ts';
import type { Payout } from './payout.ts';
import { FOREIGN_PAYOUT_LOOK_MS, PAYOUT_LOOK_AGAIN_MS, payoutLookAfterMs, payoutSubject } from './payout.ts';

export interface PayoutWorkflowOptions extends WorkflowOptions {
  readonly processor: PaymentProcessor | null;
  readonly ledger: PayoutLedger;
  readonly accounts: PayoutAccounts;
}

/**
 * Asks the processor to pay a payout, with the payout's id as idempotency key. After an answer that was lost it asks first what
 * became of it, so that a payout goes out once, however often a worker dies.
 */
export function createPayoutSendWorkflow(options: PayoutWorkflowOptions): Workflow<JobPayload<'payout.send'>> {
  const { clock, ledger, uow } = options;
  return {
    run: ({ payoutId }, { signal }) =>
      withLease(options, payoutSubject(payoutId), signal, async (lease): Promise<WorkflowOutcome> => {
        const payout = await uow.reads.payouts.findById(payoutId);
        if (payout?.status !== 'pending' || payout.account === null) return DONE;
        const named = gatewayOf(options.processor);
        const isForeign = named?.name !== payout.processor;
        const lookAfterMs = isForeign ? FOREIGN_PAYOUT_LOOK_MS : PAYOUT_LOOK_AGAIN_MS;
        if (!(await noteAsked(options, lease, payout, plusMs(clock.now(), lookAfterMs)))) return DONE;
        if (isForeign) {
          options.log({ event: 'payout_of_another_processor', payoutId, processor: payout.processor });
          return DONE;
        }
        try {
          const outcome = await outcomeOf(named.gateway, payout, payout.account);
          const settled = await uow.run(async (tx) => {
            await lease.assertHeld(tx);
            return ledger.settle(tx, payoutId, outcome);
          });
          lease.progressed();
          if (settled.status === 'failed') await refreshQuietly(options, settled);
          return settled.status === 'pending' ? await lookLater(options, lease, settled) : DONE;
        } catch (error) {
          if (!(error instanceof DomainError && error.code === 'payment_unavailable')) throw error;
          options.log({ event: 'payout_unanswered', payoutId, attempt: lease.attempt, error: messageOf(error) });
          return again(clock, backOffMs(options, lease.attempt));
        }
      }),
  };
}

async function noteAsked(
  { uow }: PayoutWorkflowOptions,
  lease: Lease,
  payout: Payout,
  nextCheckAt: Instant,
): Promise<boolean> {
  return uow.run(async (tx) => {
    await lease.assertHeld(tx);
    const current = await tx.payouts.lockById(payout.id);
    if (current?.status !== 'pending') return false;
    await tx.payouts.noteAsked(payout.id, nextCheckAt);
    return true;
  });
}

/** The first time it is sent; later only when the processor has never heard of it. */
async function outcomeOf(gateway: PayoutGateway, payout: Payout, account: string): Promise<PayoutOutcome> {
  const { amount, attempts, currency, id: payoutId, processorReference: reference } = payout;
  const known = attempts === 0 ? null : await gateway.find({ payoutId, reference, account });
  return known ?? gateway.payOut({ payoutId, account, amount, currency });
}

async function lookLater(options: PayoutWorkflowOptions, lease: Lease, payout: Payout): Promise<WorkflowOutcome> {
  const { clock, uow } = options;
  const at = plusMs(clock.now(), payoutLookAfterMs(clock.now() - payout.createdAt));
  await uow.run(async (tx) => {
    await lease.assertHeld(tx);
    const current = await tx.payouts.lockById(payout.id);
    if (current?.status === 'pending') await tx.payouts.noteCheck(payout.id, { nextCheckAt: at });
  });
  return { kind: 'again', at };
}

/** The account may be closed: the next payout is then refused before it is made. The processor's events tell it too. */
async function refreshQuietly({ accounts, log }: PayoutWorkflowOptions, payout: Payout): Promise<void> {
  try {
    await accounts.refresh(payout.providerId);
  } catch (error) {
    log({ event: 'payout_account_not_refreshed', payoutId: payout.id, error: messageOf(error) });
  }
}
