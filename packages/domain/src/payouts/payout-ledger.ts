import { notFound } from '../common/domain-error.ts';
import type { IdSource, PaymentId, UserId } from '../common/ids.ts';
import { ledgerTransferIdSchema, newId, paymentIdSchema } from '../common/ids.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { DocumentIssuer } from '../documents/document-issuer.ts';
import { amountMicros, formatMicros, minusMicros } from '../common/money.ts';
import { planRepayment } from '../debts/repayment.ts';
import { availableRepaysTransfer, payoutReversedTransfer, payoutTransfer } from '../ledger/payout-transfers.ts';
import type { PayoutOutcome } from '../payments/payment-processor.ts';
import type { ProcessorName } from '../payments/payment.ts';
import { newPayment } from '../payments/payment.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import { tellProvider } from './payout-news.ts';
import type { Payout, PayoutOrigin } from './payout.ts';
import { PAYOUT_LOOK_AGAIN_MS, PAYOUT_MIN_MICROS, payableOf } from './payout.ts';

/** Whose money goes where. */
export interface PayoutWish {
  readonly providerId: UserId;
  readonly origin: PayoutOrigin;
  readonly week: Instant | null;
  readonly processor: ProcessorName;
  /** Null when an admin pays by hand. */
  readonly account: string | null;
}

/** Moves the money of payouts, always inside the caller's transaction. */
export class PayoutLedger {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #currency: Currency;
  readonly #documents: Pick<DocumentIssuer, 'issuePayoutStatement'>;

  constructor(options: {
    readonly clock: Clock;
    readonly ids: IdSource;
    readonly currency: Currency;
    readonly documents: Pick<DocumentIssuer, 'issuePayoutStatement'>;
  }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#currency = options.currency;
    this.#documents = options.documents;
  }

  /**
   * Makes a payout of everything that is available. What the provider owes is repaid first; what is less than a minor unit
   * stays. Null when less than the minimum is left.
   */
  async begin(tx: Tx, wish: PayoutWish): Promise<Payout | null> {
    const { providerId } = wish;
    const available = await this.repayDebts(tx, providerId);
    const { amount, remainder } = payableOf(available);
    if (amount < PAYOUT_MIN_MICROS) return null;
    const at = this.#clock.now();
    const id = newId(this.#ids, paymentIdSchema);
    const payment = newPayment({
      id,
      userId: providerId,
      kind: 'payout',
      status: 'pending',
      processor: wish.processor,
      amount,
      currency: this.#currency,
      createdBy: providerId,
      createdAt: at,
    });
    await tx.payments.insert(payment);
    const transferId = this.#transferId();
    await tx.ledger.post(payoutTransfer(transferId, { id, providerId, amount, currency: this.#currency }, at));
    await this.#documents.issuePayoutStatement(tx, { providerId, paymentId: id, transferId, amount, at });
    const nextCheckAt = wish.account === null ? null : plusMs(at, PAYOUT_LOOK_AGAIN_MS);
    await tx.payouts.insert({ ...wish, id, remainder, nextCheckAt, createdAt: at });
    if (wish.account !== null) {
      tx.jobs.add({ name: 'payout.send', payload: { payoutId: id }, key: `payout:${id}:send` });
    }
    const payout = await reread(tx, id);
    tellProvider(tx, payout, `${formatMicros(amount, this.#currency)} are on their way to you.`);
    return payout;
  }

  /**
   * Writes down what became of a payout, once. One that failed gives its money back, even when the processor had said before
   * that it had arrived.
   */
  async settle(tx: Tx, id: PaymentId, outcome: PayoutOutcome): Promise<Payout> {
    const payout = await tx.payouts.lockById(id);
    if (payout === null) throw notFound('payout');
    if (outcome.kind === 'failed') {
      if (payout.status === 'pending') return this.giveBack(tx, payout, { ...outcome, status: 'failed' });
      if (payout.status === 'succeeded' && payout.reversedAt === null)
        return this.#comesBack(tx, payout, outcome.reason);
      return payout;
    }
    if (payout.status !== 'pending') return payout;
    if (outcome.kind === 'pending') {
      await tx.payouts.noteCheck(id, { nextCheckAt: payout.nextCheckAt, processorReference: outcome.reference });
      return payout;
    }
    return this.arrived(tx, payout, { reference: outcome.reference, note: null });
  }

  /** It has reached the provider. @throws DomainError wrong_state unless it is pending */
  async arrived(tx: Tx, payout: Payout, known: { reference: string; note: string | null }): Promise<Payout> {
    await tx.payments.changeStatus(payout.id, {
      from: 'pending',
      to: 'succeeded',
      at: this.#clock.now(),
      processorReference: known.reference,
      ...(known.note === null ? {} : { note: known.note }),
    });
    await tx.payouts.noteCheck(payout.id, { nextCheckAt: null });
    tellProvider(tx, payout, `${formatMicros(payout.amount, payout.currency)} were paid out to you.`);
    return reread(tx, payout.id);
  }

  /** It did not go out, and its money is available again. @throws DomainError wrong_state unless it is pending */
  async giveBack(
    tx: Tx,
    payout: Payout,
    why: { readonly status: 'failed' | 'cancelled'; readonly reference: string | null; readonly reason: string },
  ): Promise<Payout> {
    await tx.payments.changeStatus(payout.id, {
      from: 'pending',
      to: why.status,
      at: this.#clock.now(),
      ...(why.reference === null ? {} : { processorReference: why.reference }),
      note: why.reason,
    });
    return this.#comesBack(tx, payout, why.reason);
  }

  /**
   * Repays what a provider owes from what he has available.
   * @returns what is available after it; nobody changes it until the transaction ends
   */
  async repayDebts(tx: Tx, providerId: UserId): Promise<AmountMicros> {
    const debts = await tx.debts.lockOpen(providerId, 'provider');
    const available = await tx.ledger.lockBalance({ kind: 'provider_available', userId: providerId });
    const { parts, total } = planRepayment(debts, available);
    if (total === 0n) return available;
    for (const { debtId, amount } of parts) await tx.debts.repay(debtId, amount);
    const currency = this.#currency;
    const repayment = { providerId, amount: amountMicros(total), currency };
    await tx.ledger.post(availableRepaysTransfer(this.#transferId(), repayment, this.#clock.now()));
    tx.events.add({
      audience: providerId,
      kind: 'earnings_changed',
      subject: 'user',
      subjectId: providerId,
      text: `${formatMicros(total, currency)} of what was available repaid what you owed.`,
    });
    return minusMicros(available, total);
  }

  async #comesBack(tx: Tx, payout: Payout, reason: string): Promise<Payout> {
    const at = this.#clock.now();
    if (!(await tx.payouts.markReversed(payout.id, at))) return reread(tx, payout.id);
    // Debts are locked before accounts, so this comes before the money does.
    await tx.debts.lockOpen(payout.providerId, 'provider');
    await tx.ledger.post(payoutReversedTransfer(this.#transferId(), payout, reason, at));
    await this.repayDebts(tx, payout.providerId);
    const amount = formatMicros(payout.amount, payout.currency);
    tellProvider(tx, payout, `Your payout of ${amount} came back: ${reason} Nothing is lost: it is available again.`);
    return reread(tx, payout.id);
  }

  #transferId() {
    return newId(this.#ids, ledgerTransferIdSchema);
  }
}

async function reread(tx: Tx, id: PaymentId): Promise<Payout> {
  const payout = await tx.payouts.findById(id);
  if (payout === null) throw notFound('payout');
  return payout;
}
