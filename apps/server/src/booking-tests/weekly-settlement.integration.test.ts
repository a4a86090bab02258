// @module-tag ci

import { auditInvariants } from '@rsm/db';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import type { Booking } from '@rsm/domain/bookings/booking';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
/** For weeks in which nothing happens: a worker that looks every six hours only. */
const lateWorker = { stepMs: 6 * HOUR_MS };
const HOURLY = 360_000n;
const week = 7n * 24n * HOURLY;
const shareOf = (amount: bigint): bigint => (amount * 9n) / 10n;

/** A booking of so many days that works from now on. */
async function running(t: Market, days: number): Promise<Booking> {
  const booking = await t.active(days * DAY_MS);
  expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n });
  return booking;
}

const earningsOf = async (t: Market, booking: Booking) => {
  const { rows } = await t.sql.query<{ part: number; amount: string; taken: string; available: boolean }>(
    `SELECT part, amount_micros AS amount, taken_micros AS taken, available_at IS NOT NULL AS available FROM earnings
     WHERE booking_id = $1 ORDER BY part`,
    [booking.id],
  );
  return rows.map(({ part, amount, taken, available }) => [part, BigInt(amount), BigInt(taken), available]);
};

describe('a booking longer than a week', () => {
  it('is charged every seven days, and each week is available when the next one is charged', async () => {
    const t = await openMarket(product(), { pricePerHour: HOURLY });
    const booking = await running(t, 16);
    await t.jobs.advance(7 * DAY_MS, lateWorker);
    expect(await t.now(booking)).toMatchObject({ status: 'active', settledAmount: week, settledWeeks: 1 });
    expect(await t.earnings()).toMatchObject({ pending: shareOf(week), available: 0n });
    await t.sound();

    await t.jobs.advance(7 * DAY_MS, lateWorker);
    expect(await t.now(booking)).toMatchObject({ settledAmount: 2n * week, settledWeeks: 2 });
    expect(await t.earnings()).toMatchObject({ pending: shareOf(week), available: shareOf(week) });
    await t.sound();

    await t.jobs.advance(2 * DAY_MS + HOUR_MS, { stepMs: 10 * MINUTE_MS });
    const charged = 16n * 24n * HOURLY;
    expect(await t.now(booking)).toMatchObject({ status: 'completed', chargedAmount: charged, releasedAmount: 0n });
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: shareOf(charged) });
    expect(await t.spent()).toBe(charged);
    await t.sound();
    // Three charges of one booking, and each share made available by itself, are no effect that happened twice.
    const [oneEffect] = (await auditInvariants({ connection: t.sql })).filter(({ number }) => number === 6);
    expect(oneEffect?.violations).toEqual([]);
  });

  it('leaves a week that ends with the booking to its end', async () => {
    const t = await openMarket(product(), { pricePerHour: HOURLY });
    const booking = await running(t, 7);
    await t.jobs.advance(7 * DAY_MS + HOUR_MS, { stepMs: 30 * MINUTE_MS });
    expect(await t.now(booking)).toMatchObject({ settledWeeks: 0, chargedAmount: week });
    await t.sound();
  });

  it('gives the last 24 hours back out of the week that waits, when the provider ends it just after a week', async () => {
    const t = await openMarket(product(), { pricePerHour: HOURLY });
    const booking = await running(t, 20);
    await t.jobs.advance(14 * DAY_MS + HOUR_MS, lateWorker);
    await t.services.bookings.cancelAsProvider(t.provider, { id: booking.id, reason: 'The power fails.' });
    await t.jobs.advance(HOUR_MS, { stepMs: 10 * MINUTE_MS });
    const charged = 13n * 24n * HOURLY + HOURLY;
    expect(await t.now(booking)).toMatchObject({ endReason: 'provider', chargedAmount: charged });
    expect(await t.spent()).toBe(charged);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: shareOf(charged) });
    expect(await earningsOf(t, booking)).toEqual([
      [0, shareOf(week), 0n, true],
      [1, shareOf(week), shareOf(23n * HOURLY), true],
    ]);
    await t.sound();
  });

  it('is charged once per week, however often and late the job comes', async () => {
    const t = await openMarket(product(), { pricePerHour: HOURLY });
    const booking = await running(t, 30);
    t.clock.advance(21 * DAY_MS);
    const settle = t.workflows['booking.settle_week'];
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 10 }, () => settle.run({ bookingId: booking.id }, { signal })));
    await settle.run({ bookingId: booking.id }, { signal });
    expect(await t.now(booking)).toMatchObject({ settledAmount: 3n * week, settledWeeks: 3 });
    expect(await earningsOf(t, booking)).toEqual([
      [0, shareOf(week), 0n, true],
      [1, shareOf(week), 0n, true],
      [2, shareOf(week), 0n, false],
    ]);
    await t.sound();
  });

  it('is found by the sweep when the job of a week was lost', async () => {
    const t = await openMarket(product(), { pricePerHour: HOURLY });
    const booking = await running(t, 30);
    await t.sql.query(`DELETE FROM job_requests WHERE name = 'booking.settle_week'`);
    t.clock.advance(8 * DAY_MS);
    await t.jobs.sweep();
    expect(await t.now(booking)).toMatchObject({ settledWeeks: 1 });
    await t.sound();
  });
});

describe('the earnings of a new provider', () => {
  const careful = useTestProduct({ env: { PROVIDER_RESERVE_DAYS: '7' } });

  it('wait seven days longer in his first thirty, and he sees why and until when', async () => {
    const t = await openMarket(careful(), { pricePerHour: HOURLY });
    const booking = await t.active();
    await t.jobs.advance(2 * HOUR_MS, { stepMs: MINUTE_MS });
    expect(await t.now(booking)).toMatchObject({ status: 'completed' });
    expect(await t.earnings()).toMatchObject({ pending: shareOf(HOURLY), available: 0n });
    const { items } = await t.services.earnings.listHeld(t.provider, { limit: 10, cursor: null });
    expect(items).toMatchObject([{ bookingId: booking.id, amount: shareOf(HOURLY), holds: ['reserve'] }]);
    const until = items[0]?.reservedUntil ?? null;
    if (until === null) throw new Error('The earning names its end.');

    t.clock.set(plusMs(until, -1));
    await t.jobs.sweep();
    expect(await t.earnings()).toMatchObject({ available: 0n });
    t.clock.set(until);
    await t.jobs.sweep();
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: shareOf(HOURLY) });
    expect((await t.services.earnings.listHeld(t.provider, { limit: 10, cursor: null })).items).toEqual([]);
    await t.sound();
  });

  it('are his with the clean-up once he is thirty days old', async () => {
    const t = await openMarket(careful(), { pricePerHour: HOURLY });
    t.clock.advance(31 * DAY_MS);
    await t.jobs.sweep();
    await t.active();
    await t.jobs.advance(2 * HOUR_MS, { stepMs: MINUTE_MS });
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: shareOf(HOURLY) });
    await t.sound();
  });

  it('are shown to him alone', async () => {
    const t = await openMarket(careful(), { pricePerHour: HOURLY });
    const other = await t.seed.provider();
    expect((await t.services.earnings.listHeld(other, { limit: 10, cursor: null })).items).toEqual([]);
    await expect(t.services.earnings.listHeld(t.renter.actor, { limit: 10, cursor: null })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
