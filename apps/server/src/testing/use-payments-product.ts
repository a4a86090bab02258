import { auditInvariants } from '@rsm/db';
import { useTestDatabase, type TestDatabase } from '@rsm/db/testing';
import { DAY_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { Card } from '@rsm/domain/payments/card';
import type { Payment } from '@rsm/domain/payments/payment';
import type { ProcessorEvent } from '@rsm/domain/payments/payment-processor';
import type { Actor } from '@rsm/domain/users/user';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { MemoryProcessor } from './memory-processor.ts';
import { SettableClock } from './settable-clock.ts';
import { createTestProduct, type TestProduct, type TestProductOptions } from './test-product.ts';

export const PAYMENTS_START = '2031-01-15T12:00:00Z';
/** Long enough to be no new renter any more. */
const NOT_NEW_MS = 31 * DAY_MS;

/** One currency unit, so that amounts read like prices. */
export const UNIT = 1_000_000n;
export const units = (count: number) => amountMicros(BigInt(Math.round(count * 100)) * 10_000n);

/** Somebody with a saved card. */
export interface CardHolder {
  readonly actor: Actor;
  readonly card: Card;
}

/** The product with a processor that the test directs, and short words for what the tests do and look at. */
export class PaymentsBench {
  readonly product: TestProduct;
  readonly processor: MemoryProcessor;
  readonly database: TestDatabase;
  readonly #told = { count: 0 };

  constructor(product: TestProduct, processor: MemoryProcessor, database: TestDatabase) {
    this.product = product;
    this.processor = processor;
    this.database = database;
  }

  get payments() {
    return this.product.services.payments;
  }

  /** A new account with a card, entered on the processor's page. */
  async newCardHolder(): Promise<CardHolder> {
    const actor = await this.product.seed.person('payer');
    return { actor, card: await this.addCard(actor) };
  }

  /** The same, when the account has lost the limits of a new one. */
  async cardHolder(): Promise<CardHolder> {
    const holder = await this.newCardHolder();
    await this.product.sql.query(`UPDATE users SET created_at = created_at - $1 * interval '1 ms' WHERE id = $2`, [
      NOT_NEW_MS,
      holder.actor.userId,
    ]);
    return holder;
  }

  async addCard(actor: Actor): Promise<Card> {
    const before = await this.payments.listCards(actor);
    this.processor.enterCard((await this.payments.startCardSetup(actor)).url);
    const after = await this.payments.refreshCards(actor);
    const added = after.find(({ id }) => !before.some((card) => card.id === id));
    if (added === undefined) throw new Error('The card did not arrive.');
    return added;
  }

  topUp({ actor, card }: CardHolder, amount: bigint, key = this.product.seed.key('top-up')): Promise<Payment> {
    const source: string = card.id;
    return this.payments.topUp(actor, { idempotencyKey: key, amount: amountMicros(amount), source });
  }

  refund({ actor }: CardHolder, amount: bigint, key = this.product.seed.key('refund')): Promise<readonly Payment[]> {
    return this.payments.refund(actor, { idempotencyKey: key, amount: amountMicros(amount) });
  }

  async walletOf({ actor }: Pick<CardHolder, 'actor'>): Promise<bigint> {
    return (await this.payments.wallet(actor)).available;
  }

  async owedBy({ actor }: Pick<CardHolder, 'actor'>): Promise<bigint> {
    return this.product.uow.reads.debts.owedBy(actor.userId, 'renter');
  }

  async listOf({ actor }: Pick<CardHolder, 'actor'>): Promise<readonly Payment[]> {
    return (await this.payments.list(actor, { limit: 50, cursor: null })).items;
  }

  /** Texts of somebody's inbox of a kind, oldest first. */
  async eventsOf({ actor }: Pick<CardHolder, 'actor'>, kind: string): Promise<readonly string[]> {
    const { rows } = await this.product.sql.query<{ body: string }>(
      'SELECT body FROM events WHERE audience = $1 AND kind = $2 ORDER BY seq',
      [actor.userId, kind],
    );
    return rows.map(({ body }) => body);
  }

  /** The webhook gets these events, and the worker acts on them. */
  async deliver(events: readonly Pick<ProcessorEvent, 'id'>[]): Promise<void> {
    for (const event of events) await this.receive(event);
    await this.product.jobs.runDue();
  }

  async receive(event: Pick<ProcessorEvent, 'id'>): Promise<{ readonly isNew: boolean }> {
    return this.product.processorInbox.receive({ processor: 'stripe', ...this.processor.delivery(event) });
  }

  /** What was told since the last call, or since the last look. */
  news(): readonly ProcessorEvent[] {
    const fresh = this.processor.told(this.#told.count);
    this.#told.count += fresh.length;
    return fresh;
  }

  async deliverNews(): Promise<void> {
    await this.deliver(this.news());
  }

  /** What does not add up: by the audit, by the jobs, and between the ledger and what lies at the processor. */
  async problems(): Promise<readonly string[]> {
    const results = await auditInvariants({ connection: this.product.sql });
    const clearing = -(await this.product.uow.reads.ledger.balanceOf({ kind: 'clearing' }));
    const { balance } = this.processor;
    return [
      ...results.flatMap(({ violations }) => violations),
      ...this.product.jobs.failures.map(({ error, name }) => `${name}: ${String(error)}`),
      ...(clearing === balance ? [] : [`The processor holds ${String(balance)}, the ledger says ${String(clearing)}.`]),
    ];
  }
}

/** Gives the tests of a file one such product; after each of them nothing is under way and everything must add up. */
export function usePaymentsProduct(options: Pick<TestProductOptions, 'identity'> = {}): () => PaymentsBench {
  const database = useTestDatabase();
  let bench: PaymentsBench | undefined;
  beforeAll(async () => {
    const clock = new SettableClock(PAYMENTS_START);
    const processor = new MemoryProcessor({ clock });
    const product = await createTestProduct({ ...options, database: database(), paymentProcessor: processor, clock });
    bench = new PaymentsBench(product, processor, database());
  });
  afterEach(async () => {
    expect(await bench?.problems()).toEqual([]);
  });
  afterAll(async () => {
    await bench?.product.close();
  });
  return () => {
    if (bench === undefined) throw new Error('The product exists only while tests run.');
    return bench;
  };
}
