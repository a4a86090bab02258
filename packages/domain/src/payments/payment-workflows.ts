import type { Clock, Instant } from '../common/instant.ts';
import { DAY_MS, MINUTE_MS, earlier, plusMs } from '../common/instant.ts';
import { DomainError } from '../common/domain-error.ts';
import type { JobPayload } from '../jobs/job.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE, again, messageOf } from '../workflows/workflow.ts';
import type { AutoTopUps } from './auto-top-ups.ts';
import type { PaymentChecks } from './payment-checks.ts';
import type { PaymentProcessor, ProcessorEvent, ProcessorEvents } from './payment-processor.ts';
import { PROCESSOR_EVENTS_MAX } from './payment-processor.ts';
import type { Payment, ProcessorName } from './payment.ts';
import {
  EVENTS_CLEARED_MAX,
  EVENT_GIVE_UP_MS,
  EVENT_KEPT_MS,
  RECONCILE_FIRST_MS,
  RECONCILE_LISTS_MAX,
  RECONCILE_OVERLAP_MS,
  attemptPauseMs,
} from './processor-event.ts';
import type { ProcessorEventHandlers } from './processor-event-handlers.ts';
import { handleSubject } from './processor-event-handlers.ts';
import type { ProcessorInbox } from './processor-inbox.ts';

interface PaymentWorkflowOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly processor: PaymentProcessor | null;
  readonly log: WorkflowOptions['log'];
}

/** The processor could not be asked: a minute later it may be there again. */
export const PROCESSOR_RETRY_MS = MINUTE_MS;
/** A payment of a processor that this installation no longer uses: an operator has to say what became of it. */
const FOREIGN_RETRY_MS = DAY_MS;

/** Charges the card of somebody whose wallet fell below his threshold. */
export function createAutoTopUpWorkflow(
  options: PaymentWorkflowOptions & { readonly autoTopUps: AutoTopUps },
): Workflow<JobPayload<'payment.auto_top_up'>> {
  const { autoTopUps, clock } = options;
  return {
    async run({ userId }) {
      const begun = await autoTopUps.begin(userId);
      if (begun === null) return DONE;
      try {
        await autoTopUps.charge(begun);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        return again(clock, PROCESSOR_RETRY_MS);
      }
      return DONE;
    },
  };
}

/** Sends refunds, and asks what became of payments that wait for an answer for too long. */
export function createSettleWorkflow(
  options: PaymentWorkflowOptions & { readonly checks: PaymentChecks },
): Workflow<JobPayload<'payment.settle'>> {
  const { checks, clock, log, processor, uow } = options;

  /** The sweep finds the payment again then. */
  const putOff = async (payment: Payment, afterMs: number): Promise<void> =>
    uow.run(async (tx) => {
      const now = await tx.payments.lockById(payment.id);
      if (now?.status !== 'pending') return;
      const { actionUrl, processorReference } = now;
      const nextCheckAt = plusMs(clock.now(), afterMs);
      await tx.payments.notePending(payment.id, { processorReference, actionUrl, nextCheckAt });
    });

  return {
    async run({ paymentId }) {
      const payment = await uow.reads.payments.findById(paymentId);
      if (payment?.status !== 'pending') return DONE;
      if (processor?.name !== payment.processor) {
        log({ event: 'payment_of_another_processor', paymentId, processor: payment.processor });
        await putOff(payment, FOREIGN_RETRY_MS);
        return DONE;
      }
      try {
        const after = await checks.check(processor, payment);
        // What the processor had nothing new to say about is looked at later, and not by every sweep.
        if (after.status === 'pending' && after.nextCheckAt === payment.nextCheckAt) {
          await putOff(payment, PROCESSOR_RETRY_MS);
        }
        return DONE;
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        return again(clock, PROCESSOR_RETRY_MS);
      }
    },
  };
}

/** Acts on a stored event. It never fails for good: what could not be done is tried again, ever more seldom, at last every hour. */
export function createApplyEventWorkflow(
  options: PaymentWorkflowOptions & { readonly handlers: ProcessorEventHandlers },
): Workflow<JobPayload<'processor_event.apply'>> {
  const { clock, handlers, log, processor, uow } = options;
  return {
    async run({ eventId, processor: name }) {
      const event = await uow.reads.processorEvents.find(name, eventId);
      if (event === null || event.appliedAt !== null || event.subject === null) return DONE;
      let isDone = false;
      try {
        if (processor?.name !== name) throw new Error(`The processor ${name} is not in use.`);
        isDone = (await handleSubject(handlers, processor, event.subject)) === 'applied';
        // Only what the processor has answered about can be none of ours: it may be out of reach for longer than any limit.
        if (!isDone && clock.now() - event.receivedAt >= EVENT_GIVE_UP_MS) {
          log({ event: 'processor_event_given_up', eventId, type: event.type });
          isDone = true;
        }
      } catch (error) {
        log({ event: 'processor_event_failed', eventId, type: event.type, error: messageOf(error) });
      }
      if (isDone) {
        await uow.run((tx) => tx.processorEvents.markApplied(name, eventId, clock.now()));
        return DONE;
      }
      const pauseMs = attemptPauseMs(event.attempts);
      await uow.run((tx) => tx.processorEvents.defer(name, eventId, plusMs(clock.now(), pauseMs)));
      return again(clock, pauseMs);
    },
  };
}

/** Asks the processor for the events that no webhook told, and clears away old ones. */
export function createReconcileWorkflow(
  options: PaymentWorkflowOptions & { readonly inbox: ProcessorInbox },
): Workflow<JobPayload<'processor.reconcile'>> {
  const { clock, inbox, log, processor, uow } = options;

  /** Stores a list, oldest first; returns how many were new. */
  const takeIn = async (name: ProcessorName, events: readonly ProcessorEvent[]): Promise<number> => {
    let fresh = 0;
    for (const event of events) if (await inbox.store(name, event)) fresh += 1;
    return fresh;
  };

  /** Nothing that is told of ours is older than our first payment: the list may have been out of reach for longer than any limit. */
  const firstLook = async (name: ProcessorName): Promise<Instant> => {
    const now = clock.now();
    return earlier((await uow.reads.payments.firstAt(name)) ?? now, plusMs(now, -RECONCILE_FIRST_MS));
  };

  const readLists = async (name: ProcessorName, events: ProcessorEvents): Promise<void> => {
    let until = (await uow.reads.processorEvents.listedUntil(name)) ?? (await firstLook(name));
    let since = plusMs(until, -RECONCILE_OVERLAP_MS);
    for (let lists = 0; lists < RECONCILE_LISTS_MAX; lists += 1) {
      const askedAt = clock.now();
      const list = await events.listSince(since);
      const fresh = await takeIn(name, list);
      if (fresh > 0) log({ event: 'processor_events_missed', processor: name, count: fresh });
      const last = list.at(-1);
      const isAll = list.length < PROCESSOR_EVENTS_MAX || last === undefined;
      // A full list of one moment would be read for ever; the next moment is.
      since = isAll ? since : plusMs(last.at, last.at > since ? 0 : 1);
      until = isAll ? askedAt : since;
      const seen = until;
      await uow.run((tx) => tx.processorEvents.setListedUntil(name, seen));
      if (isAll) break;
    }
  };

  return {
    async run() {
      if (processor === null || processor.events === null) return DONE;
      try {
        await readLists(processor.name, processor.events);
      } catch (error) {
        // The next reconciliation asks for the same again.
        if (!isUnavailable(error)) throw error;
        log({ event: 'processor_events_unavailable', processor: processor.name });
      }
      const before = plusMs(clock.now(), -EVENT_KEPT_MS);
      await uow.run((tx) => tx.processorEvents.removeAppliedBefore(before, EVENTS_CLEARED_MAX));
      return DONE;
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'payment_unavailable';
}
