import { DomainError, notFound } from '../common/domain-error.ts';
import type { IdSource, UserId } from '../common/ids.ts';
import { cardIdSchema, newId, paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Card } from './card.ts';
import type { ChargeFate, ChargeSettlement } from './charge-settlement.ts';
import type { PaymentProcessor } from './payment-processor.ts';
import type { Payment } from './payment.ts';
import { CHARGE_CHECK_AFTER_MS, CHARGE_RESUME_MS, newPayment } from './payment.ts';
import { requireProcessor } from './processor-access.ts';
import {
  NEW_RENTER_TOP_UPS_MAX,
  assertTopUpAmount,
  countedSince,
  roomForTopUp,
  topUpLimitReached,
} from './top-up-limits.ts';

export interface TopUpsOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly processor: PaymentProcessor | null;
  readonly returnUrl: string;
  readonly settlement: ChargeSettlement;
}

export interface TopUpWish {
  readonly idempotencyKey: string;
  readonly amount: AmountMicros;
  /** The id of a saved card, where the processor keeps cards; else what the card form gave. */
  readonly source: string;
}

/** Money from a card into the wallet, because somebody asks for it. */
export class TopUps {
  readonly #options: TopUpsOptions;

  constructor(options: TopUpsOptions) {
    this.#options = options;
  }

  /**
   * Notes the payment, asks the processor with the payment's id as its idempotency key, and settles. A process that dies in
   * between, or an answer that is lost, leaves a pending payment, which the same key, an event or a later look settles.
   * @throws DomainError invalid_amount, invalid_input, not_found, limit_reached, payment_declined, payment_unavailable,
   *   idempotency_conflict
   */
  async topUp(actor: Actor, wish: TopUpWish): Promise<Payment> {
    assertTopUpAmount(wish.amount);
    const processor = requireProcessor(this.#options.processor);
    const card = processor.cards === null ? null : await this.#savedCard(actor.userId, processor, wish.source);
    const source = card?.reference ?? wish.source;
    processor.check({ amount: wish.amount, source });
    const payment = await this.#begin(actor, processor, wish, card);
    if (payment.status !== 'pending') return answerOf(await this.#thatCounts(payment));
    const fate = await this.#charge(processor, payment, source);
    return answerOf(await this.#options.settlement.settle(payment.id, fate));
  }

  /** A payment whose answer is known, or that is too old to be sent again, is only asked about. */
  async #charge(processor: PaymentProcessor, payment: Payment, source: string): Promise<ChargeFate> {
    const { clock, returnUrl, uow } = this.#options;
    const customer = (await uow.reads.cards.findCustomer(payment.userId, processor.name))?.reference ?? null;
    const { id: paymentId, amount, createdAt, currency, processorReference: reference } = payment;
    if (reference !== null || clock.now() - createdAt >= CHARGE_RESUME_MS) {
      return (await processor.findCharge({ paymentId, reference, customer, createdAt })) ?? { kind: 'never_heard' };
    }
    return processor.charge({ paymentId, amount, currency, source, customer, presence: 'on_session', returnUrl });
  }

  /** A payment that was given up may have been made good by another one meanwhile. */
  async #thatCounts(payment: Payment): Promise<Payment> {
    if (payment.status === 'succeeded') return payment;
    return (await this.#options.uow.reads.payments.findReplacement(payment.id)) ?? payment;
  }

  async #savedCard(userId: UserId, processor: PaymentProcessor, source: string): Promise<Card> {
    const id = cardIdSchema.safeParse(source.trim());
    const card = id.success ? await this.#options.uow.reads.cards.findById(id.data) : null;
    if (card?.userId === userId && card.processor === processor.name && card.removedAt === null) return card;
    throw new DomainError('not_found', 'This is none of your saved cards.', {
      field: 'source',
      remedy: 'Choose one of your cards, or add one first.',
    });
  }

  async #begin(actor: Actor, processor: PaymentProcessor, wish: TopUpWish, card: Card | null): Promise<Payment> {
    const { clock, currency, ids, uow } = this.#options;
    return uow.run(async (tx) => {
      const claim = { userId: actor.userId, operation: 'payments.topUp', key: wish.idempotencyKey };
      // A typed card number is not part of the text: its hash could be guessed.
      const input = [wish.amount.toString(), currency, ...(card === null ? [] : [card.id])].join(' ');
      const earlier = await tx.idempotency.claim({ ...claim, input });
      if (earlier.kind === 'answered') return findPayment(tx, earlier.answer);
      await assertNewRenterMay(tx, actor.userId, { clock, currency, amount: wish.amount });
      const at = clock.now();
      const payment = newPayment({
        id: newId(ids, paymentIdSchema),
        userId: actor.userId,
        kind: 'top_up',
        status: 'pending',
        processor: processor.name,
        amount: wish.amount,
        currency,
        cardId: card?.id ?? null,
        createdBy: actor.userId,
        createdAt: at,
        nextCheckAt: plusMs(at, CHARGE_CHECK_AFTER_MS),
      });
      await tx.payments.insert(payment);
      await tx.idempotency.answer({ ...claim, answer: payment.id });
      return payment;
    });
  }
}

/**
 * Holds a new renter's cards to their limit. His own row is the lock under which they are counted: two top-ups at once would
 * both see room for one.
 * @throws DomainError limit_reached
 */
export async function assertNewRenterMay(
  tx: Tx,
  userId: UserId,
  wish: { readonly clock: Clock; readonly currency: Currency; readonly amount: AmountMicros },
): Promise<void> {
  const room = await roomOfNewRenter(tx, userId, wish);
  if (room !== null && room.from !== null) throw topUpLimitReached(room.left, room.from, wish.currency);
}

/** What a new renter may still top up, with his row locked; null for everybody else. */
export async function roomOfNewRenter(
  tx: Tx,
  userId: UserId,
  wish: { readonly clock: Clock; readonly amount: AmountMicros },
): Promise<ReturnType<typeof roomForTopUp> | null> {
  const user = await tx.users.lockById(userId);
  if (user === null) throw notFound('account');
  const since = countedSince(user.createdAt, wish.clock.now());
  if (since === null) return null;
  const counted = await tx.payments.listCardTopUps(userId, since, NEW_RENTER_TOP_UPS_MAX);
  return roomForTopUp(wish.amount, { accountCreatedAt: user.createdAt, counted });
}

/** The payment that an idempotency key was answered with. */
export async function findPayment(tx: Tx, id: string): Promise<Payment> {
  const payment = await tx.payments.findById(paymentIdSchema.parse(id));
  if (payment === null) throw notFound('payment');
  return payment;
}

/** @throws DomainError payment_declined for one that did not work */
function answerOf(payment: Payment): Payment {
  if (payment.status === 'failed' || payment.status === 'cancelled') {
    throw new DomainError('payment_declined', payment.note ?? 'The payment was declined.', {
      field: 'source',
      remedy: 'Use another card, or ask your bank.',
    });
  }
  return payment;
}
