import type { UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { amountMicros, formatMicros } from '../common/money.ts';
import type { Currency } from '../common/money.ts';
import type { JobPayload } from '../jobs/job.ts';
import type { PaymentProcessor } from '../payments/payment-processor.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Lease, Workflow, WorkflowOptions, WorkflowOutcome } from '../workflows/workflow.ts';
import { DONE, LeaseLostError, again, messageOf, withLease } from '../workflows/workflow.ts';
import { payoutRefusal } from './payout-account.ts';
import { gatewayOf } from './payout-accounts.ts';
import type { PayoutLedger } from './payout-ledger.ts';
import { tellAboutAccount } from './payout-news.ts';
import { PAYOUT_MIN_MICROS, payoutWeekOf } from './payout.ts';

/** Providers that one try of the run pays; it asks for the next ones. */
export const PAYOUT_RUN_BATCH = 100;
/** A provider whose payout fails for a reason of ours is tried so often before the run goes on without him. */
export const PAYOUT_RUN_ATTEMPTS_MAX = 5;

export interface WeeklyRunOptions extends WorkflowOptions {
  readonly currency: Currency;
  readonly processor: PaymentProcessor | null;
  readonly ledger: PayoutLedger;
}

/**
 * Every Monday at 00:00 UTC: pays every provider what is available, as he could ask for himself. The database takes one payout
 * of a provider and week, and the run notes how far it came, so that it may run twice and be carried on by another worker.
 */
export function createPayoutRunWorkflow(options: WeeklyRunOptions): Workflow<JobPayload<'payouts.run'>> {
  const { clock, uow } = options;
  return {
    run: (_payload, { signal }) =>
      withLease(options, 'payouts:run', signal, async (lease): Promise<WorkflowOutcome> => {
        const week = payoutWeekOf(clock.now());
        const run = await uow.reads.payouts.findRun(week);
        if (run !== null && run.finishedAt !== null) return DONE;
        const batch = await uow.reads.payouts.listPayable(run?.afterUserId ?? null, PAYOUT_RUN_BATCH);
        await payAll(options, lease, batch, week);
        const isLast = batch.length < PAYOUT_RUN_BATCH;
        await uow.run(async (tx) => {
          await lease.assertHeld(tx);
          const finishedAt = isLast ? clock.now() : null;
          await tx.payouts.noteRun({ week, afterUserId: batch.at(-1) ?? run?.afterUserId ?? null, finishedAt });
        });
        lease.progressed();
        return isLast ? DONE : again(clock, 0);
      }),
  };
}

/** One transaction each. A provider whose payout fails holds up nobody: the others come first, and then he is tried again. */
async function payAll(
  options: WeeklyRunOptions,
  lease: Lease,
  providers: readonly UserId[],
  week: Instant,
): Promise<void> {
  let failure: { readonly error: unknown } | null = null;
  for (const providerId of providers) {
    lease.signal.throwIfAborted();
    try {
      await options.uow.run(async (tx) => {
        await lease.assertHeld(tx);
        await payOne(options, tx, providerId, week);
      });
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      options.log({ event: 'weekly_payout_failed', providerId, attempt: lease.attempt, error: messageOf(error) });
      failure ??= { error };
    }
  }
  if (failure !== null && lease.attempt < PAYOUT_RUN_ATTEMPTS_MAX) throw failure.error;
}

async function payOne(options: WeeklyRunOptions, tx: Tx, providerId: UserId, week: Instant): Promise<void> {
  const named = gatewayOf(options.processor);
  // Nobody else moves his money from here on, so that the answer to the next question stays true.
  const available = await options.ledger.repayDebts(tx, providerId);
  if (available < PAYOUT_MIN_MICROS || (await tx.payouts.hasWeekly(providerId, week))) return;
  const account = named === null ? null : await tx.payoutAccounts.find(providerId, named.name);
  const refusal = named === null ? null : payoutRefusal(account);
  if (refusal !== null) {
    const waiting = formatMicros(amountMicros(available), options.currency);
    tellAboutAccount(
      tx,
      providerId,
      `${waiting} wait to be paid out. ${refusal.message} ${refusal.remedy ?? ''}`.trim(),
    );
    return;
  }
  await options.ledger.begin(tx, {
    providerId,
    origin: 'weekly',
    week,
    processor: named?.name ?? 'manual',
    account: account?.reference ?? null,
  });
}
