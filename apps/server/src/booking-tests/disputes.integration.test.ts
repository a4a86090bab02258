// @module-tag ci

import { describe, expect, it } from 'vitest';
import type { Booking } from '@rsm/domain/bookings/booking';
import { ledgerTransferIdSchema } from '@rsm/domain/common/ids';
import { DAY_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { uuidV7Source } from '../ids.ts';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';
import { HOUR_PRICE, SHARE, decide, disputedMarket, firstPage, openAs, over, wish } from './disputes.fixture.ts';

const product = useTestProduct();

/** The house's income and its losses. */
async function house(t: Market) {
  const [revenue, losses] = await Promise.all([
    t.uow.reads.ledger.balanceOf({ kind: 'platform_revenue' }),
    t.uow.reads.ledger.balanceOf({ kind: 'losses' }),
  ]);
  return { revenue, losses };
}

const refundsOf = async (t: Market, booking: Booking) =>
  (
    await t.sql.query<{ id: string }>(
      `SELECT id FROM ledger_transfers WHERE booking_id = $1 AND kind = 'dispute_refund'`,
      [booking.id],
    )
  ).rows.length;

/** As the payout room does it: what is available leaves the marketplace. */
async function payOut(t: Market): Promise<void> {
  const { available, currency } = await t.earnings();
  const userId = t.provider.userId;
  await t.uow.run((tx) =>
    tx.ledger.post({
      id: ledgerTransferIdSchema.parse(uuidV7Source.next()),
      kind: 'payout',
      idempotencyKey: t.seed.key('payout'),
      bookingId: null,
      paymentId: null,
      explanation: 'Paid out.',
      currency,
      at: t.clock.now(),
      entries: [
        { account: { kind: 'provider_available', userId }, amount: amountMicros(-available) },
        { account: { kind: 'clearing' }, amount: available },
      ],
    }),
  );
}

describe('a decided dispute', () => {
  it('gives all of the charge back: the fee from the platform, the share from the provider', async () => {
    const t = await disputedMarket(product());
    const before = await house(t);
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const decided = await decide(t, dispute.id, 'full');
    expect(decided).toMatchObject({ status: 'decided', decision: { outcome: 'full', refund: HOUR_PRICE } });
    expect(await t.spent()).toBe(0n);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n, owed: 0n });
    expect(await house(t)).toEqual({ revenue: before.revenue - 360_000n, losses: before.losses });
    expect(await t.now(t.booking)).toMatchObject({ chargedAmount: HOUR_PRICE, releasedAmount: 0n });
    await t.sound();
  });

  it('gives a part back, and a later one the rest: to the last millionth what a full refund gives', async () => {
    const t = await disputedMarket(product());
    const first = await openAs(t, t.renter.actor, t.booking);
    await decide(t, first.id, 'partial', 1_230_000n);
    expect(await t.spent()).toBe(HOUR_PRICE - 1_230_000n);
    expect(await t.earnings()).toMatchObject({ available: SHARE - 1_107_000n });

    const second = await openAs(t, t.provider, t.booking);
    const tooMuch = t.services.disputes.decide(t.admin, wish(t, second.id, 'partial', 2_380_000n));
    await expect(tooMuch).rejects.toMatchObject({
      code: 'invalid_amount',
      message: 'At most 2.37 EUR of the charge are left to give back.',
    });
    expect(await decide(t, second.id, 'full')).toMatchObject({ decision: { refund: 2_370_000n } });
    expect(await t.spent()).toBe(0n);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n, owed: 0n });
    const third = await openAs(t, t.renter.actor, t.booking);
    await expect(t.services.disputes.decide(t.admin, wish(t, third.id, 'full'))).rejects.toMatchObject({
      code: 'invalid_amount',
      message: 'Nothing of the charge is left to give back.',
    });
    await decide(t, third.id, 'none');
    expect(await refundsOf(t, t.booking)).toBe(2);
    await t.sound();
  });

  it('without a refund moves nothing', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await decide(t, dispute.id, 'none');
    expect(await t.spent()).toBe(HOUR_PRICE);
    expect(await t.earnings()).toMatchObject({ available: SHARE });
    expect(await refundsOf(t, t.booking)).toBe(0);
    await t.sound();
  });

  it('after a payout is carried by the losses account, and repaid by the next earnings', async () => {
    const t = await disputedMarket(product());
    await payOut(t);
    const before = await house(t);
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await decide(t, dispute.id, 'full');
    expect(await t.spent()).toBe(0n);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n, owed: SHARE });
    expect((await house(t)).losses).toBe(before.losses - SHARE);
    await t.sound();

    await over(t);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n, owed: 0n });
    expect((await house(t)).losses).toBe(before.losses);
    await t.sound();
  });

  it('is told to both sides, with a reason that both read, and is written to the audit log', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await t.services.disputes.respond(t.provider, { id: dispute.id, text: 'It was there all the time.' });
    await decide(t, dispute.id, 'partial', 1_000_000n);
    for (const { userId } of [t.renter.actor, t.provider]) {
      const { rows } = await t.sql.query<{ text: string }>(
        `SELECT body AS text FROM events WHERE audience = $1 AND kind = 'dispute_changed' AND subject_id = $2
         ORDER BY seq`,
        [userId, dispute.id],
      );
      expect(rows.map(({ text }) => text)).toEqual([
        'The renter opened a dispute about a booking.',
        'The provider answered the dispute about a booking.',
        'The dispute about a booking was decided: 1.00 EUR go back to the renter. The samples show it.',
      ]);
    }
    const { rows } = await t.sql.query(
      `SELECT action, reason FROM audit_log WHERE subject_id = $1 AND actor_id = $2 ORDER BY id`,
      [dispute.id, t.admin.userId],
    );
    expect(rows).toEqual([{ action: 'disputes.decide', reason: 'The samples show it.' }]);
  });
});

describe('while a dispute is open', () => {
  const careful = useTestProduct({ env: { PROVIDER_RESERVE_DAYS: '7' } });

  it('the earnings are held back, and whoever earned them sees why; withdrawn, they are his', async () => {
    const t = await openMarket(product());
    t.fake.leavesResidue = true;
    const booking = await over(t);
    const admin = await t.seed.admin();
    const dispute = await openAs(t, t.renter.actor, booking);
    await t.services.machines.release(admin, { id: t.machine.id, reason: 'Installed anew.' });
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({ status: 'completed' });
    expect(await t.earnings()).toMatchObject({ pending: SHARE, available: 0n });
    const { items } = await t.services.earnings.listHeld(t.provider, firstPage);
    expect(items).toMatchObject([{ bookingId: booking.id, holds: ['dispute'] }]);
    await t.sound();

    await t.services.disputes.withdraw(t.renter.actor, { id: dispute.id });
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: SHARE });
    await t.sound();
  });

  it('the end of the reserve makes nothing available; a decision takes its part first and frees the rest', async () => {
    const t = await disputedMarket(careful());
    expect(await t.earnings()).toMatchObject({ pending: SHARE, available: 0n });
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await t.jobs.advance(8 * DAY_MS, { stepMs: DAY_MS });
    await t.jobs.sweep();
    expect(await t.earnings()).toMatchObject({ pending: SHARE, available: 0n });
    await decide(t, dispute.id, 'partial', 1_000_000n);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: SHARE - 900_000n });
    await t.sound();
  });

  it('a decision within the reserve leaves the rest in the reserve', async () => {
    const t = await disputedMarket(careful());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await decide(t, dispute.id, 'partial', 1_000_000n);
    expect(await t.earnings()).toMatchObject({ pending: SHARE - 900_000n, available: 0n });
    await t.jobs.advance(8 * DAY_MS, { stepMs: DAY_MS });
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: SHARE - 900_000n });
    await t.sound();
  });
});

describe('money moves once', () => {
  it('when two admins decide at the same moment: the second is told that it is decided', async () => {
    const t = await disputedMarket(product());
    const other = await t.seed.admin();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const both = await Promise.allSettled([
      t.services.disputes.decide(t.admin, wish(t, dispute.id, 'full')),
      t.services.disputes.decide(other, wish(t, dispute.id, 'partial', 1_000_000n)),
      t.services.disputes.decide(other, wish(t, dispute.id, 'full')),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of both) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'wrong_state' });
    }
    expect(await refundsOf(t, t.booking)).toBe(1);
    await t.sound();
  });

  it('when a decision is sent a hundred times with one key, and all answers are equal', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const input = wish(t, dispute.id, 'partial', 1_000_000n);
    const answers = await Promise.all(Array.from({ length: 100 }, () => t.services.disputes.decide(t.admin, input)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await t.spent()).toBe(HOUR_PRICE - 1_000_000n);
    expect(await refundsOf(t, t.booking)).toBe(1);
    await expect(
      t.services.disputes.decide(t.admin, { ...input, amount: amountMicros(2_000_000n) }),
    ).rejects.toMatchObject({ code: 'idempotency_conflict', field: 'idempotencyKey' });
    await t.sound();
  });

  it('when it is withdrawn and decided at the same moment', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const both = await Promise.allSettled([
      t.services.disputes.withdraw(t.renter.actor, { id: dispute.id }),
      t.services.disputes.decide(t.admin, wish(t, dispute.id, 'full')),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [left] = both.filter((result) => result.status === 'rejected');
    expect(left?.reason).toMatchObject({ code: 'wrong_state' });
    await t.sound();
  });

  it('opened twice by a double click, it is one dispute', async () => {
    const t = await disputedMarket(product());
    const clicks = await Promise.allSettled(Array.from({ length: 5 }, () => openAs(t, t.renter.actor, t.booking)));
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const click of clicks) {
      if (click.status === 'rejected') expect(click.reason).toMatchObject({ code: 'conflict', field: 'bookingId' });
    }
    expect((await t.services.disputes.list(t.provider, { ...firstPage, bookingId: t.booking.id })).items).toHaveLength(
      1,
    );
    await t.sound();
  });
});
