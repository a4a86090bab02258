import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs, toIso } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { describe, expect, inject, it } from 'vitest';
import { Client } from 'pg';
import { UNIT, units, usePaymentsProduct } from '../testing/use-payments-product.ts';

const bench = usePaymentsProduct();

describe('a top-up from a saved card', () => {
  it('is in the wallet at once', async () => {
    const holder = await bench().cardHolder();
    const payment = await bench().topUp(holder, units(20));
    expect(payment).toMatchObject({ status: 'succeeded', cardId: holder.card.id, actionUrl: null, nextCheckAt: null });
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
    expect(await bench().payments.get(holder.actor, { id: payment.id })).toEqual(payment);
  });

  it('that the bank wants confirmed waits, says where to go, and arrives by the event', async () => {
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('ask');
    const payment = await bench().topUp(holder, units(20), 'confirm-key');
    expect(payment.status).toBe('pending');
    expect(payment.actionUrl).toMatch(/^https:\/\/bank\.test\//);
    expect(await bench().topUp(holder, units(20), 'confirm-key')).toEqual({
      ...payment,
      nextCheckAt: expect.any(Number) as number,
    });
    expect(await bench().walletOf(holder)).toBe(0n);
    bench().processor.decide(payment.id, 'succeeded');
    await bench().deliverNews();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
    expect(await bench().topUp(holder, units(20), 'confirm-key')).toMatchObject({
      id: payment.id,
      status: 'succeeded',
      actionUrl: null,
    });
  });

  it('that nobody confirms is given up after a day; if its money still comes, it is credited once', async () => {
    const { jobs } = bench().product;
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('ask');
    const payment = await bench().topUp(holder, units(20), 'never-confirmed');
    await jobs.advance(DAY_MS + 2 * HOUR_MS, { sweepEveryMs: 2 * HOUR_MS });
    const now = await bench().payments.get(holder.actor, { id: payment.id });
    expect(now).toMatchObject({ status: 'cancelled', actionUrl: null });
    expect(now.note).toMatch(/not confirmed at the bank in time/);
    await expect(bench().topUp(holder, units(20), 'never-confirmed')).rejects.toMatchObject({
      code: 'payment_declined',
    });
    bench().processor.decide(payment.id, 'succeeded');
    const late = bench().news();
    await bench().deliver(late);
    await bench().deliver([bench().processor.announce({ kind: 'charge', reference: 'ch_x', paymentId: payment.id })]);
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
    expect(await bench().listOf(holder)).toMatchObject([
      { status: 'succeeded', originalPaymentId: payment.id },
      { id: payment.id, status: 'cancelled' },
    ]);
    expect(await bench().topUp(holder, units(20), 'never-confirmed')).toMatchObject({ status: 'succeeded' });
  });

  it('that the bank does not answer waits for the event', async () => {
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('wait', 'wait');
    const [good, bad] = [await bench().topUp(holder, units(20)), await bench().topUp(holder, units(30))];
    expect([good.status, bad.status, good.actionUrl]).toEqual(['pending', 'pending', null]);
    bench().processor.decide(good.id, 'succeeded');
    bench().processor.decide(bad.id, 'declined');
    await bench().deliverNews();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
    expect(await bench().payments.get(holder.actor, { id: bad.id })).toMatchObject({
      status: 'failed',
      note: 'The card was declined.',
    });
  });

  it('that is declined leaves a failed payment and no money', async () => {
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('decline');
    await expect(bench().topUp(holder, units(20))).rejects.toMatchObject({
      code: 'payment_declined',
      field: 'source',
      message: 'The card was declined.',
    });
    expect(await bench().walletOf(holder)).toBe(0n);
  });

  it.each(['0', '-20', '4.99', '10000.01'])('of %s is refused before anything is written down', async (text) => {
    const holder = await bench().cardHolder();
    const refusal = bench().topUp(holder, BigInt(Math.round(Number(text) * 1_000_000)));
    await expect(refusal).rejects.toMatchObject({ code: 'invalid_amount', field: 'amount' });
    expect(await bench().listOf(holder)).toEqual([]);
  });

  it('of parts of a cent is refused', async () => {
    const holder = await bench().cardHolder();
    await expect(bench().topUp(holder, 20_000_001n)).rejects.toMatchObject({ code: 'invalid_amount', field: 'amount' });
  });

  it.each(['', 'pm_1', '4242424242424242', '019a0000-0000-7000-8000-00000000ffff'])(
    'from %j is refused: only saved cards are taken here',
    async (source) => {
      const { actor } = await bench().cardHolder();
      const wish = { idempotencyKey: 'no-such-card', amount: units(20), source };
      await expect(bench().payments.topUp(actor, wish)).rejects.toMatchObject({ code: 'not_found', field: 'source' });
    },
  );
});

describe('a key that is used again', () => {
  it('with another amount or another card is a conflict', async () => {
    const holder = await bench().cardHolder();
    const other = await bench().addCard(holder.actor);
    await bench().topUp(holder, units(20), 'used-twice');
    const conflict = { code: 'idempotency_conflict', field: 'idempotencyKey' };
    await expect(bench().topUp(holder, units(21), 'used-twice')).rejects.toMatchObject(conflict);
    await expect(bench().topUp({ ...holder, card: other }, units(20), 'used-twice')).rejects.toMatchObject(conflict);
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('twenty times at once charges once, and everybody gets the same answer', async () => {
    const holder = await bench().cardHolder();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => bench().topUp(holder, units(20), 'double-click')),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });
});

describe('a charge whose answer is lost', () => {
  it('after the money moved is found by the same key: nothing lost, nothing doubled', async () => {
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('lost');
    const unavailable = { code: 'payment_unavailable' };
    await expect(bench().topUp(holder, units(20), 'lost-answer')).rejects.toMatchObject(unavailable);
    expect(await bench().walletOf(holder)).toBe(0n);
    expect(await bench().topUp(holder, units(20), 'lost-answer')).toMatchObject({ status: 'succeeded' });
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('is settled by the webhook when nobody asks again', async () => {
    const holder = await bench().cardHolder();
    bench().news();
    bench().processor.chargeScript.push('lost');
    await expect(bench().topUp(holder, units(20))).rejects.toMatchObject({ code: 'payment_unavailable' });
    await bench().deliverNews();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('is settled by a later look when no webhook comes either', async () => {
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('lost');
    await expect(bench().topUp(holder, units(20))).rejects.toMatchObject({ code: 'payment_unavailable' });
    bench().processor.isDown = true;
    await bench().product.jobs.advance(30 * MINUTE_MS, { sweepEveryMs: 5 * MINUTE_MS });
    expect(await bench().walletOf(holder)).toBe(0n);
    bench().processor.isDown = false;
    await bench().product.jobs.advance(10 * MINUTE_MS, { sweepEveryMs: 5 * MINUTE_MS });
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('and of which the processor never heard has failed, and a fresh wish works', async () => {
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('unreachable');
    await expect(bench().topUp(holder, units(20), 'never-heard')).rejects.toMatchObject({
      code: 'payment_unavailable',
    });
    await bench().product.jobs.advance(20 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    expect(await bench().listOf(holder)).toMatchObject([{ status: 'failed' }]);
    await expect(bench().topUp(holder, units(20), 'never-heard')).rejects.toMatchObject({
      code: 'payment_declined',
      message: 'The payment did not reach the card processor. Nothing was taken.',
    });
    await bench().topUp(holder, units(20));
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });
});

describe('Postgres that goes away while the processor takes the money', () => {
  it('loses nothing: the same key finds the payment when it is back', async () => {
    const { database, processor } = bench();
    const holder = await bench().cardHolder();
    const superuser = new Client({ connectionString: inject('rsmTestPostgres').superuserUrl });
    await superuser.connect();
    try {
      processor.onCharge = async () => {
        await superuser.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS false`);
        await superuser.query(
          // Without the wait, one may end in the middle of what comes after.
          `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'rsm'`,
          [database.name],
        );
      };
      await expect(bench().topUp(holder, units(20), 'restarted')).rejects.toThrow(/connection|EPIPE/i);
      processor.onCharge = null;
      await superuser.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS true`);
    } finally {
      processor.onCharge = null;
      await superuser.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS true`);
      await superuser.end();
    }
    expect(await bench().walletOf(holder)).toBe(0n);
    expect(await bench().topUp(holder, units(20), 'restarted')).toMatchObject({ status: 'succeeded' });
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });
});

describe('a new renter', () => {
  it('tops up at most 1000.00 within seven days, and is told what is left and when more is possible', async () => {
    const { clock } = bench().product;
    const holder = await bench().newCardHolder();
    const firstAt = clock.now();
    await bench().topUp(holder, units(400));
    clock.advance(DAY_MS);
    await bench().topUp(holder, units(500));
    await expect(bench().topUp(holder, units(200))).rejects.toMatchObject({
      code: 'limit_reached',
      field: 'amount',
      message: "In an account's first 30 days cards bring at most 1000.00 EUR within 7 days; 100.00 EUR are left now.",
      remedy: `Top up less, or this amount from ${toIso(plusMs(firstAt, 7 * DAY_MS))} on.`,
    });
    await bench().topUp(holder, units(100));
    clock.set(plusMs(firstAt, 7 * DAY_MS));
    await bench().topUp(holder, units(400));
    await expect(bench().topUp(holder, units(5))).rejects.toMatchObject({ code: 'limit_reached' });
    clock.set(plusMs(firstAt, 30 * DAY_MS));
    await bench().topUp(holder, units(10_000));
    expect(await bench().walletOf(holder)).toBe(11_400n * UNIT);
  });

  it('can’t get past it by many top-ups at once', async () => {
    const holder = await bench().newCardHolder();
    const wishes = await Promise.allSettled(Array.from({ length: 12 }, async () => bench().topUp(holder, units(150))));
    expect(wishes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    expect(await bench().walletOf(holder)).toBe(900n * UNIT);
  });

  it('is not held by what was declined, nor by what an admin credited', async () => {
    const holder = await bench().newCardHolder();
    await bench().product.seed.credit(holder.actor, 5_000n * UNIT);
    bench().processor.chargeScript.push('decline');
    await expect(bench().topUp(holder, units(1_000))).rejects.toMatchObject({ code: 'payment_declined' });
    await bench().topUp(holder, units(1_000));
    expect(await bench().walletOf(holder)).toBe(6_000n * UNIT);
  });

  it('who wants more than the limit at once is told to wait until the account is older', async () => {
    const holder = await bench().newCardHolder();
    const from = toIso(plusMs(bench().product.clock.now(), 30 * DAY_MS));
    await expect(bench().topUp(holder, amountMicros(2_000n * UNIT))).rejects.toMatchObject({
      code: 'limit_reached',
      remedy: `Top up less, or this amount from ${from} on.`,
    });
  });
});

describe('one’s own payments', () => {
  it('are not for others', async () => {
    const [mine, his] = [await bench().cardHolder(), await bench().cardHolder()];
    const payment = await bench().topUp(his, units(20));
    const look = bench().payments.get(mine.actor, { id: payment.id });
    await expect(look).rejects.toMatchObject({ code: 'not_found' });
  });
});
