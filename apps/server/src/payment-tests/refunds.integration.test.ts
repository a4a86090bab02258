import { DAY_MS, HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { describe, expect, it } from 'vitest';
import { UNIT, units, usePaymentsProduct, type CardHolder } from '../testing/use-payments-product.ts';

const bench = usePaymentsProduct();
const runDue = async () => bench().product.jobs.runDue();

/** Somebody who paid 20.00, then 30.00 with another card, a minute apart. */
async function twicePaid(): Promise<CardHolder & { readonly other: CardHolder['card'] }> {
  const holder = await bench().cardHolder();
  const other = await bench().addCard(holder.actor);
  await bench().topUp(holder, units(20));
  bench().product.clock.advance(MINUTE_MS);
  await bench().topUp({ ...holder, card: other }, units(30));
  return { ...holder, other };
}

describe('unspent money', () => {
  it('goes back to the cards it came from, the newest top-up first, and can’t be spent meanwhile', async () => {
    const holder = await twicePaid();
    expect(await bench().payments.refundQuote(holder.actor)).toMatchObject({
      amount: 50n * UNIT,
      parts: [
        { amount: 30n * UNIT, card: { id: holder.other.id } },
        { amount: 20n * UNIT, card: { id: holder.card.id } },
      ],
    });
    const refunds = await bench().refund(holder, units(35));
    expect(refunds).toMatchObject([
      { kind: 'refund', status: 'pending', amount: 30n * UNIT, cardId: holder.other.id },
      { kind: 'refund', status: 'pending', amount: 5n * UNIT, cardId: holder.card.id },
    ]);
    expect(await bench().walletOf(holder)).toBe(15n * UNIT);
    await runDue();
    for (const { id } of refunds) {
      expect(await bench().payments.get(holder.actor, { id })).toMatchObject({ status: 'succeeded' });
    }
    expect(await bench().payments.refundQuote(holder.actor)).toMatchObject({
      amount: 15n * UNIT,
      parts: [{ amount: 15n * UNIT, card: { id: holder.card.id } }],
    });
    expect(await bench().eventsOf(holder, 'refund_changed')).toEqual([
      '35.00 EUR are on their way back to your card.',
      '30.00 EUR went back to your card.',
      '5.00 EUR went back to your card.',
    ]);
  });

  it('that was never paid by card stays: what an admin credited, and what is not in the wallet', async () => {
    const { seed } = bench().product;
    const holder = await bench().cardHolder();
    await seed.credit(holder.actor, 40n * UNIT);
    expect(await bench().payments.refundQuote(holder.actor)).toMatchObject({ amount: 0n, parts: [] });
    const nothing = { code: 'invalid_amount', field: 'amount', message: 'At most 0.00 EUR can go back to your cards.' };
    await expect(bench().refund(holder, units(1))).rejects.toMatchObject(nothing);
    await bench().topUp(holder, units(20));
    await expect(bench().refund(holder, units(20.01))).rejects.toMatchObject({
      code: 'invalid_amount',
      message: 'At most 20.00 EUR can go back to your cards.',
    });
    await bench().payments.manualDebit(await seed.admin(), {
      idempotencyKey: seed.key('debit'),
      userId: holder.actor.userId,
      amount: units(55),
      reason: 'Used elsewhere.',
    });
    await expect(bench().refund(holder, units(5.01))).rejects.toMatchObject({
      message: 'At most 5.00 EUR can go back to your cards.',
    });
    await bench().refund(holder, units(5));
    await runDue();
    expect(await bench().walletOf(holder)).toBe(0n);
  });

  it.each<[string, bigint]>([
    ['nothing', 0n],
    ['less than nothing', -UNIT],
    ['parts of a cent', UNIT + 1n],
  ])('of %s is not sent', async (_what, amount) => {
    const holder = await bench().cardHolder();
    await bench().topUp(holder, units(20));
    await expect(bench().refund(holder, amount)).rejects.toMatchObject({ code: 'invalid_amount', field: 'amount' });
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('is sent once for one key, and never twice over by many keys at once', async () => {
    const holder = await twicePaid();
    const [first, second] = await Promise.all([
      bench().refund(holder, units(10), 'same-refund'),
      bench().refund(holder, units(10), 'same-refund'),
    ]);
    expect(second).toEqual(first);
    const conflict = { code: 'idempotency_conflict' };
    await expect(bench().refund(holder, units(11), 'same-refund')).rejects.toMatchObject(conflict);
    // The wallet has more than was paid by card, so that it is not the wallet that ends it.
    await bench().product.seed.credit(holder.actor, 500n * UNIT);
    const many = await Promise.allSettled(Array.from({ length: 8 }, async () => bench().refund(holder, units(15))));
    expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await runDue();
    expect(await bench().walletOf(holder)).toBe(510n * UNIT);
  });

  it('that the card does not take is in the wallet again, and can go back once more', async () => {
    const holder = await bench().cardHolder();
    await bench().topUp(holder, units(20));
    bench().processor.refundScript.push('fail');
    const [refund] = await bench().refund(holder, units(20));
    await runDue();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
    expect((await bench().listOf(holder))[0]).toMatchObject({
      id: refund?.id,
      status: 'failed',
      note: 'The card is closed.',
    });
    expect(await bench().payments.refundQuote(holder.actor)).toMatchObject({ amount: 20n * UNIT });
    await bench().refund(holder, units(20));
    await runDue();
    expect(await bench().walletOf(holder)).toBe(0n);
  });

  it('that comes back after it had arrived is in the wallet again, once', async () => {
    const holder = await bench().cardHolder();
    await bench().topUp(holder, units(20));
    const [refund] = await bench().refund(holder, units(20));
    await runDue();
    bench().news();
    bench().processor.decideRefund(refund?.id ?? '', 'failed');
    const news = bench().news();
    await bench().deliver(news);
    await bench().deliver([...news, bench().processor.announce(news[0]?.subject ?? null)]);
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
    expect((await bench().listOf(holder))[0]).toMatchObject({
      status: 'succeeded',
      reversedAt: bench().product.clock.now(),
    });
  });

  it('whose answer is lost, or whose job was, is sent to its end all the same', async () => {
    const { jobs, sql } = bench().product;
    const holder = await twicePaid();
    bench().processor.refundScript.push('lost', 'unreachable');
    await bench().refund(holder, units(35));
    await runDue();
    await jobs.advance(2 * MINUTE_MS);
    expect((await bench().listOf(holder)).map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
    await bench().refund(holder, units(5));
    await sql.query(`DELETE FROM job_requests WHERE name = 'payment.settle'`);
    await jobs.advance(20 * MINUTE_MS, { sweepEveryMs: 5 * MINUTE_MS });
    expect((await bench().listOf(holder))[0]).toMatchObject({ kind: 'refund', status: 'succeeded' });
  });

  it('that the processor takes days over is asked about until it is known', async () => {
    const holder = await bench().cardHolder();
    await bench().topUp(holder, units(20));
    bench().processor.refundScript.push('wait');
    const [refund] = await bench().refund(holder, units(20));
    await bench().product.jobs.advance(2 * DAY_MS, { sweepEveryMs: 6 * HOUR_MS });
    expect((await bench().listOf(holder))[0]).toMatchObject({ id: refund?.id, status: 'pending' });
    bench().processor.decideRefund(refund?.id ?? '', 'succeeded');
    await bench().product.jobs.advance(DAY_MS, { sweepEveryMs: 6 * HOUR_MS });
    expect((await bench().listOf(holder))[0]).toMatchObject({ id: refund?.id, status: 'succeeded' });
  });

  it('ends an automatic top-up, which would take it again', async () => {
    const holder = await bench().cardHolder();
    await bench().topUp(holder, units(20));
    const wish = { cardId: holder.card.id, threshold: units(10), amount: units(20), monthlyLimit: units(100) };
    await bench().payments.setAutoTopUp(holder.actor, wish);
    await bench().refund(holder, units(20));
    await bench().product.jobs.sweep();
    expect(await bench().walletOf(holder)).toBe(0n);
    expect(await bench().eventsOf(holder, 'auto_top_up_stopped')).toHaveLength(1);
  });
});
