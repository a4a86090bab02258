import type { Instant } from '../common/instant.ts';
import { instant } from '../common/instant.ts';
import type { JobWriter } from '../jobs/job.ts';
import type { Reads } from '../unit-of-work/unit-of-work.ts';
import { requestAutoTopUp } from './auto-top-up.ts';
import { RECONCILE_INTERVAL_MS } from './processor-event.ts';

/** Finds payments to ask about, events that were not acted on, and wallets to fill. The result asks for their jobs. */
export async function findLostPaymentWork(
  reads: Pick<Reads, 'autoTopUps' | 'payments' | 'processorEvents'>,
  now: Instant,
  options: {
    readonly rowsMax: number;
    /** Whether the payment processor has a list of events that is read now and then. */
    readonly reconciles: boolean;
  },
): Promise<(jobs: JobWriter) => void> {
  const { reconciles, rowsMax } = options;
  const [duePayments, dueEvents, lowWallets] = await Promise.all([
    reads.payments.listDueForCheck(now, rowsMax),
    reads.processorEvents.listDue(now, rowsMax),
    reads.autoTopUps.listDue(now, rowsMax),
  ]);
  return (jobs) => {
    for (const paymentId of duePayments) {
      jobs.add({ name: 'payment.settle', payload: { paymentId }, key: `payment:${paymentId}:settle` });
    }
    for (const { eventId, processor } of dueEvents) {
      const key = `processor_event:${processor}:${eventId}`;
      jobs.add({ name: 'processor_event.apply', payload: { eventId, processor }, key });
    }
    for (const userId of lowWallets) requestAutoTopUp(jobs, userId);
    if (!reconciles) return;
    // All sweeps of an interval ask for the same moment and the same key.
    const runAt = instant((Math.floor(now / RECONCILE_INTERVAL_MS) + 1) * RECONCILE_INTERVAL_MS);
    jobs.add({ name: 'processor.reconcile', payload: {}, key: 'processor:reconcile', runAt });
  };
}
