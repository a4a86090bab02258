import { DomainError, notFound } from '../common/domain-error.ts';
import type { IdSource, PaymentId, UserId } from '../common/ids.ts';
import { ledgerTransferIdSchema, newId, paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros, formatMicros, negateMicros } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { AccountRef, StatementLine } from '../ledger/ledger.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireAdmin, requireProvider } from '../users/require-role.ts';
import type { Actor } from '../users/user.ts';
import type { ChargeOutcome, PaymentProcessor } from './payment-processor.ts';
import type { Payment } from './payment.ts';
import { MINOR_UNIT_MICROS, TOP_UP_MAX_MICROS, TOP_UP_MIN_MICROS } from './payment.ts';

export interface PaymentsServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  /** Null where wallets are only credited by an admin. */
  readonly processor: PaymentProcessor | null;
  /** Where the processor's own pages send a person back to. */
  readonly returnUrl: string;
}

export interface Wallet {
  readonly available: AmountMicros;
  /** Set aside for bookings: the most they can cost. */
  readonly held: AmountMicros;
  readonly currency: Currency;
}

export interface Earnings {
  /** Held back until the clean-up is verified, and for the other reasons of an earning. */
  readonly pending: AmountMicros;
  readonly available: AmountMicros;
  /** What the next earnings repay. */
  readonly owed: AmountMicros;
  readonly currency: Currency;
}

/** Wallets, top-ups and statements. Bookings move money only inside the ledger, so booking never waits for a processor. */
export class PaymentsService {
  readonly #options: PaymentsServiceOptions;

  constructor(options: PaymentsServiceOptions) {
    this.#options = options;
  }

  async wallet(actor: Actor): Promise<Wallet> {
    const { ledger } = this.#options.uow.reads;
    const [available, held] = await Promise.all([
      ledger.balanceOf({ kind: 'wallet', userId: actor.userId }),
      ledger.heldFor(actor.userId),
    ]);
    return { available, held, currency: this.#options.currency };
  }

  async earnings(actor: Actor): Promise<Earnings> {
    requireProvider(actor);
    const { debts, ledger } = this.#options.uow.reads;
    const [pending, available, owed] = await Promise.all([
      ledger.balanceOf({ kind: 'provider_pending', userId: actor.userId }),
      ledger.balanceOf({ kind: 'provider_available', userId: actor.userId }),
      debts.owedBy(actor.userId, 'provider'),
    ]);
    return { pending, available, owed, currency: this.#options.currency };
  }

  async statement(
    actor: Actor,
    input: PageRequest & { readonly account: 'wallet' | 'provider_pending' | 'provider_available' },
  ): Promise<Page<StatementLine>> {
    return this.#options.uow.reads.ledger.statement({ kind: input.account, userId: actor.userId }, input);
  }

  async list(actor: Actor, input: PageRequest): Promise<Page<Payment>> {
    return this.#options.uow.reads.payments.listByUser(actor.userId, input);
  }

  /**
   * Takes money from a card into the wallet: notes the payment, asks the processor with the payment's id as its
   * idempotency key, and settles. A process that dies in between leaves a pending payment, which the same key resumes.
   * @throws DomainError invalid_amount, invalid_input, payment_declined, payment_unavailable, idempotency_conflict
   */
  async topUp(
    actor: Actor,
    input: { readonly idempotencyKey: string; readonly amount: AmountMicros; readonly source: string },
  ): Promise<Payment> {
    assertTopUpAmount(input.amount);
    const { processor } = this.#options;
    if (processor === null) {
      throw new DomainError('payment_unavailable', 'This marketplace takes no cards.', {
        remedy: 'Ask its operator to credit your wallet.',
      });
    }
    processor.check(input);
    const payment = await this.#begin(actor, processor, input);
    if (payment.status !== 'pending') return answerOf(payment);
    const outcome = await processor.charge({
      paymentId: payment.id,
      amount: payment.amount,
      currency: payment.currency,
      source: input.source,
      customer: null,
      presence: 'on_session',
      returnUrl: this.#options.returnUrl,
    });
    return answerOf(await this.settle({ id: payment.id, outcome }));
  }

  /** Writes down what the processor said, once. Called after a charge and by whoever learns of it later. */
  async settle(input: { readonly id: PaymentId; readonly outcome: ChargeOutcome }): Promise<Payment> {
    const { clock, uow } = this.#options;
    return uow.run(async (tx) => {
      const payment = await tx.payments.lockById(input.id);
      if (payment === null) throw notFound('payment');
      const isOpen = input.outcome.kind === 'pending' || input.outcome.kind === 'authentication_required';
      if (payment.status !== 'pending' || isOpen) return payment;
      const at = clock.now();
      const succeeded = input.outcome.kind === 'succeeded';
      const note = input.outcome.kind === 'declined' ? input.outcome.reason : null;
      await tx.payments.changeStatus(payment.id, {
        from: 'pending',
        to: succeeded ? 'succeeded' : 'failed',
        at,
        processorReference: input.outcome.reference,
        ...(note === null ? {} : { note }),
      });
      const settled: Payment = {
        ...payment,
        status: succeeded ? 'succeeded' : 'failed',
        processorReference: input.outcome.reference,
        note,
        settledAt: at,
      };
      if (succeeded) await this.#post(tx, settled, 'clearing', 'Top-up of your wallet.');
      return settled;
    });
  }

  /** An admin credits a wallet with a reason: institutes and cost centres. */
  async manualCredit(
    actor: Actor,
    input: { idempotencyKey: string; userId: UserId; amount: AmountMicros; reason: string },
  ): Promise<Payment> {
    return this.#manual(actor, input, 'manual_credit');
  }

  /** An admin debits a wallet with a reason. @throws DomainError insufficient_funds */
  async manualDebit(
    actor: Actor,
    input: { idempotencyKey: string; userId: UserId; amount: AmountMicros; reason: string },
  ): Promise<Payment> {
    return this.#manual(actor, input, 'manual_debit');
  }

  async #begin(
    actor: Actor,
    processor: PaymentProcessor,
    input: { readonly idempotencyKey: string; readonly amount: AmountMicros },
  ): Promise<Payment> {
    const { clock, currency, ids, uow } = this.#options;
    return uow.run(async (tx) => {
      const claim = { userId: actor.userId, operation: 'payments.topUp', key: input.idempotencyKey };
      const earlier = await tx.idempotency.claim({ ...claim, input: `${input.amount.toString()} ${currency}` });
      if (earlier.kind === 'answered') return findPayment(tx, earlier.answer);
      const payment: Payment = {
        id: newId(ids, paymentIdSchema),
        userId: actor.userId,
        kind: 'top_up',
        status: 'pending',
        processor: processor.name,
        processorReference: null,
        amount: input.amount,
        currency,
        note: null,
        createdBy: actor.userId,
        createdAt: clock.now(),
        settledAt: null,
      };
      await tx.payments.insert(payment);
      await tx.idempotency.answer({ ...claim, answer: payment.id });
      return payment;
    });
  }

  async #manual(
    actor: Actor,
    input: { idempotencyKey: string; userId: UserId; amount: AmountMicros; reason: string },
    kind: 'manual_credit' | 'manual_debit',
  ): Promise<Payment> {
    requireAdmin(actor);
    if (input.amount <= 0n || input.amount > TOP_UP_MAX_MICROS) {
      throw new DomainError('invalid_amount', 'The amount must be above 0 and at most 10000.', {
        field: 'amount',
        remedy: 'Enter an amount within these limits.',
      });
    }
    const { clock, currency, ids, uow } = this.#options;
    return uow.run(async (tx) => {
      const claim = { userId: actor.userId, operation: `payments.${kind}`, key: input.idempotencyKey };
      const text = `${input.userId} ${input.amount.toString()} ${currency} ${input.reason}`;
      const earlier = await tx.idempotency.claim({ ...claim, input: text });
      if (earlier.kind === 'answered') return findPayment(tx, earlier.answer);
      if ((await tx.users.findById(input.userId)) === null) throw notFound('user');
      const at = clock.now();
      const payment: Payment = {
        id: newId(ids, paymentIdSchema),
        userId: input.userId,
        kind,
        status: 'succeeded',
        processor: 'manual',
        processorReference: null,
        amount: input.amount,
        currency,
        note: input.reason,
        createdBy: actor.userId,
        createdAt: at,
        settledAt: at,
      };
      await tx.payments.insert(payment);
      await this.#post(tx, payment, 'adjustments', input.reason);
      await tx.audit.insert({
        actorId: actor.userId,
        action: `payments.${kind}`,
        subjectType: 'user',
        subjectId: input.userId,
        reason: input.reason,
        at,
      });
      await tx.idempotency.answer({ ...claim, answer: payment.id });
      return payment;
    });
  }

  async #post(tx: Tx, payment: Payment, against: 'clearing' | 'adjustments', explanation: string): Promise<void> {
    const isDebit = payment.kind === 'manual_debit';
    const kind = payment.kind === 'manual_credit' || payment.kind === 'manual_debit' ? payment.kind : 'top_up';
    const wallet: AccountRef = { kind: 'wallet', userId: payment.userId };
    const intoWallet = isDebit ? negateMicros(payment.amount) : payment.amount;
    await tx.ledger.post({
      id: newId(this.#options.ids, ledgerTransferIdSchema),
      kind,
      idempotencyKey: `payment:${payment.id}:settled`,
      bookingId: null,
      paymentId: payment.id,
      explanation,
      currency: payment.currency,
      at: this.#options.clock.now(),
      entries: [
        { account: wallet, amount: intoWallet },
        { account: { kind: against }, amount: negateMicros(amountMicros(intoWallet)) },
      ],
    });
    tx.events.add({
      audience: payment.userId,
      kind: 'wallet_changed',
      subject: 'payment',
      subjectId: payment.id,
      text: `${formatMicros(payment.amount, payment.currency)} ${isDebit ? 'left' : 'reached'} your wallet.`,
    });
  }
}

async function findPayment(tx: Tx, id: string): Promise<Payment> {
  const payment = await tx.payments.findById(paymentIdSchema.parse(id));
  if (payment === null) throw notFound('payment');
  return payment;
}

function answerOf(payment: Payment): Payment {
  if (payment.status === 'failed') {
    throw new DomainError('payment_declined', payment.note ?? 'The payment was declined.', {
      field: 'source',
      remedy: 'Use another card, or ask your bank.',
    });
  }
  return payment;
}

function assertTopUpAmount(amount: AmountMicros): void {
  if (amount < TOP_UP_MIN_MICROS || amount > TOP_UP_MAX_MICROS) {
    throw new DomainError('invalid_amount', 'A top-up is at least 5.00 and at most 10000.00.', {
      field: 'amount',
      remedy: 'Enter an amount within these limits.',
    });
  }
  if (amount % MINOR_UNIT_MICROS !== 0n) {
    throw new DomainError('invalid_amount', 'Cards take whole cents.', {
      field: 'amount',
      remedy: 'Enter an amount with at most two decimals.',
    });
  }
}
