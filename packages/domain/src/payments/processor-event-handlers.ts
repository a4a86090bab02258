import { unreachable } from '../common/domain-error.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Cards } from './cards.ts';
import type { Chargebacks } from './chargebacks.ts';
import type { PaymentChecks } from './payment-checks.ts';
import type { PaymentProcessor, ProcessorSubject } from './payment-processor.ts';
import type { Payment } from './payment.ts';

type SubjectOf<Kind extends ProcessorSubject['kind']> = Extract<ProcessorSubject, { readonly kind: Kind }>;

/** Whether an event was acted on, or is to be tried again because its thing is not known yet. */
export type EventFate = 'applied' | 'later';

export type ProcessorEventHandlers = {
  readonly [Kind in ProcessorSubject['kind']]: (
    processor: PaymentProcessor,
    subject: SubjectOf<Kind>,
  ) => Promise<EventFate>;
};

/** Calls the handler of an event's subject. */
export async function handleSubject(
  handlers: ProcessorEventHandlers,
  processor: PaymentProcessor,
  subject: ProcessorSubject,
): Promise<EventFate> {
  switch (subject.kind) {
    case 'charge':
      return handlers.charge(processor, subject);
    case 'refund':
      return handlers.refund(processor, subject);
    case 'payout':
      return handlers.payout(processor, subject);
    case 'cards':
      return handlers.cards(processor, subject);
    case 'payout_account':
      return handlers.payout_account(processor, subject);
    case 'chargeback':
      return handlers.chargeback(processor, subject);
    default:
      return unreachable(subject);
  }
}

/**
 * What is done about events of card payments. Each handler asks the processor how the thing stands now and applies that, so
 * that order, duplicates and replays do not matter.
 */
export function createPaymentEventHandlers(options: {
  readonly uow: UnitOfWork;
  readonly checks: PaymentChecks;
  readonly cards: Cards;
  readonly chargebacks: Chargebacks;
}): Pick<ProcessorEventHandlers, 'charge' | 'refund' | 'cards' | 'chargeback'> {
  const { cards, chargebacks, checks, uow } = options;

  const paymentOf = async (
    processor: PaymentProcessor,
    subject: { readonly reference: string; readonly id: Payment['id'] | null },
  ): Promise<Payment | null> => {
    const { payments } = uow.reads;
    const named = subject.id === null ? null : await payments.findById(subject.id);
    return named ?? (await payments.findByReference(processor.name, subject.reference));
  };

  return {
    async charge(processor, { paymentId, reference }) {
      const payment = await paymentOf(processor, { reference, id: paymentId });
      // Whoever shares the processor's account with us makes payments that are none of ours.
      if (payment?.kind === 'top_up') await checks.checkCharge(processor, payment, reference);
      return 'applied';
    },
    async refund(processor, { reference, refundId }) {
      const refund = await paymentOf(processor, { reference, id: refundId });
      if (refund?.kind === 'refund') await checks.checkRefund(processor, refund, reference);
      return 'applied';
    },
    async cards(_processor, { customer }) {
      await cards.refreshCustomer(customer);
      return 'applied';
    },
    async chargeback(processor, { reference }) {
      const state = await processor.events?.findChargeback(reference);
      if (state === undefined || state === null) return 'applied';
      if ((await chargebacks.apply(processor.name, state)) !== null) return 'applied';
      // The payment may have reached us before its answer did: ask about it, and look once more.
      const payment = await uow.reads.payments.findByReference(processor.name, state.chargeReference);
      if (payment?.kind === 'top_up') await checks.checkCharge(processor, payment, state.chargeReference);
      return (await chargebacks.apply(processor.name, state)) === null ? 'later' : 'applied';
    },
  };
}
