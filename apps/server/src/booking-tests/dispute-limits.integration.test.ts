// @module-tag ci

import { describe, expect, it } from 'vitest';
import type { DisputeId } from '@rsm/domain/common/ids';
import { bookingIdSchema } from '@rsm/domain/common/ids';
import { DAY_MS, HOUR_MS, plusMs, toIso } from '@rsm/domain/common/instant';
import type { DisputeOutcome } from '@rsm/domain/disputes/dispute';
import { uuidV7Source } from '../ids.ts';
import { openMarket } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';
import {
  HOUR_PRICE,
  STORY,
  decide,
  disputedMarket,
  firstPage,
  openAs,
  over,
  readDispute,
  wish,
} from './disputes.fixture.ts';

const product = useTestProduct();

describe('who may do what', () => {
  it('a third person sees nothing of it', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const stranger = await t.seed.provider();
    const notFound = { code: 'not_found' };
    const { disputes } = t.services;
    await expect(openAs(t, stranger, t.booking)).rejects.toMatchObject(notFound);
    await expect(openAs(t, t.admin, t.booking)).rejects.toMatchObject(notFound);
    await expect(disputes.get(stranger, { id: dispute.id })).rejects.toMatchObject(notFound);
    await expect(disputes.respond(stranger, { id: dispute.id, text: STORY })).rejects.toMatchObject(notFound);
    await expect(disputes.withdraw(stranger, { id: dispute.id })).rejects.toMatchObject(notFound);
    expect((await disputes.list(stranger, { ...firstPage, bookingId: null })).items).toEqual([]);
  });

  it('only admins decide and see the queue, and none of them about his own booking', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    for (const actor of [t.renter.actor, t.provider]) {
      await expect(t.services.disputes.decide(actor, wish(t, dispute.id, 'full'))).rejects.toMatchObject({
        code: 'forbidden',
      });
      await expect(t.services.disputes.listOpen(actor, firstPage)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await t.services.users.makeAdmin({ email: t.renter.actor.email });
    const both = await t.seed.again(t.renter.actor);
    await expect(t.services.disputes.decide(both, wish(t, dispute.id, 'full'))).rejects.toMatchObject({
      code: 'forbidden',
      message: 'You are a side of this dispute: you cannot decide it.',
    });
    expect(await t.spent()).toBe(HOUR_PRICE);
  });

  it('only who opened it withdraws it, only the other side answers it, once, and only while it is open', async () => {
    const t = await disputedMarket(product());
    const { disputes } = t.services;
    const { id } = await openAs(t, t.provider, t.booking);
    await expect(disputes.respond(t.provider, { id, text: STORY })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(disputes.respond(t.admin, { id, text: STORY })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(disputes.withdraw(t.renter.actor, { id })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(disputes.withdraw(t.admin, { id })).rejects.toMatchObject({ code: 'forbidden' });
    await disputes.respond(t.renter.actor, { id, text: STORY });
    await expect(disputes.respond(t.renter.actor, { id, text: STORY })).rejects.toMatchObject({ code: 'wrong_state' });
    await disputes.withdraw(t.provider, { id });
    await expect(disputes.withdraw(t.provider, { id })).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(disputes.decide(t.admin, wish(t, id, 'full'))).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'This dispute is withdrawn already.',
    });
    expect((await disputes.get(t.renter.actor, { id })).dispute).toMatchObject({
      status: 'withdrawn',
      response: STORY,
      decision: null,
    });
  });

  it('the queue begins with whoever waits longest, and a page ends where the next one begins', async () => {
    const t = await disputedMarket(product());
    const opened: DisputeId[] = [(await openAs(t, t.renter.actor, t.booking)).id];
    for (let count = 0; count < 2; count += 1) opened.push((await openAs(t, t.renter.actor, await over(t))).id);
    const mine = async (cursor: string | null) => t.services.disputes.listOpen(t.admin, { limit: 100, cursor });
    const queue = (await mine(null)).items.map(({ dispute }) => dispute.id).filter((id) => opened.includes(id));
    expect(queue).toEqual(opened);
    const pages: DisputeId[] = [];
    let cursor: string | null = null;
    do {
      const page = await t.services.disputes.list(t.renter.actor, { limit: 1, cursor, bookingId: null });
      pages.push(...page.items.map(({ dispute }) => dispute.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual(opened.toReversed());
  });
});

describe('what can be disputed', () => {
  it('is no booking that runs, waits, or went back free', async () => {
    const t = await disputedMarket(product());
    const running = await t.active();
    await expect(openAs(t, t.renter.actor, running)).rejects.toMatchObject({
      code: 'wrong_state',
      field: 'bookingId',
      message: 'This booking is active: it is not over yet.',
    });
    const free = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), 2 * DAY_MS) });
    await expect(openAs(t, t.renter.actor, free)).rejects.toMatchObject({ code: 'wrong_state' });
    await t.services.bookings.cancel(t.renter.actor, free);
    await expect(openAs(t, t.renter.actor, free)).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'This booking never began and cost nothing.',
    });
    const unknown = { id: bookingIdSchema.parse(uuidV7Source.next()) };
    await expect(openAs(t, t.renter.actor, unknown)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is a cancellation that cost something', async () => {
    const t = await openMarket(product(), { policy: 'strict' });
    const admin = await t.seed.admin();
    const booking = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), 6 * HOUR_MS) });
    await t.jobs.advance(2 * HOUR_MS, { stepMs: HOUR_MS });
    await t.services.bookings.cancel(t.renter.actor, booking);
    expect(await t.spent()).toBe(HOUR_PRICE);
    const dispute = await openAs(t, t.renter.actor, booking);
    const { evidence } = await readDispute(t, admin, dispute.id);
    expect(evidence).toMatchObject({ cleanUp: null, minutes: { sumsMs: { up: 0 } }, access: { accountName: null } });
    await t.services.disputes.decide(admin, wish(t, dispute.id, 'full'));
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });

  it('is nothing after 14 days', async () => {
    const t = await disputedMarket(product());
    const { accessEndedAt } = await t.now(t.booking);
    if (accessEndedAt === null) throw new Error('Access has ended.');
    t.clock.set(plusMs(accessEndedAt, 14 * DAY_MS));
    const { id } = await openAs(t, t.renter.actor, t.booking);
    await t.services.disputes.withdraw(t.renter.actor, { id });
    t.clock.advance(1);
    await expect(openAs(t, t.renter.actor, t.booking)).rejects.toMatchObject({
      code: 'wrong_state',
      message: `A dispute about this booking could be opened until ${toIso(plusMs(accessEndedAt, 14 * DAY_MS))}.`,
    });
  });

  it('is the same booking five times at most', async () => {
    const t = await disputedMarket(product());
    for (let count = 0; count < 5; count += 1) {
      const { id } = await openAs(t, t.renter.actor, t.booking);
      await t.services.disputes.withdraw(t.renter.actor, { id });
    }
    await expect(openAs(t, t.renter.actor, t.booking)).rejects.toMatchObject({ code: 'limit_reached' });
  });
});

describe('amounts and accounts that a refund refuses', () => {
  const refused: readonly (readonly [string, DisputeOutcome, bigint | null])[] = [
    ['zero', 'partial', 0n],
    ['less than zero', 'partial', -10_000n],
    ['three decimals', 'partial', 1_001_000n],
    ['more than was charged', 'partial', 3_610_000n],
    ['a part without its amount', 'partial', null],
    ['an amount beside all of it', 'full', 10_000n],
  ];

  it('each of them names the field, and nothing has moved', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    for (const [what, outcome, amount] of refused) {
      const decided = t.services.disputes.decide(t.admin, wish(t, dispute.id, outcome, amount));
      await expect(decided, what).rejects.toMatchObject({ code: 'invalid_amount', field: 'amount' });
    }
    expect((await t.services.disputes.get(t.admin, { id: dispute.id })).dispute.status).toBe('open');
    expect(await t.spent()).toBe(HOUR_PRICE);
    await t.sound();
  });

  it('a renter whose account is closed: the admin is told, and can decide without a refund', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const { userId } = t.renter.actor;
    await t.uow.run((tx) =>
      tx.users.changeStatus(userId, { from: 'active', to: 'closed', reason: 'He asked for it.' }),
    );
    await expect(t.services.disputes.decide(t.admin, wish(t, dispute.id, 'full'))).rejects.toMatchObject({
      code: 'account_restricted',
      field: 'outcome',
    });
    expect(await decide(t, dispute.id, 'none')).toMatchObject({ status: 'decided' });
  });

  it('a suspended renter is no obstacle: the money is his', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await t.services.users.suspend(t.admin, { id: t.renter.actor.userId, reason: 'Under review.' });
    await decide(t, dispute.id, 'full');
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });
});
