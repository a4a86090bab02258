import { DomainError, notFound, unreachable } from '../common/domain-error.ts';
import type { IdSource, PaymentId, UserId } from '../common/ids.ts';
import { newId, paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { formatMicros } from '../common/money.ts';
import { assertNoRenterDebt } from '../debts/require-no-debt.ts';
import type { Reads, Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Card } from './card.ts';
import { amountOf, stopAutoTopUp, tell } from './payment-ledger.ts';
import type { PaymentLedger } from './payment-ledger.ts';
import type { PaymentProcessor, RefundOutcome } from './payment-processor.ts';
import type { Payment } from './payment.ts';
import { REFUND_CHECK_AFTER_MS, newPayment, nextCheckAfterMs } from './payment.ts';
import { REFUND_PARTS_MAX, assertRefundAmount, refundableAmount, splitRefund } from './refund-split.ts';
import type { RefundableTopUp } from './refund-split.ts';
import { findPayment } from './top-ups.ts';

export interface RefundsOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly processor: PaymentProcessor | null;
  readonly ledger: PaymentLedger;
}

export interface RefundQuote {
  /** The most that can go back now. */
  readonly amount: AmountMicros;
  readonly currency: Currency;
  /** From which top-ups, newest first, and to which card; null for one that was typed in. */
  readonly parts: readonly { readonly topUp: Payment; readonly amount: AmountMicros; readonly card: Card | null }[];
}

const ASKED_BACK = 'You asked for money of your wallet back.';

/** Unspent money goes back to the cards that it came from. */
export class Refunds {
  readonly #options: RefundsOptions;

  constructor(options: RefundsOptions) {
    this.#options = options;
  }

  /** How much can go back now, and to which cards. */
  async quote(actor: Actor): Promise<RefundQuote> {
    const { currency, uow } = this.#options;
    const { amount, topUps } = await this.#refundable(uow.reads, actor.userId);
    const parts = splitRefund(amount, topUps);
    const cardIds = new Set(parts.flatMap(({ topUp }) => topUp.cardId ?? []));
    const cards = await Promise.all([...cardIds].map(async (id) => uow.reads.cards.findById(id)));
    const cardOf = (topUp: Payment): Card | null => cards.find((card) => card?.id === topUp.cardId) ?? null;
    return { amount, currency, parts: parts.map((part) => ({ ...part, card: cardOf(part.topUp) })) };
  }

  /**
   * Takes the amount out of the wallet at once, one refund for each top-up that it comes from; a job sends them.
   * @throws DomainError invalid_amount with the amount that can go back, account_restricted, insufficient_funds,
   *   idempotency_conflict
   */
  async refund(
    actor: Actor,
    input: { readonly idempotencyKey: string; readonly amount: AmountMicros },
  ): Promise<readonly Payment[]> {
    const { clock, currency, uow } = this.#options;
    return uow.run(async (tx) => {
      const claim = { userId: actor.userId, operation: 'payments.refund', key: input.idempotencyKey };
      const earlier = await tx.idempotency.claim({ ...claim, input: `${input.amount.toString()} ${currency}` });
      if (earlier.kind === 'answered') {
        return Promise.all(earlier.answer.split(' ').map((id) => findPayment(tx, id)));
      }
      // His row is the lock under which his refunds and chargebacks are counted.
      if ((await tx.users.lockById(actor.userId)) === null) throw notFound('account');
      await assertNoRenterDebt(tx, actor.userId);
      const { amount: most, topUps } = await this.#refundable(tx, actor.userId);
      assertRefundAmount(input.amount, most, currency);
      await stopAutoTopUp(tx, actor.userId, { at: clock.now(), reason: ASKED_BACK });
      const refunds = splitRefund(input.amount, topUps).map((part) => this.#refundOf(actor, part));
      for (const refund of refunds) await this.#begin(tx, refund);
      const text = `${formatMicros(input.amount, currency)} are on their way back to your card.`;
      const [first] = refunds;
      if (first !== undefined) tell(tx, first, 'refund_changed', text);
      await tx.idempotency.answer({ ...claim, answer: refunds.map(({ id }) => id).join(' ') });
      return refunds;
    });
  }

  /** What became of a refund, once; one that failed after it had succeeded is reversed too. */
  async settle(id: PaymentId, outcome: RefundOutcome): Promise<Payment> {
    return this.#options.uow.run(async (tx) => {
      const seen = await tx.payments.findById(id);
      if (seen?.kind !== 'refund' || seen.originalPaymentId === null) throw notFound('payment');
      await tx.users.lockById(seen.userId);
      const refund = await tx.payments.lockById(id);
      const topUp = await tx.payments.findById(seen.originalPaymentId);
      if (refund === null || topUp === null) throw notFound('payment');
      await this.#note(tx, refund, topUp, outcome);
      return findPayment(tx, id);
    });
  }

  async #note(tx: Tx, refund: Payment, topUp: Payment, outcome: RefundOutcome): Promise<void> {
    const { clock, ledger } = this.#options;
    const at = clock.now();
    const { reference: processorReference } = outcome;
    switch (outcome.kind) {
      case 'succeeded':
        if (refund.status !== 'pending') return;
        await tx.payments.changeStatus(refund.id, { from: 'pending', to: 'succeeded', at, processorReference });
        tell(tx, refund, 'refund_changed', `${amountOf(refund)} went back to your card.`);
        return;
      case 'pending': {
        if (refund.status !== 'pending') return;
        const nextCheckAt = plusMs(at, nextCheckAfterMs(at - refund.createdAt));
        await tx.payments.notePending(refund.id, { processorReference, actionUrl: null, nextCheckAt });
        return;
      }
      case 'failed':
        if (refund.status === 'pending') {
          const note = outcome.reason;
          const known = processorReference ?? refund.processorReference;
          await tx.payments.changeStatus(refund.id, {
            from: 'pending',
            to: 'failed',
            at,
            processorReference: known,
            note,
          });
        } else if (refund.status !== 'succeeded' || !(await tx.payments.markReversed(refund.id, at))) return;
        await ledger.reverseRefund(tx, refund, topUp);
        tell(tx, refund, 'refund_changed', `${amountOf(refund)} did not reach your card: ${outcome.reason}`);
        tell(tx, refund, 'wallet_changed', `${amountOf(refund)} are back in your wallet.`);
        return;
      default:
        unreachable(outcome);
    }
  }

  async #refundable(
    reads: Pick<Reads, 'ledger' | 'payments'>,
    userId: UserId,
  ): Promise<{ readonly amount: AmountMicros; readonly topUps: readonly RefundableTopUp[] }> {
    const { processor } = this.#options;
    const takesBack = processor !== null && processor.refunds !== null;
    const topUps = takesBack ? await reads.payments.listRefundable(userId, processor.name, REFUND_PARTS_MAX) : [];
    const wallet = await reads.ledger.balanceOf({ kind: 'wallet', userId });
    return { amount: refundableAmount(wallet, topUps), topUps };
  }

  #refundOf(actor: Actor, part: { readonly topUp: Payment; readonly amount: AmountMicros }): Payment {
    const { clock, currency, ids } = this.#options;
    const at = clock.now();
    return newPayment({
      id: newId(ids, paymentIdSchema),
      userId: actor.userId,
      kind: 'refund',
      status: 'pending',
      processor: part.topUp.processor,
      amount: part.amount,
      currency,
      originalPaymentId: part.topUp.id,
      cardId: part.topUp.cardId,
      createdBy: actor.userId,
      createdAt: at,
      nextCheckAt: plusMs(at, REFUND_CHECK_AFTER_MS),
    });
  }

  async #begin(tx: Tx, refund: Payment): Promise<void> {
    await tx.payments.insert(refund);
    await this.#options.ledger.refund(tx, refund);
    tx.jobs.add({ name: 'payment.settle', payload: { paymentId: refund.id }, key: `payment:${refund.id}:settle` });
  }
}

/** Sends a refund, or asks what became of one that the processor answered before. @throws DomainError payment_unavailable */
export async function askRefund(processor: PaymentProcessor, refund: Payment, topUp: Payment): Promise<RefundOutcome> {
  if (processor.refunds === null || topUp.processorReference === null) {
    throw new DomainError('payment_unavailable', 'This refund can not be sent at the moment.');
  }
  const { id: refundId, amount, currency, processorReference: reference } = refund;
  const { processorReference: chargeReference } = topUp;
  if (reference !== null) {
    const found = await processor.refunds.find({ refundId, reference, chargeReference });
    if (found !== null) return found;
  }
  // The same id is the same refund to the processor, however often it is sent.
  return processor.refunds.refund({ refundId, chargeReference, amount, currency });
}
