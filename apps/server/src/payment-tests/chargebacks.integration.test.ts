import { DAY_MS, HOUR_MS } from '@rsm/domain/common/instant';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SeededListing, SeededRenter } from '../testing/seeder.ts';
import { UNIT, units, usePaymentsProduct, type CardHolder } from '../testing/use-payments-product.ts';

const bench = usePaymentsProduct();
const runDue = async () => bench().product.jobs.runDue();
let offered: SeededListing;

beforeAll(async () => {
  // An hour costs 3.60.
  offered = await bench().product.seed.listing();
});

/** Somebody who paid 50.00 and set 36.00 of it aside for a booking that begins far ahead; its listing is not used otherwise. */
async function spender(): Promise<CardHolder & { readonly renter: SeededRenter; readonly paymentId: string }> {
  const { seed } = bench().product;
  const holder = await bench().cardHolder();
  const { id: paymentId } = await bench().topUp(holder, units(50));
  const renter = { actor: holder.actor, sshKeyId: await seed.sshKey(holder.actor) };
  await seed.book(renter, offered.listing, { start: nextStart(), durationMs: 10 * HOUR_MS });
  expect(await bench().walletOf(holder)).toBe(14n * UNIT);
  return { ...holder, renter, paymentId };
}

let daysAhead = 1;
function nextStart() {
  const { clock } = bench().product;
  daysAhead += 1;
  return (Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + daysAhead * DAY_MS) as ReturnType<typeof clock.now>;
}

describe('a chargeback', () => {
  it('takes the money out of the wallet when it is there', async () => {
    const holder = await bench().cardHolder();
    const payment = await bench().topUp(holder, units(50));
    bench().processor.chargeBack(payment.id);
    await bench().deliverNews();
    expect(await bench().walletOf(holder)).toBe(0n);
    expect(await bench().owedBy(holder)).toBe(0n);
    expect((await bench().listOf(holder))[0]).toMatchObject({
      kind: 'chargeback',
      status: 'pending',
      originalPaymentId: payment.id,
      amount: 50n * UNIT,
      borne: 50n * UNIT,
    });
    expect(await bench().eventsOf(holder, 'chargeback_changed')).toEqual([
      'Your bank took a payment of 50.00 EUR back.',
    ]);
  });

  it('of money that was spent leaves a debt, which keeps its renter from booking, extending and refunds', async () => {
    const { seed, services } = bench().product;
    const holder = await spender();
    bench().processor.chargeBack(holder.paymentId);
    await bench().deliverNews();
    expect(await bench().walletOf(holder)).toBe(0n);
    expect(await bench().owedBy(holder)).toBe(36n * UNIT);
    await seed.credit((await bench().cardHolder()).actor, UNIT);
    const restricted = { code: 'account_restricted' };
    await expect(seed.book(holder.renter, offered.listing, { start: nextStart() })).rejects.toMatchObject(restricted);
    await expect(bench().refund(holder, units(5))).rejects.toMatchObject(restricted);
    const [booking] = (
      await services.bookings.list(holder.actor, { as: 'renter', machineId: null, limit: 1, cursor: null })
    ).items;
    if (booking === undefined) throw new Error('There is a booking.');
    const newEnd = (booking.end + HOUR_MS) as typeof booking.end;
    const extension = { idempotencyKey: seed.key('extend'), id: booking.id, newEnd, acceptedAdditional: null };
    await expect(services.bookings.extend(holder.actor, extension)).rejects.toMatchObject(restricted);
  });

  it('is paid back by top-ups first, and then everything is possible again', async () => {
    const { seed } = bench().product;
    const holder = await spender();
    bench().processor.chargeBack(holder.paymentId);
    await bench().deliverNews();
    await bench().topUp(holder, units(20));
    expect([await bench().walletOf(holder), await bench().owedBy(holder)]).toEqual([0n, 16n * UNIT]);
    expect(await bench().payments.wallet(holder.actor)).toMatchObject({ available: 0n, owed: 16n * UNIT });
    await bench().topUp(holder, units(20));
    expect([await bench().walletOf(holder), await bench().owedBy(holder)]).toEqual([4n * UNIT, 0n]);
    await seed.book(holder.renter, offered.listing, { start: nextStart() });
    expect(await bench().walletOf(holder)).toBe(400_000n);
  });

  it('is paid back by what an admin credits, too', async () => {
    const holder = await spender();
    bench().processor.chargeBack(holder.paymentId);
    await bench().deliverNews();
    await bench().product.seed.credit(holder.actor, 100n * UNIT);
    expect([await bench().walletOf(holder), await bench().owedBy(holder)]).toEqual([64n * UNIT, 0n]);
  });

  it('that is won later gives everything back, the debt first', async () => {
    const holder = await spender();
    const reference = bench().processor.chargeBack(holder.paymentId);
    await bench().deliverNews();
    await bench().topUp(holder, units(10));
    bench().processor.decideChargeback(reference, 'won');
    await bench().deliverNews();
    // 14.00 were in the wallet before, and 10.00 came that had repaid a part of the debt.
    expect([await bench().walletOf(holder), await bench().owedBy(holder)]).toEqual([24n * UNIT, 0n]);
    expect((await bench().listOf(holder)).find(({ kind }) => kind === 'chargeback')).toMatchObject({
      status: 'cancelled',
    });
  });

  it('that is lost is final, and the debt stays', async () => {
    const holder = await spender();
    const reference = bench().processor.chargeBack(holder.paymentId);
    await bench().deliverNews();
    bench().processor.decideChargeback(reference, 'lost');
    await bench().deliverNews();
    expect((await bench().listOf(holder))[0]).toMatchObject({
      kind: 'chargeback',
      status: 'succeeded',
      reversedAt: null,
    });
    expect(await bench().owedBy(holder)).toBe(36n * UNIT);
    // Banks change their minds, seldom.
    bench().processor.decideChargeback(reference, 'won');
    await bench().deliverNews();
    expect([await bench().walletOf(holder), await bench().owedBy(holder)]).toEqual([14n * UNIT, 0n]);
  });

  it('is the same whatever the order and number of its events', async () => {
    const holder = await spender();
    const reference = bench().processor.chargeBack(holder.paymentId);
    bench().processor.decideChargeback(reference, 'lost');
    const news = bench().news();
    await bench().deliver([...news.toReversed(), ...news]);
    await bench().deliver([bench().processor.announce({ kind: 'chargeback', reference })]);
    const chargebacks = (await bench().listOf(holder)).filter(({ kind }) => kind === 'chargeback');
    expect(chargebacks).toMatchObject([{ status: 'succeeded' }]);
    expect(await bench().owedBy(holder)).toBe(36n * UNIT);
  });

  it('that was won before we heard of it changes nothing', async () => {
    const holder = await spender();
    const reference = bench().processor.chargeBack(holder.paymentId);
    bench().processor.decideChargeback(reference, 'won');
    await bench().deliverNews();
    expect((await bench().listOf(holder)).map(({ kind }) => kind)).toEqual(['top_up']);
    expect(await bench().walletOf(holder)).toBe(14n * UNIT);
  });

  it('of a payment whose own answer was lost settles that first', async () => {
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('lost');
    await expect(bench().topUp(holder, units(50))).rejects.toMatchObject({ code: 'payment_unavailable' });
    const [payment] = await bench().listOf(holder);
    bench().news();
    bench().processor.chargeBack(payment?.id ?? '');
    await bench().deliverNews();
    expect(await bench().listOf(holder)).toMatchObject([{ kind: 'top_up', status: 'pending' }]);
    await bench().product.jobs.advance(2 * HOUR_MS, { sweepEveryMs: HOUR_MS / 4 });
    expect((await bench().listOf(holder)).map(({ kind, status }) => [kind, status])).toEqual([
      ['chargeback', 'pending'],
      ['top_up', 'succeeded'],
    ]);
    expect(await bench().walletOf(holder)).toBe(0n);
  });

  it('is decided by a later look when its event never comes', async () => {
    const holder = await spender();
    const reference = bench().processor.chargeBack(holder.paymentId);
    await bench().deliverNews();
    bench().processor.decideChargeback(reference, 'lost');
    bench().news();
    await bench().product.jobs.advance(2 * DAY_MS, { sweepEveryMs: 6 * HOUR_MS });
    expect((await bench().listOf(holder)).find(({ kind }) => kind === 'chargeback')).toMatchObject({
      status: 'succeeded',
    });
  });

  it('of a payment of which a part had gone back costs its renter the rest only', async () => {
    const holder = await bench().cardHolder();
    const payment = await bench().topUp(holder, units(50));
    await bench().refund(holder, units(30));
    await runDue();
    bench().processor.chargeBack(payment.id);
    await bench().deliverNews();
    expect((await bench().listOf(holder))[0]).toMatchObject({
      kind: 'chargeback',
      amount: 50n * UNIT,
      borne: 20n * UNIT,
    });
    expect([await bench().walletOf(holder), await bench().owedBy(holder)]).toEqual([0n, 0n]);
  });

  it('and a refund of the same money that then fails do not pay it twice', async () => {
    const holder = await bench().cardHolder();
    const payment = await bench().topUp(holder, units(50));
    bench().processor.refundScript.push('wait');
    const [refund] = await bench().refund(holder, units(30));
    await runDue();
    const reference = bench().processor.chargeBack(payment.id);
    await bench().deliverNews();
    bench().processor.decideRefund(refund?.id ?? '', 'failed');
    await bench().deliverNews();
    expect([await bench().walletOf(holder), await bench().owedBy(holder)]).toEqual([0n, 0n]);
    expect((await bench().listOf(holder)).find(({ kind }) => kind === 'chargeback')).toMatchObject({
      borne: 50n * UNIT,
    });
    bench().processor.decideChargeback(reference, 'won');
    await bench().deliverNews();
    expect(await bench().walletOf(holder)).toBe(50n * UNIT);
  });

  it('ends an automatic top-up, so that the same card is not charged again', async () => {
    const holder = await bench().cardHolder();
    const payment = await bench().topUp(holder, units(50));
    const wish = { cardId: holder.card.id, threshold: units(40), amount: units(20), monthlyLimit: units(100) };
    await bench().payments.setAutoTopUp(holder.actor, wish);
    bench().processor.chargeBack(payment.id);
    await bench().deliverNews();
    await bench().product.jobs.sweep();
    expect(await bench().walletOf(holder)).toBe(0n);
    expect(await bench().eventsOf(holder, 'auto_top_up_stopped')).toHaveLength(1);
  });

  it('of a stranger’s payment in the same account of the processor is none of ours, and is given up after days', async () => {
    const { jobs, sql } = bench().product;
    const event = bench().processor.announce({ kind: 'chargeback', reference: 'dp_unknown' });
    await bench().deliver([event]);
    await jobs.advance(HOUR_MS);
    const { rows } = await sql.query('SELECT applied_at FROM processor_events WHERE event_id = $1', [event.id]);
    expect(rows).toMatchObject([{ applied_at: expect.anything() as unknown }]);
  });
});
