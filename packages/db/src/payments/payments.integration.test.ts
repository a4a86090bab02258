import { cardIdSchema, newId, paymentIdSchema } from '@rsm/domain/common/ids';
import { HOUR_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import type { Card } from '@rsm/domain/payments/card';
import { newPayment, type Payment } from '@rsm/domain/payments/payment';
import type { StoredProcessorEvent } from '@rsm/domain/payments/processor-event';
import type { User } from '@rsm/domain/users/user';
import { describe, expect, test } from 'vitest';

import { makeUser, testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

const fixture = useUnitOfWork();
const EUR = currencySchema.parse('EUR');

async function person(): Promise<User> {
  const { uow, clock } = fixture();
  const user = makeUser(clock.now());
  return uow.run((tx) => tx.users.insertOrFind(user));
}

function paymentOf(user: User, overrides: Partial<Payment> = {}): Payment {
  const { clock } = fixture();
  const id = newId(testIds, paymentIdSchema);
  const known = { kind: 'top_up', status: 'succeeded', processor: 'stripe', processorReference: `ch_${id}` } as const;
  const at = clock.now();
  const amount = amountMicros(50n);
  const of = { id, userId: user.id, createdBy: user.id, createdAt: at, currency: EUR, amount, settledAt: at };
  return newPayment({ ...of, ...known, ...overrides });
}

function cardOf(user: User, overrides: Partial<Card> = {}): Card {
  const id = newId(testIds, cardIdSchema);
  const face = { brand: 'visa', lastFour: '4242', expiryMonth: 1, expiryYear: 2040 };
  const rest = { isDefault: false, createdAt: fixture().clock.now(), removedAt: null };
  return { id, userId: user.id, processor: 'stripe', reference: `pm_${id}`, ...face, ...rest, ...overrides };
}

describe('PgPaymentRepository', () => {
  test('knows what of a top-up can still go back: refunds and chargebacks count while they stand', async () => {
    const { uow } = fixture();
    const user = await person();
    const topUp = paymentOf(user);
    const back = (kind: 'refund' | 'chargeback', amount: bigint, more: Partial<Payment> = {}) =>
      paymentOf(user, { kind, amount: amountMicros(amount), originalPaymentId: topUp.id, ...more });
    const pending = { status: 'pending', settledAt: null, nextCheckAt: topUp.createdAt } as const;
    await uow.run(async (tx) => {
      await tx.payments.insert(topUp);
      await tx.payments.insert(back('refund', 5n));
      await tx.payments.insert(back('refund', 7n, pending));
      await tx.payments.insert(back('refund', 9n, { status: 'failed' }));
      await tx.payments.insert(back('refund', 11n, { reversedAt: topUp.createdAt }));
      await tx.payments.insert(back('chargeback', 20n, { ...pending, borne: amountMicros(13n) }));
      await tx.payments.insert(back('chargeback', 20n, { status: 'cancelled', borne: amountMicros(20n) }));
    });
    expect(await uow.reads.payments.returnedOf(topUp.id)).toBe(25n);
    expect(await uow.reads.payments.listRefundable(user.id, 'stripe', 10)).toEqual([
      { payment: topUp, refundable: 25n },
    ]);
    expect(await uow.reads.payments.listRefundable(user.id, 'test', 10)).toEqual([]);
    expect(await uow.reads.payments.listChargebacks(topUp.id)).toMatchObject([{ amount: 20n, borne: 13n }]);
  });

  test('finds by a processor’s reference the payment that counts, and admits one only', async () => {
    const { uow } = fixture();
    const user = await person();
    const given = paymentOf(user, { status: 'cancelled', processorReference: 'ch_late' });
    const good = paymentOf(user, { processorReference: 'ch_late', originalPaymentId: given.id });
    await uow.run((tx) => tx.payments.insert(given));
    expect(await uow.reads.payments.findByReference('stripe', 'ch_late')).toMatchObject({ id: given.id });
    await uow.run((tx) => tx.payments.insert(good));
    expect(await uow.reads.payments.findByReference('stripe', 'ch_late')).toMatchObject({ id: good.id });
    expect(await uow.reads.payments.findReplacement(given.id)).toMatchObject({ id: good.id });
    const twice = uow.run((tx) => tx.payments.insert(paymentOf(user, { processorReference: 'ch_late' })));
    await expect(twice).rejects.toMatchObject({ code: 'conflict' });
  });

  test('notes what is known of a payment only while it is pending, and reverses once', async () => {
    const { uow, clock } = fixture();
    const payment = paymentOf(await person());
    await uow.run((tx) => tx.payments.insert(payment));
    const known = { processorReference: 'ch_9', actionUrl: null, nextCheckAt: clock.now() };
    const late = uow.run((tx) => tx.payments.notePending(payment.id, known));
    await expect(late).rejects.toMatchObject({ code: 'wrong_state' });
    const refund = paymentOf(await person(), { kind: 'refund', originalPaymentId: payment.id });
    await uow.run((tx) => tx.payments.insert(refund));
    expect(await uow.run((tx) => tx.payments.markReversed(refund.id, clock.now()))).toBe(true);
    expect(await uow.run((tx) => tx.payments.markReversed(refund.id, clock.now()))).toBe(false);
  });

  test('the database itself admits one automatic top-up at a time', async () => {
    const { uow } = fixture();
    const user = await person();
    const pending = { status: 'pending', settledAt: null, isAutomatic: true } as const;
    await uow.run((tx) => tx.payments.insert(paymentOf(user, pending)));
    const second = uow.run((tx) => tx.payments.insert(paymentOf(user, pending)));
    await expect(second).rejects.toMatchObject({ constraint: 'payments_one_automatic_key' });
  });
});

describe('PgCardRepository', () => {
  test('keeps one customer of a person, however many are inserted at the same moment', async () => {
    const { uow, clock } = fixture();
    // Only one of many meetings falls into the moment between two indexes.
    for (let round = 0; round < 20; round += 1) {
      const { id: userId } = await person();
      const customer = {
        userId,
        processor: 'stripe',
        reference: `cus_${userId}`,
        cardsVersion: 0,
        createdAt: clock.now(),
      } as const;
      const insert = async () => uow.run((tx) => tx.cards.insertOrFindCustomer(customer));
      expect(await Promise.all(Array.from({ length: 10 }, insert))).toEqual(Array.from({ length: 10 }, () => customer));
    }
  });

  test('gives nobody the customer of somebody else', async () => {
    const { uow, clock } = fixture();
    const [owner, stranger] = [await person(), await person()];
    const insert = async (user: User) =>
      uow.run((tx) =>
        tx.cards.insertOrFindCustomer({
          userId: user.id,
          processor: 'stripe',
          reference: `cus_${owner.id}`,
          cardsVersion: 0,
          createdAt: clock.now(),
        }),
      );
    await insert(owner);
    await expect(insert(stranger)).rejects.toThrow('belongs to somebody else');
    expect(await uow.reads.cards.findCustomer(stranger.id, 'stripe')).toBeNull();
  });

  test('keeps one default, and brings back a card that is in the vault again', async () => {
    const { uow, clock } = fixture();
    const user = await person();
    const [first, second] = [cardOf(user), cardOf(user, { createdAt: plusMs(clock.now(), 1) })];
    await uow.run(async (tx) => {
      await tx.cards.insert(first);
      await tx.cards.insert(second);
      await tx.cards.setDefault(user.id, first.id);
      await tx.cards.setDefault(user.id, second.id);
    });
    const listed = () => uow.reads.cards.listByUser(user.id, 'stripe');
    expect((await listed()).map(({ isDefault }) => isDefault)).toEqual([false, true]);
    expect(await uow.run((tx) => tx.cards.markRemoved(second.id, clock.now()))).toBe(true);
    expect(await uow.run((tx) => tx.cards.markRemoved(second.id, clock.now()))).toBe(false);
    expect(await listed()).toHaveLength(1);
    expect(await uow.reads.cards.findById(second.id)).toMatchObject({ isDefault: false, removedAt: clock.now() });
    await uow.run((tx) => tx.cards.insert({ ...second, id: newId(testIds, cardIdSchema), expiryYear: 2050 }));
    expect(await listed()).toMatchObject([{ id: first.id }, { id: second.id, expiryYear: 2050 }]);
  });
});

describe('PgProcessorEventRepository', () => {
  const eventOf = (eventId: string): StoredProcessorEvent => {
    const at = fixture().clock.now();
    const subject = { kind: 'cards', customer: 'cus_1' } as const;
    const state = { appliedAt: null, attempts: 0, nextAttemptAt: at };
    return { processor: 'stripe', eventId, type: 'x', subject, at, receivedAt: at, ...state };
  };

  test('of twenty deliveries at once one is new', async () => {
    const { uow } = fixture();
    const event = eventOf('evt_once');
    const results = await Promise.all(
      Array.from({ length: 20 }, () => uow.run((tx) => tx.processorEvents.insert(event))),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await uow.reads.processorEvents.find('stripe', 'evt_once')).toEqual(event);
  });

  test('an event is due until it was applied, and later after each try', async () => {
    const { uow, clock } = fixture();
    await uow.run((tx) => tx.processorEvents.insert(eventOf('evt_due')));
    const isDue = async (at = clock.now()) =>
      (await uow.reads.processorEvents.listDue(at, 100)).some(({ eventId }) => eventId === 'evt_due');
    expect(await isDue()).toBe(true);
    const later = plusMs(clock.now(), HOUR_MS);
    await uow.run((tx) => tx.processorEvents.defer('stripe', 'evt_due', later));
    expect([await isDue(), await isDue(later)]).toEqual([false, true]);
    expect(await uow.run((tx) => tx.processorEvents.markApplied('stripe', 'evt_due', clock.now()))).toBe(true);
    expect(await uow.run((tx) => tx.processorEvents.markApplied('stripe', 'evt_due', clock.now()))).toBe(false);
    expect(await isDue(later)).toBe(false);
  });

  test('the mark of what was listed never goes back', async () => {
    const { uow, clock } = fixture();
    const [first, second] = [clock.now(), plusMs(clock.now(), HOUR_MS)];
    expect(await uow.reads.processorEvents.listedUntil('test')).toBeNull();
    for (const until of [second, first]) {
      await uow.run((tx) => tx.processorEvents.setListedUntil('test', until));
    }
    expect(await uow.reads.processorEvents.listedUntil('test')).toBe(second);
  });
});
