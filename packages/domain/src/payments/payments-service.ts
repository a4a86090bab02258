import { DomainError, notFound } from '../common/domain-error.ts';
import type { CardId, IdSource, PaymentId, UserId } from '../common/ids.ts';
import { newId, paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { StatementLine } from '../ledger/ledger.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireAdmin, requireProvider } from '../users/require-role.ts';
import type { Actor } from '../users/user.ts';
import type { AutoTopUpWish } from './auto-top-up.ts';
import type { AutoTopUpView, AutoTopUps } from './auto-top-ups.ts';
import type { Card } from './card.ts';
import type { Cards } from './cards.ts';
import type { PaymentLedger } from './payment-ledger.ts';
import type { Payment } from './payment.ts';
import { TOP_UP_MAX_MICROS, newPayment } from './payment.ts';
import type { RefundQuote, Refunds } from './refunds.ts';
import type { TopUpWish, TopUps } from './top-ups.ts';
import { findPayment } from './top-ups.ts';

export interface PaymentsServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly ledger: PaymentLedger;
  readonly topUps: TopUps;
  readonly refunds: Refunds;
  readonly cards: Cards;
  readonly autoTopUps: AutoTopUps;
}

export interface Wallet {
  readonly available: AmountMicros;
  /** Set aside for bookings: the most they can cost. */
  readonly held: AmountMicros;
  /** After a chargeback: what the next top-ups repay first. */
  readonly owed: AmountMicros;
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

/** Wallets, cards, top-ups, refunds and statements. Bookings move money only inside the ledger, so booking never waits for a processor. */
export class PaymentsService {
  readonly #options: PaymentsServiceOptions;

  constructor(options: PaymentsServiceOptions) {
    this.#options = options;
  }

  async wallet(actor: Actor): Promise<Wallet> {
    const { debts, ledger } = this.#options.uow.reads;
    const [available, held, owed] = await Promise.all([
      ledger.balanceOf({ kind: 'wallet', userId: actor.userId }),
      ledger.heldFor(actor.userId),
      debts.owedBy(actor.userId, 'renter'),
    ]);
    return { available, held, owed, currency: this.#options.currency };
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

  /** One of the actor's own payments. @throws DomainError not_found */
  async get(actor: Actor, input: { readonly id: PaymentId }): Promise<Payment> {
    const payment = await this.#options.uow.reads.payments.findById(input.id);
    if (payment?.userId !== actor.userId) throw notFound('payment');
    return payment;
  }

  /**
   * Takes money from a card into the wallet. One that the card's owner has to confirm at his bank, or that takes longer, is
   * answered as pending; the same key asks again how it stands.
   * @throws DomainError invalid_amount, invalid_input, not_found, limit_reached, payment_declined, payment_unavailable,
   *   idempotency_conflict
   */
  async topUp(actor: Actor, input: TopUpWish): Promise<Payment> {
    return this.#options.topUps.topUp(actor, input);
  }

  /** How much of the wallet can go back now, and to which cards. */
  async refundQuote(actor: Actor): Promise<RefundQuote> {
    return this.#options.refunds.quote(actor);
  }

  /**
   * Sends money of the wallet back to the cards that it came from: one refund for each top-up that it is taken from.
   * @throws DomainError invalid_amount, account_restricted, insufficient_funds, idempotency_conflict
   */
  async refund(
    actor: Actor,
    input: { readonly idempotencyKey: string; readonly amount: AmountMicros },
  ): Promise<readonly Payment[]> {
    return this.#options.refunds.refund(actor, input);
  }

  /** The actor's saved cards, oldest first; none where cards are typed in each time. */
  async listCards(actor: Actor): Promise<readonly Card[]> {
    return this.#options.cards.list(actor);
  }

  /** The same after a look into the processor's vault. @throws DomainError wrong_state, payment_unavailable */
  async refreshCards(actor: Actor): Promise<readonly Card[]> {
    return this.#options.cards.refresh(actor);
  }

  /** The processor's page on which a card is entered. @throws DomainError wrong_state, limit_reached, payment_unavailable */
  async startCardSetup(actor: Actor): Promise<{ readonly url: string }> {
    return this.#options.cards.startSetup(actor);
  }

  /** @throws DomainError not_found, wrong_state, payment_unavailable */
  async removeCard(actor: Actor, input: { readonly id: CardId }): Promise<void> {
    await this.#options.cards.remove(actor, input);
  }

  /** @throws DomainError not_found */
  async setDefaultCard(actor: Actor, input: { readonly id: CardId }): Promise<Card> {
    return this.#options.cards.setDefault(actor, input);
  }

  /** The actor's wish for automatic top-ups, with what they took this month; null when there is none. */
  async autoTopUp(actor: Actor): Promise<AutoTopUpView | null> {
    return this.#options.autoTopUps.get(actor);
  }

  /** @throws DomainError wrong_state, invalid_amount, not_found */
  async setAutoTopUp(actor: Actor, input: AutoTopUpWish): Promise<AutoTopUpView> {
    return this.#options.autoTopUps.set(actor, input);
  }

  /** Takes the wish back; doing it twice is harmless. */
  async clearAutoTopUp(actor: Actor): Promise<void> {
    await this.#options.autoTopUps.clear(actor);
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
      const payment = newPayment({
        id: newId(ids, paymentIdSchema),
        userId: input.userId,
        kind,
        status: 'succeeded',
        processor: 'manual',
        amount: input.amount,
        currency,
        note: input.reason,
        createdBy: actor.userId,
        createdAt: at,
        settledAt: at,
      });
      await tx.payments.insert(payment);
      await this.#options.ledger.manual(tx, payment, kind, input.reason);
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
}
