import { DomainError, notFound } from '../common/domain-error.ts';
import type { IdSource, UserId } from '../common/ids.ts';
import { newId, paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import { plusMs, toIso } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { formatMicros } from '../common/money.ts';
import type { Reads, Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { AutoTopUp, AutoTopUpWish } from './auto-top-up.ts';
import { assertAutoTopUpWish, monthStart, nextMonthStart } from './auto-top-up.ts';
import type { Card } from './card.ts';
import type { ChargeSettlement } from './charge-settlement.ts';
import { afterMoneyLeft, stopAutoTopUp } from './payment-ledger.ts';
import type { PaymentProcessor } from './payment-processor.ts';
import type { Payment } from './payment.ts';
import { CHARGE_CHECK_AFTER_MS, CHARGE_RESUME_MS, newPayment } from './payment.ts';
import { requireVault } from './processor-access.ts';
import { roomOfNewRenter } from './top-ups.ts';

export interface AutoTopUpsOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly processor: PaymentProcessor | null;
  readonly returnUrl: string;
  readonly settlement: ChargeSettlement;
}

/** A renter's wish with what it has charged in this calendar month. */
export interface AutoTopUpView extends AutoTopUp {
  readonly usedThisMonth: AmountMicros;
  readonly currency: Currency;
}

/** Fills wallets by themselves: at most one charge of a person at a time, never above his monthly limit. */
export class AutoTopUps {
  readonly #options: AutoTopUpsOptions;

  constructor(options: AutoTopUpsOptions) {
    this.#options = options;
  }

  async get(actor: Actor): Promise<AutoTopUpView | null> {
    const wish = await this.#options.uow.reads.autoTopUps.find(actor.userId);
    return wish === null ? null : this.#view(this.#options.uow.reads, wish);
  }

  /**
   * From now on, whenever the wallet is below the threshold; at once when it is already. Setting it anew starts one that had
   * stopped.
   * @throws DomainError wrong_state, invalid_amount, not_found
   */
  async set(actor: Actor, wish: AutoTopUpWish): Promise<AutoTopUpView> {
    const { clock, currency, uow } = this.#options;
    assertAutoTopUpWish(wish, currency);
    return uow.run(async (tx) => {
      const card = await tx.cards.findById(wish.cardId);
      if (card?.userId !== actor.userId) throw notFound('card');
      assertChargeable(card, requireVault(this.#options.processor).processor);
      const stands = { stoppedAt: null, stoppedReason: null, pausedUntil: null };
      const saved: AutoTopUp = { ...wish, ...stands, userId: actor.userId, changedAt: clock.now() };
      await tx.autoTopUps.save(saved);
      await afterMoneyLeft(tx, actor.userId, clock.now());
      return this.#view(tx, saved);
    });
  }

  /** Takes the wish back; doing it twice is harmless. A charge that is under way still arrives. */
  async clear(actor: Actor): Promise<void> {
    await this.#options.uow.run((tx) => tx.autoTopUps.remove(actor.userId));
  }

  /**
   * Notes an automatic top-up when the wallet wants one. One that was noted and perhaps never sent is carried on with.
   * @returns what is to be charged now; null when nothing is
   */
  async begin(userId: UserId): Promise<{ readonly payment: Payment; readonly card: Card } | null> {
    const { clock, currency, ids, processor, uow } = this.#options;
    if (processor === null) return null;
    return uow.run(async (tx) => {
      const now = clock.now();
      const user = await tx.users.lockById(userId);
      const wish = await tx.autoTopUps.lock(userId);
      if (wish === null || user?.status !== 'active') return null;
      const underWay = await tx.payments.findPendingAutomatic(userId);
      if (underWay !== null) return carryOn(tx, underWay, now);
      if (!(await tx.autoTopUps.isDue(userId, now))) return null;
      const card = await tx.cards.findById(wish.cardId);
      if (card === null || card.removedAt !== null || card.processor !== processor.name) {
        await stopAutoTopUp(tx, userId, { at: now, reason: 'The card that it charged is not there any more.' });
        return null;
      }
      if (!(await this.#isWithinLimits(tx, wish))) return null;
      const payment = newPayment({
        id: newId(ids, paymentIdSchema),
        userId,
        kind: 'top_up',
        status: 'pending',
        processor: processor.name,
        amount: wish.amount,
        currency,
        cardId: card.id,
        isAutomatic: true,
        createdBy: userId,
        createdAt: now,
        nextCheckAt: plusMs(now, CHARGE_CHECK_AFTER_MS),
      });
      await tx.payments.insert(payment);
      return { payment, card };
    });
  }

  /** Charges what was begun, and settles it. @throws DomainError payment_unavailable, and then it is not known */
  async charge({ payment, card }: { readonly payment: Payment; readonly card: Card }): Promise<void> {
    const { processor, returnUrl, settlement, uow } = this.#options;
    if (processor === null) return;
    const { id: paymentId, amount, currency } = payment;
    const customer = (await uow.reads.cards.findCustomer(payment.userId, processor.name))?.reference ?? null;
    const outcome = await processor.charge({
      paymentId,
      amount,
      currency,
      source: card.reference,
      customer,
      presence: 'off_session',
      returnUrl,
    });
    await settlement.settle(paymentId, outcome);
  }

  /** Pauses the wish at a limit, and says until when. */
  async #isWithinLimits(tx: Tx, wish: AutoTopUp): Promise<boolean> {
    const { clock, currency } = this.#options;
    const now = clock.now();
    const used = await tx.payments.sumAutomatic(wish.userId, monthStart(now));
    const room = await roomOfNewRenter(tx, wish.userId, { clock, amount: wish.amount });
    const monthly = used + wish.amount > wish.monthlyLimit ? nextMonthStart(now) : null;
    const until = monthly ?? room?.from ?? null;
    if (until === null) return true;
    await tx.autoTopUps.pause(wish.userId, until);
    const limit = formatMicros(wish.monthlyLimit, currency);
    const reason =
      monthly === null ? 'a new account has a limit of 7 days' : `the monthly limit of ${limit} is reached`;
    tx.events.add({
      audience: wish.userId,
      kind: 'auto_top_up_stopped',
      subject: 'user',
      subjectId: wish.userId,
      text: `Automatic top-up rests until ${toIso(until)}: ${reason}.`,
    });
    return false;
  }

  async #view(reads: Pick<Reads, 'payments'>, wish: AutoTopUp): Promise<AutoTopUpView> {
    const { clock, currency } = this.#options;
    return {
      ...wish,
      currency,
      usedThisMonth: await reads.payments.sumAutomatic(wish.userId, monthStart(clock.now())),
    };
  }
}

/** One with an answer, or too old to be sent again, is only waited for. */
async function carryOn(
  tx: Tx,
  payment: Payment,
  now: Payment['createdAt'],
): Promise<{ readonly payment: Payment; readonly card: Card } | null> {
  if (payment.processorReference !== null || now - payment.createdAt >= CHARGE_RESUME_MS) return null;
  const card = payment.cardId === null ? null : await tx.cards.findById(payment.cardId);
  return card === null ? null : { payment, card };
}

/** @throws DomainError not_found */
function assertChargeable(card: Card, processor: PaymentProcessor): void {
  if (card.removedAt === null && card.processor === processor.name) return;
  throw new DomainError('not_found', 'This card was removed.', { field: 'cardId', remedy: 'Choose another card.' });
}
