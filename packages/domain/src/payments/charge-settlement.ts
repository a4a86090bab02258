import { notFound, unreachable } from '../common/domain-error.ts';
import type { IdSource, PaymentId } from '../common/ids.ts';
import { newId, paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { afterMoneyLeft, amountOf, stopAutoTopUp, tell } from './payment-ledger.ts';
import type { PaymentLedger } from './payment-ledger.ts';
import type { ChargeOutcome } from './payment-processor.ts';
import type { Payment } from './payment.ts';
import { CHARGE_CHECK_AFTER_MS, CHARGE_PENDING_MAX_MS, CONFIRMATION_MAX_MS, nextCheckAfterMs } from './payment.ts';

/** What became of a charge: what the processor says, or that it never heard of it. */
export type ChargeFate = ChargeOutcome | { readonly kind: 'never_heard' };

const NEVER_HEARD = 'The payment did not reach the card processor. Nothing was taken.';
const NOT_CONFIRMED = 'The payment was not confirmed at the bank in time. Nothing was taken.';
const PENDING_TOO_LONG = 'The bank did not answer for 30 days. If the money still arrives, it is credited then.';

/** Writes down what became of top-ups, each outcome once, whoever brings it: a call, an event, or a later look. */
export class ChargeSettlement {
  readonly #options: {
    readonly uow: UnitOfWork;
    readonly clock: Clock;
    readonly ids: IdSource;
    readonly ledger: PaymentLedger;
  };

  constructor(options: {
    readonly uow: UnitOfWork;
    readonly clock: Clock;
    readonly ids: IdSource;
    readonly ledger: PaymentLedger;
  }) {
    this.#options = options;
  }

  /**
   * Settles a top-up, or notes that it is still open. Money of one that was given up is credited all the same: by a payment
   * of its own, once.
   * @returns the payment that counts
   * @throws DomainError not_found
   */
  async settle(id: PaymentId, fate: ChargeFate): Promise<Payment> {
    return this.#options.uow.run(async (tx) => {
      const seen = await tx.payments.findById(id);
      if (seen?.kind !== 'top_up') throw notFound('payment');
      // The wish is locked before its payment, as where an automatic top-up begins.
      if (seen.isAutomatic) await tx.autoTopUps.lock(seen.userId);
      const payment = await tx.payments.lockById(id);
      if (payment === null) throw notFound('payment');
      if (payment.status === 'pending') return this.#settlePending(tx, payment, fate);
      if (payment.status === 'succeeded' || fate.kind !== 'succeeded') return payment;
      return this.#makeGood(tx, payment, fate.reference);
    });
  }

  async #settlePending(tx: Tx, payment: Payment, fate: ChargeFate): Promise<Payment> {
    switch (fate.kind) {
      case 'succeeded':
        return this.#succeed(tx, payment, fate.reference);
      case 'declined':
        return this.#fail(tx, payment, fate.reference, fate.reason);
      case 'never_heard':
        // Young payments may still be on their way to the processor.
        if (this.#ageMs(payment) < CHARGE_CHECK_AFTER_MS) return payment;
        return this.#end(tx, payment, 'failed', { reference: null, reason: NEVER_HEARD });
      case 'authentication_required':
        if (this.#ageMs(payment) >= CONFIRMATION_MAX_MS) {
          return this.#end(tx, payment, 'cancelled', { reference: fate.reference, reason: NOT_CONFIRMED });
        }
        return this.#stayPending(tx, payment, fate.reference, fate.url);
      case 'pending':
        if (this.#ageMs(payment) >= CHARGE_PENDING_MAX_MS) {
          return this.#end(tx, payment, 'cancelled', { reference: fate.reference, reason: PENDING_TOO_LONG });
        }
        return this.#stayPending(tx, payment, fate.reference, null);
      default:
        return unreachable(fate);
    }
  }

  async #succeed(tx: Tx, payment: Payment, reference: string): Promise<Payment> {
    const at = this.#options.clock.now();
    const change = { from: 'pending', to: 'succeeded', at, processorReference: reference } as const;
    await tx.payments.changeStatus(payment.id, change);
    const settled = settledPayment(payment, { status: 'succeeded', processorReference: reference, settledAt: at });
    await this.#options.ledger.topUp(tx, settled);
    // One step may not be enough to reach the threshold.
    if (payment.isAutomatic) await afterMoneyLeft(tx, payment.userId, at);
    return settled;
  }

  async #fail(tx: Tx, payment: Payment, reference: string | null, reason: string): Promise<Payment> {
    if (payment.isAutomatic) {
      await stopAutoTopUp(tx, payment.userId, { at: this.#options.clock.now(), reason });
    }
    return this.#end(tx, payment, 'failed', { reference, reason });
  }

  async #end(
    tx: Tx,
    payment: Payment,
    to: 'failed' | 'cancelled',
    why: { readonly reference: string | null; readonly reason: string },
  ): Promise<Payment> {
    const at = this.#options.clock.now();
    const { reason: note } = why;
    const processorReference = why.reference ?? payment.processorReference;
    await tx.payments.changeStatus(payment.id, { from: 'pending', to, at, processorReference, note });
    tell(tx, payment, 'wallet_changed', `Your top-up of ${amountOf(payment)} did not work: ${note}`);
    return settledPayment(payment, { status: to, processorReference, note, settledAt: at });
  }

  async #stayPending(tx: Tx, payment: Payment, reference: string, actionUrl: string | null): Promise<Payment> {
    const now = this.#options.clock.now();
    const nextCheckAt = plusMs(now, nextCheckAfterMs(this.#ageMs(payment)));
    const known = { processorReference: reference, actionUrl, nextCheckAt };
    await tx.payments.notePending(payment.id, known);
    if (payment.isAutomatic && actionUrl !== null) {
      const reason = 'Your bank wants you to confirm the payment; open it in your wallet.';
      await stopAutoTopUp(tx, payment.userId, { at: now, reason });
    }
    return { ...payment, ...known };
  }

  async #makeGood(tx: Tx, given: Payment, reference: string): Promise<Payment> {
    // The lock on the payment that was given up lets one caller at a time come here.
    const earlier = await tx.payments.findReplacement(given.id);
    if (earlier !== null) return earlier;
    const at = this.#options.clock.now();
    const payment: Payment = {
      ...given,
      id: newId(this.#options.ids, paymentIdSchema),
      status: 'succeeded',
      processorReference: reference,
      note: 'The money arrived after the payment had been given up.',
      createdAt: at,
      settledAt: at,
      originalPaymentId: given.id,
    };
    await tx.payments.insert(payment);
    await this.#options.ledger.topUp(tx, payment);
    return payment;
  }

  #ageMs(payment: Payment): number {
    return this.#options.clock.now() - payment.createdAt;
  }
}

function settledPayment(payment: Payment, change: Partial<Payment>): Payment {
  return { ...payment, actionUrl: null, nextCheckAt: null, ...change };
}
