import { notFound, unreachable } from '../common/domain-error.ts';
import type { PaymentId } from '../common/ids.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { ChargeSettlement } from './charge-settlement.ts';
import type { Chargebacks } from './chargebacks.ts';
import type { PaymentProcessor } from './payment-processor.ts';
import type { Payment } from './payment.ts';
import { askRefund } from './refunds.ts';
import type { Refunds } from './refunds.ts';

/** Asks the processor how a payment stands now, and writes down its answer. */
export class PaymentChecks {
  readonly #options: {
    readonly uow: UnitOfWork;
    readonly settlement: ChargeSettlement;
    readonly refunds: Refunds;
    readonly chargebacks: Chargebacks;
  };

  constructor(options: {
    readonly uow: UnitOfWork;
    readonly settlement: ChargeSettlement;
    readonly refunds: Refunds;
    readonly chargebacks: Chargebacks;
  }) {
    this.#options = options;
  }

  /**
   * Looks after one payment that is pending, whatever its kind.
   * @returns it as it is afterwards
   * @throws DomainError payment_unavailable when the processor could not be asked
   */
  async check(processor: PaymentProcessor, payment: Payment): Promise<Payment> {
    const { payments } = this.#options.uow.reads;
    switch (payment.kind) {
      case 'top_up':
        return this.checkCharge(processor, payment, payment.processorReference);
      case 'refund':
        return this.checkRefund(processor, payment, payment.processorReference);
      case 'chargeback':
        await this.#checkChargeback(processor, payment);
        return (await payments.findById(payment.id)) ?? payment;
      case 'payout':
      case 'manual_credit':
      case 'manual_debit':
        // Payouts are looked after by their own room; what an admin does by hand is never pending.
        return payment;
      default:
        return unreachable(payment.kind);
    }
  }

  /** @param known a reference that the processor named, where ours may not have it yet */
  async checkCharge(processor: PaymentProcessor, payment: Payment, known: string | null): Promise<Payment> {
    const { settlement, uow } = this.#options;
    const customer = (await uow.reads.cards.findCustomer(payment.userId, processor.name))?.reference ?? null;
    const { id: paymentId, createdAt } = payment;
    const reference = payment.processorReference ?? known;
    const fate = await processor.findCharge({ paymentId, reference, customer, createdAt });
    return settlement.settle(paymentId, fate ?? { kind: 'never_heard' });
  }

  async checkRefund(processor: PaymentProcessor, refund: Payment, known: string | null): Promise<Payment> {
    const { refunds } = this.#options;
    const topUp = await this.#topUpOf(refund.originalPaymentId);
    const reference = refund.processorReference ?? known;
    const outcome = await askRefund(processor, { ...refund, processorReference: reference }, topUp);
    return refunds.settle(refund.id, outcome);
  }

  async #checkChargeback(processor: PaymentProcessor, chargeback: Payment): Promise<void> {
    const { processorReference: reference } = chargeback;
    const state = reference === null ? null : await processor.events?.findChargeback(reference);
    if (state !== undefined && state !== null) await this.#options.chargebacks.apply(processor.name, state);
  }

  async #topUpOf(id: PaymentId | null): Promise<Payment> {
    const topUp = id === null ? null : await this.#options.uow.reads.payments.findById(id);
    if (topUp === null) throw notFound('payment');
    return topUp;
  }
}
