import type { Payment } from '@rsm/domain/payments/payment';
import { amountMicros } from '@rsm/domain/common/money';
import { accountOf } from './bank.ts';
import type { CardRenter, MoneyCast } from './money-cast.ts';
import type { MoneyCommand } from './money-commands.ts';
import type { KeyedCall, MoneyModel } from './money-model.ts';
import type { MoneyStage } from './money-stage.ts';
import { pick } from './pick.ts';

const CENT = 10_000n;

type Command<Kind extends MoneyCommand['kind']> = Extract<MoneyCommand, { readonly kind: Kind }>;

/** What renters, an admin and the bank do about payments. */
export class PaymentActions {
  readonly #stage: MoneyStage;
  readonly #cast: MoneyCast;
  readonly #model: MoneyModel;

  constructor(stage: MoneyStage, cast: MoneyCast, model: MoneyModel) {
    this.#stage = stage;
    this.#cast = cast;
    this.#model = model;
  }

  async topUp(command: Command<'top_up'>): Promise<void> {
    const { actor, cardId } = this.#renter(command.renter);
    const { payments } = this.#stage.product.services;
    const call = async (cents: number) => {
      const wish = { idempotencyKey: key, amount: centsOf(cents), source: cardId };
      return [idOf(await payments.topUp(actor, wish))];
    };
    const key = this.#key('top-up');
    this.#stage.bank.charges.scripts.splice(0, Infinity, command.script);
    this.#model.hasAskedTheBank = true;
    await this.keyed(
      'top_up',
      key,
      async () => call(command.cents),
      async () => call(command.cents + 100),
    );
  }

  async refund(command: Command<'refund'>): Promise<void> {
    const { actor } = this.#renter(command.renter);
    const { payments } = this.#stage.product.services;
    const key = this.#key('refund');
    const call = async (amount: bigint) =>
      (await payments.refund(actor, { idempotencyKey: key, amount: amountMicros(amount) })).map(idOf);
    // Often all that there is: that is where a limit would be missed.
    const quote = await payments.refundQuote(actor);
    const amount = command.cents % 3 === 0 ? quote.amount : centsOf(command.cents);
    this.#stage.bank.refunds.scripts.splice(0, Infinity, command.script);
    await this.keyed(
      'refund',
      key,
      async () => call(amount),
      async () => call(amount + CENT),
    );
  }

  async manual(command: Command<'manual'>): Promise<void> {
    const { userId } = this.#renter(command.renter).actor;
    const { payments } = this.#stage.product.services;
    const key = this.#key('manual');
    const call = async (cents: number) => {
      const order = { idempotencyKey: key, userId, amount: centsOf(cents), reason: 'The bank statement says so.' };
      const method = command.direction === 'credit' ? 'manualCredit' : 'manualDebit';
      return [idOf(await payments[method](this.#cast.admin, order))];
    };
    await this.keyed(
      'manual',
      key,
      async () => call(command.cents),
      async () => call(command.cents + 1),
    );
  }

  async payout(command: Command<'payout'>): Promise<void> {
    const { provider } = pick(this.#cast.machines, command.provider);
    const { payouts } = this.#stage.product.services;
    const idempotencyKey = this.#key('payout');
    this.#stage.bank.payouts.scripts.splice(0, Infinity, command.script);
    const again = async () => [idOf(await payouts.request(provider, { idempotencyKey }))];
    await this.keyed('payout', idempotencyKey, again, null);
  }

  async limitSpending(command: Command<'spending_limit'>): Promise<void> {
    const { actor } = this.#renter(command.renter);
    const { spending } = this.#stage.product.services;
    if (command.cents === null) {
      await spending.clearLimit(actor);
      this.#model.limits.delete(actor.userId);
      return;
    }
    const limit = centsOf(command.cents);
    await spending.setLimit(actor, { limit });
    this.#model.limits.set(actor.userId, limit);
  }

  async payoutAccount(command: Command<'payout_account'>): Promise<void> {
    const { provider } = pick(this.#cast.machines, command.provider);
    this.#stage.bank.setAccountOpen(accountOf(provider.userId), command.isOpen);
    await this.#stage.product.services.payouts.refreshAccount(provider);
  }

  async autoTopUp(command: Command<'auto_top_up'>): Promise<void> {
    const { actor, cardId } = this.#renter(command.renter);
    const amount = centsOf(command.cents);
    this.#stage.bank.charges.scripts.splice(0, Infinity, command.script);
    this.#model.hasAskedTheBank = true;
    await this.#stage.product.services.payments.setAutoTopUp(actor, {
      cardId,
      amount,
      threshold: amount,
      monthlyLimit: amountMicros(amount * 3n),
    });
  }

  async clearAutoTopUp(command: Command<'clear_auto_top_up'>): Promise<void> {
    await this.#stage.product.services.payments.clearAutoTopUp(this.#renter(command.renter).actor);
  }

  /** Everybody whom a history leaves behind stops charging his card by himself. */
  async clearAll(): Promise<void> {
    for (const [renter] of this.#cast.renters.entries())
      await this.clearAutoTopUp({ kind: 'clear_auto_top_up', renter });
  }

  /** Makes a call and remembers it, with what it was answered. */
  async keyed(
    operation: KeyedCall['operation'],
    key: string,
    again: KeyedCall['again'],
    other: KeyedCall['other'],
  ): Promise<void> {
    const call: KeyedCall = { operation, key, again, other, answer: null };
    this.#model.calls.push(call);
    call.answer = await again();
  }

  async deliver(command: Command<'deliver'>): Promise<void> {
    const { bank } = this.#stage;
    if (bank.events.length === 0) return;
    const event = pick(bank.events, command.event);
    await this.#receive(event, command);
  }

  async deliverAll(command: Command<'deliver_all'>): Promise<void> {
    const { bank } = this.#stage;
    const events = command.order === 'newest_first' ? bank.events.toReversed() : [...bank.events];
    for (const event of events) await this.#receive(event, { sender: 'bank', times: 1 });
  }

  async #receive(
    event: MoneyStage['bank']['events'][number],
    how: { readonly sender: 'bank' | 'forger'; readonly times: number },
  ): Promise<void> {
    const { bank, product } = this.#stage;
    const delivery = { processor: 'stripe', ...bank.deliveryOf(event, how.sender) };
    const deliveries = Array.from({ length: how.times }, async () => product.processorInbox.receive(delivery));
    const outcomes = await Promise.allSettled(deliveries);
    const accepted = outcomes.filter(({ status }) => status === 'fulfilled');
    if (how.sender === 'forger' && accepted.length > 0) throw new Error('A forged webhook was taken for the bank.');
    if (how.sender === 'bank' && accepted.length < how.times) throw new Error('A webhook of the bank was refused.');
  }

  #renter(index: number): CardRenter {
    return pick(this.#cast.renters, index);
  }

  #key(what: string): string {
    return this.#stage.product.seed.key(what);
  }
}

function centsOf(cents: number) {
  return amountMicros(BigInt(cents) * CENT);
}

function idOf({ id }: Pick<Payment, 'id'>): string {
  return id;
}
