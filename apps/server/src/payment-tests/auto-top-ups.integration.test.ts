import { DAY_MS, HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import type { AutoTopUpWish } from '@rsm/domain/payments/auto-top-up';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SeededListing } from '../testing/seeder.ts';
import { UNIT, units, usePaymentsProduct, type CardHolder } from '../testing/use-payments-product.ts';

const bench = usePaymentsProduct();
let offered: SeededListing;

beforeAll(async () => {
  // An hour costs 3.60.
  offered = await bench().product.seed.listing();
});

/** Somebody with 100.00, whose wallet is filled by 20.00 whenever it holds less than 50.00. */
async function filling(wish: Partial<AutoTopUpWish> = {}): Promise<CardHolder> {
  const holder = await bench().cardHolder();
  await bench().product.seed.credit(holder.actor, 100n * UNIT);
  const usual = { threshold: units(50), amount: units(20), monthlyLimit: units(60) };
  await bench().payments.setAutoTopUp(holder.actor, { cardId: holder.card.id, ...usual, ...wish });
  return holder;
}

/** Money leaves the wallet by a booking, two months ahead so that it does not begin meanwhile. */
let hoursAhead = 60 * 24;
async function spend({ actor }: CardHolder, hours: number): Promise<void> {
  const { clock, seed } = bench().product;
  const sshKeyId = await seed.sshKey(actor);
  const start = Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + hoursAhead * HOUR_MS;
  hoursAhead += hours + 2;
  const wish = { start: start as typeof offered.machine.createdAt, durationMs: hours * HOUR_MS };
  await seed.book({ actor, sshKeyId }, offered.listing, wish);
}

const seen = async (holder: CardHolder) => bench().payments.autoTopUp(holder.actor);
const runDue = async () => bench().product.jobs.runDue();

describe('an automatic top-up', () => {
  it('charges the card after a booking that leaves the wallet below the threshold, and not before', async () => {
    const holder = await filling();
    await spend(holder, 10);
    await runDue();
    expect(await bench().walletOf(holder)).toBe(64n * UNIT);
    await spend(holder, 5);
    await runDue();
    expect(await bench().walletOf(holder)).toBe(66n * UNIT);
    expect(await bench().listOf(holder)).toMatchObject([
      { kind: 'top_up', isAutomatic: true, cardId: holder.card.id, status: 'succeeded', amount: 20n * UNIT },
      { kind: 'manual_credit' },
    ]);
    expect(await seen(holder)).toMatchObject({ usedThisMonth: 20n * UNIT, stoppedAt: null, pausedUntil: null });
  });

  it('goes on until the threshold is reached, one charge at a time', async () => {
    const holder = await filling();
    await spend(holder, 24);
    await runDue();
    expect(await bench().walletOf(holder)).toBe(13_600_000n + 40n * UNIT);
  });

  it('begins at once when the wallet is below the threshold already', async () => {
    const holder = await bench().cardHolder();
    const wish = { cardId: holder.card.id, threshold: units(10), amount: units(20), monthlyLimit: units(100) };
    await bench().payments.setAutoTopUp(holder.actor, wish);
    await runDue();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('never passes the monthly limit, says that it rests, and goes on in the next month', async () => {
    const { clock, jobs } = bench().product;
    const holder = await filling({ threshold: units(90), monthlyLimit: units(30) });
    await spend(holder, 10);
    await runDue();
    expect(await bench().walletOf(holder)).toBe(84n * UNIT);
    await jobs.sweep();
    await jobs.sweep();
    expect(await bench().walletOf(holder)).toBe(84n * UNIT);
    const nextMonth = '2031-02-01T00:00:00.000Z';
    expect(await seen(holder)).toMatchObject({ pausedUntil: Date.parse(nextMonth), stoppedAt: null });
    expect(await bench().eventsOf(holder, 'auto_top_up_stopped')).toEqual([
      `Automatic top-up rests until ${nextMonth}: the monthly limit of 30.00 EUR is reached.`,
    ]);
    clock.set(Date.parse(nextMonth) as ReturnType<typeof clock.now>);
    await jobs.sweep();
    expect(await bench().walletOf(holder)).toBe(104n * UNIT);
    expect(await seen(holder)).toMatchObject({ usedThisMonth: 20n * UNIT });
  });

  it('happens once when many bookings are made at once', async () => {
    const holder = await filling({ threshold: units(99), amount: units(100), monthlyLimit: units(1_000) });
    await Promise.all([1, 1, 1, 1].map(async (hours) => spend(holder, hours)));
    const { workflows } = bench().product;
    const run = async () =>
      workflows['payment.auto_top_up'].run({ userId: holder.actor.userId }, { signal: new AbortController().signal });
    await Promise.all([run(), run(), run(), run(), runDue()]);
    expect(await bench().walletOf(holder)).toBe(200n * UNIT - 4n * 3_600_000n);
  });

  it('that is declined stops it and says why; set anew it goes on', async () => {
    const holder = await filling();
    bench().processor.chargeScript.push('decline');
    await spend(holder, 15);
    await runDue();
    await bench().product.jobs.sweep();
    expect(await bench().walletOf(holder)).toBe(46n * UNIT);
    expect(await seen(holder)).toMatchObject({ stoppedReason: 'The card was declined.' });
    expect(await bench().eventsOf(holder, 'auto_top_up_stopped')).toEqual([
      'Automatic top-up has stopped: The card was declined. Set it anew when you want it again.',
    ]);
    const wish = { cardId: holder.card.id, threshold: units(50), amount: units(20), monthlyLimit: units(60) };
    expect(await bench().payments.setAutoTopUp(holder.actor, wish)).toMatchObject({ stoppedAt: null });
    await runDue();
    expect(await bench().walletOf(holder)).toBe(66n * UNIT);
  });

  it('that the bank wants confirmed stops it, keeps the payment, and takes the money once it is confirmed', async () => {
    const holder = await filling();
    bench().processor.chargeScript.push('ask');
    await spend(holder, 15);
    await runDue();
    await bench().product.jobs.sweep();
    const [payment] = await bench().listOf(holder);
    expect(payment).toMatchObject({ isAutomatic: true, status: 'pending' });
    expect(payment?.actionUrl).toMatch(/^https:\/\/bank\.test\//);
    expect((await seen(holder))?.stoppedReason).toMatch(/wants you to confirm/);
    bench().processor.decide(payment?.id ?? '', 'succeeded');
    await bench().deliverNews();
    expect(await bench().walletOf(holder)).toBe(66n * UNIT);
    expect((await seen(holder))?.stoppedAt).not.toBeNull();
  });

  it('whose answer is lost is not made twice', async () => {
    const holder = await filling();
    bench().processor.chargeScript.push('lost');
    await spend(holder, 15);
    await runDue();
    await bench().product.jobs.sweep();
    expect(await bench().walletOf(holder)).toBe(46n * UNIT);
    await bench().product.jobs.advance(2 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    expect(await bench().walletOf(holder)).toBe(66n * UNIT);
  });

  it(
    'that never reached the processor is made anew, once the old one is known to have failed',
    { tags: 'deep' },
    async () => {
      const { processor, product } = bench();
      const holder = await filling();
      processor.isDown = true;
      await spend(holder, 15);
      await runDue();
      await product.jobs.advance(30 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
      expect(await bench().walletOf(holder)).toBe(46n * UNIT);
      processor.isDown = false;
      await product.jobs.advance(15 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
      expect(await bench().walletOf(holder)).toBe(66n * UNIT);
      const topUps = (await bench().listOf(holder)).filter(({ kind }) => kind === 'top_up');
      expect(topUps).toMatchObject([{ status: 'succeeded' }, { status: 'failed' }]);
      expect((await seen(holder))?.stoppedAt).toBeNull();
    },
  );

  it('whose job was lost is found by the sweep', async () => {
    const holder = await filling();
    await spend(holder, 15);
    await bench().product.sql.query(`DELETE FROM job_requests WHERE name = 'payment.auto_top_up'`);
    await bench().product.jobs.sweep();
    expect(await bench().walletOf(holder)).toBe(66n * UNIT);
  });

  it('stops when its card goes, and charges nobody whose account is suspended', async () => {
    const { seed, services } = bench().product;
    const [gone, suspended] = [await filling(), await filling()];
    await bench().payments.removeCard(gone.actor, { id: gone.card.id });
    expect(await seen(gone)).toMatchObject({ stoppedReason: 'The card that it charged was removed.' });
    await spend(gone, 15);
    await spend(suspended, 15);
    await services.users.suspend(await seed.admin(), { id: suspended.actor.userId, reason: 'Under review.' });
    await runDue();
    expect(await bench().walletOf(gone)).toBe(46n * UNIT);
    expect(await bench().walletOf(suspended)).toBe(46n * UNIT);
  });

  it('of a new renter rests at his limit of seven days', async () => {
    const holder = await bench().newCardHolder();
    await bench().topUp(holder, units(990));
    const wish = { cardId: holder.card.id, threshold: units(1_000), amount: units(20), monthlyLimit: units(100) };
    await bench().payments.setAutoTopUp(holder.actor, wish);
    await runDue();
    expect(await bench().walletOf(holder)).toBe(990n * UNIT);
    expect((await seen(holder))?.pausedUntil).toBe(bench().product.clock.now() + 7 * DAY_MS);
    await bench().payments.clearAutoTopUp(holder.actor);
  });

  it('is taken back, twice if somebody clicks twice', async () => {
    const holder = await filling();
    await bench().payments.clearAutoTopUp(holder.actor);
    await bench().payments.clearAutoTopUp(holder.actor);
    expect(await seen(holder)).toBeNull();
    await spend(holder, 15);
    await runDue();
    expect(await bench().walletOf(holder)).toBe(46n * UNIT);
  });

  it.each<[string, Partial<AutoTopUpWish>, string]>([
    ['no threshold', { threshold: units(0) }, 'threshold'],
    ['a threshold below zero', { threshold: units(-1) }, 'threshold'],
    ['a threshold above all limits', { threshold: units(10_001) }, 'threshold'],
    ['a threshold of parts of a cent', { threshold: (units(10) + 1n) as AutoTopUpWish['threshold'] }, 'threshold'],
    ['too little', { amount: units(4.99) }, 'amount'],
    ['too much', { amount: units(10_000.01) }, 'amount'],
    ['parts of a cent', { amount: (units(10) + 1n) as AutoTopUpWish['amount'] }, 'amount'],
    ['a limit below one top-up', { monthlyLimit: units(19.99) }, 'monthlyLimit'],
    ['a limit above all limits', { monthlyLimit: units(100_000.01) }, 'monthlyLimit'],
  ])('with %s is refused', async (_what, wish, field) => {
    const holder = await bench().cardHolder();
    const whole = {
      cardId: holder.card.id,
      threshold: units(10),
      amount: units(20),
      monthlyLimit: units(100),
      ...wish,
    };
    const refusal = bench().payments.setAutoTopUp(holder.actor, whole);
    await expect(refusal).rejects.toMatchObject({ code: 'invalid_amount', field });
    expect(await seen(holder)).toBeNull();
  });
});
