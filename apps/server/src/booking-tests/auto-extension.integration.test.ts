// @module-tag ci

import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { Booking } from '@rsm/domain/bookings/booking';
import { AUTO_EXTEND_LEAD_MS } from '@rsm/domain/bookings/booking';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const setup = async () => openMarket(product());

const RUNS = process.env['RSM_TEST_DEPTH'] === 'deep' ? 300 : 3;

/** Far above what any of these bookings costs. The seeded listing costs 3.60 an hour. */
const PLENTY = amountMicros(500_000_000n);
const HOUR_PRICE = 3_600_000n;

const wish = async (t: Market, booking: Booking, overrides: { stepMs?: number; maximum?: bigint } = {}) =>
  t.services.bookings.setAutoExtend(t.renter.actor, {
    id: booking.id,
    stepMs: overrides.stepMs ?? HOUR_MS,
    maximum: amountMicros(overrides.maximum ?? PLENTY),
  });

/** The last thing the renter was told about a booking. */
async function lastWord(t: Market, booking: Booking): Promise<{ kind: string; body: string } | undefined> {
  const { rows } = await t.sql.query<{ kind: string; body: string }>(
    'SELECT kind, body FROM events WHERE audience = $1 AND subject_id = $2 ORDER BY seq DESC LIMIT 1',
    [t.renter.actor.userId, booking.id],
  );
  return rows[0];
}

const runJob = async (t: Market, booking: Booking) =>
  t.workflows['booking.auto_extend'].run({ bookingId: booking.id }, { signal: new AbortController().signal });

describe('a booking that gets longer by itself', () => {
  it('does so ten minutes before its end, again and again, and the machine knows each new end', async () => {
    const t = await setup();
    const booking = await t.active();
    await wish(t, booking);
    await t.jobs.advance(HOUR_MS - AUTO_EXTEND_LEAD_MS - 1);
    expect((await t.now(booking)).end).toBe(booking.end);
    await t.jobs.advance(1);
    const longer = await t.now(booking);
    expect(longer).toMatchObject({ end: plusMs(booking.end, HOUR_MS), holdAmount: 2n * HOUR_PRICE });
    expect(await t.spent()).toBe(2n * HOUR_PRICE);
    expect(t.fake.admits(await t.accountOf(booking), plusMs(booking.end, MINUTE_MS))).toBe(true);
    expect(await t.eventsOf(booking)).toContain('booking_extended');
    await t.jobs.advance(2 * HOUR_MS);
    expect((await t.now(booking)).end).toBe(plusMs(booking.end, 3 * HOUR_MS));

    const cleared = await t.services.bookings.clearAutoExtend(t.renter.actor, booking);
    expect(cleared.autoExtend).toBeNull();
    await t.jobs.advance(DAY_MS / 4);
    expect(await t.now(booking)).toMatchObject({ status: 'completed', chargedAmount: 4n * HOUR_PRICE });
    await t.sound();
  });

  it('can be wished before the start', async () => {
    const t = await setup();
    const booking = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), HOUR_MS) });
    await wish(t, booking);
    await t.jobs.advance(2 * HOUR_MS - AUTO_EXTEND_LEAD_MS);
    expect((await t.now(booking)).end).toBe(plusMs(booking.end, HOUR_MS));
    await t.sound();
  });

  it('is extended once however often the worker comes by, at once or twice', async () => {
    const t = await setup();
    const booking = await t.active();
    await wish(t, booking);
    t.clock.set(plusMs(booking.end, -MINUTE_MS));
    await Promise.all(Array.from({ length: 8 }, async () => runJob(t, booking)));
    await runJob(t, booking);
    expect(await t.now(booking)).toMatchObject({ end: plusMs(booking.end, HOUR_MS), holdAmount: 2n * HOUR_PRICE });
    expect(await t.spent()).toBe(2n * HOUR_PRICE);
    await t.sound();
  });

  it('is found by the sweep when its job was lost', async () => {
    const t = await setup();
    const booking = await t.active();
    await wish(t, booking);
    await t.sql.query("DELETE FROM job_requests WHERE name = 'booking.auto_extend'");
    t.clock.set(plusMs(booking.end, -MINUTE_MS));
    await t.jobs.sweep();
    expect((await t.now(booking)).end).toBe(plusMs(booking.end, HOUR_MS));
    await t.sound();
  });

  it('still gets longer after its renter extended it by hand', async () => {
    const t = await setup();
    const booking = await t.active();
    await wish(t, booking);
    const newEnd = plusMs(booking.end, HOUR_MS);
    const extension = { idempotencyKey: t.seed.key('extend'), id: booking.id, newEnd, acceptedAdditional: null };
    await t.services.bookings.extend(t.renter.actor, extension);
    await t.jobs.advance(HOUR_MS);
    expect((await t.now(booking)).end).toBe(newEnd);
    await t.jobs.advance(HOUR_MS);
    expect((await t.now(booking)).end).toBe(plusMs(newEnd, HOUR_MS));
    await t.sound();
  });
});

describe('it stops and says why', () => {
  it('when the time after it is taken', async () => {
    const t = await setup();
    const booking = await t.active();
    await wish(t, booking);
    const other = await t.seed.renter();
    await t.seed.book(other, t.listing, { start: plusMs(booking.end, 45 * MINUTE_MS) });
    await t.jobs.advance(HOUR_MS - AUTO_EXTEND_LEAD_MS);
    expect(await t.now(booking)).toMatchObject({ end: booking.end, autoExtend: null, status: 'active' });
    const told = await lastWord(t, booking);
    expect(told?.kind).toBe('booking_auto_extend_stopped');
    expect(told?.body).toMatch(/^Automatic extension has stopped: .*taken/i);
    expect(await t.spent()).toBe(HOUR_PRICE);
    await t.sound();
  });

  it('when the wallet does not cover it', async () => {
    const t = await setup();
    const poor = await t.seed.renter({ wallet: 5_000_000n });
    const booking = await t.seed.book(poor, t.listing);
    await t.jobs.runDue();
    await t.services.bookings.setAutoExtend(poor.actor, { id: booking.id, stepMs: HOUR_MS, maximum: PLENTY });
    await t.jobs.advance(HOUR_MS - AUTO_EXTEND_LEAD_MS);
    const now = (await t.services.bookings.get(poor.actor, booking)).booking;
    expect(now).toMatchObject({ end: booking.end, autoExtend: null, holdAmount: HOUR_PRICE });
    const { rows } = await t.sql.query('SELECT body FROM events WHERE audience = $1 AND kind = $2', [
      poor.actor.userId,
      'booking_auto_extend_stopped',
    ]);
    expect(rows).toEqual([{ body: expect.stringContaining('not enough money') as string }]);
    expect(await t.seed.walletOf(poor.actor)).toBe(5_000_000n - HOUR_PRICE);
    await t.sound();
  });

  it('when the next step would pass the limit, also because the price rose', async () => {
    const t = await setup();
    const booking = await t.active();
    await wish(t, booking, { maximum: 2n * HOUR_PRICE });
    const terms = { ...t.listing, pricePerHour: amountMicros(HOUR_PRICE + 1n) };
    await t.services.listings.update(t.provider, { id: t.listing.id, terms });
    await t.jobs.advance(HOUR_MS - AUTO_EXTEND_LEAD_MS);
    expect(await t.now(booking)).toMatchObject({ end: booking.end, autoExtend: null, holdAmount: HOUR_PRICE });
    expect((await lastWord(t, booking))?.body).toMatch(/above your limit/);
    await t.sound();
  });

  it('when the listing is paused or admits no longer booking', async () => {
    const t = await setup();
    const booking = await t.active();
    await wish(t, booking);
    await t.services.listings.pause(t.provider, t.listing);
    await t.jobs.advance(HOUR_MS - AUTO_EXTEND_LEAD_MS);
    expect(await t.now(booking)).toMatchObject({ end: booking.end, autoExtend: null });
    expect((await lastWord(t, booking))?.body).toMatch(/paused/);
    await t.sound();
  });

  it('and not when the renter has asked to end: that is what he wants', async () => {
    const t = await setup();
    const booking = await t.active();
    await wish(t, booking);
    t.clock.set(plusMs(booking.end, -MINUTE_MS));
    await t.services.bookings.endEarly(t.renter.actor, booking);
    await runJob(t, booking);
    await t.jobs.runDue();
    expect((await t.now(booking)).holdAmount).toBe(HOUR_PRICE);
    expect(await t.eventsOf(booking)).not.toContain('booking_auto_extend_stopped');
    await t.sound();
  });
});

describe('a wish that can’t be kept is refused at once, and changes nothing', () => {
  it.each<[string, { stepMs?: number; maximum?: bigint }, object]>([
    ['a limit below the first step', { maximum: 2n * HOUR_PRICE - 1n }, { code: 'invalid_amount', field: 'maximum' }],
    ['a step beyond the listing', { stepMs: 31 * DAY_MS }, { code: 'invalid_window', field: 'stepMs' }],
  ])('%s', async (_what, overrides, refusal) => {
    const t = await setup();
    const booking = await t.active();
    await expect(wish(t, booking, overrides)).rejects.toMatchObject(refusal);
    expect((await t.now(booking)).autoExtend).toBeNull();
    await t.sound();
  });

  it('one for a booking that has ended', async () => {
    const t = await setup();
    const booking = await t.active();
    await t.jobs.advance(2 * HOUR_MS);
    await expect(wish(t, booking)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('one for somebody else’s booking, also by its provider', async () => {
    const t = await setup();
    const booking = await t.active();
    const input = { id: booking.id, stepMs: HOUR_MS, maximum: PLENTY };
    for (const actor of [t.provider, (await t.seed.renter()).actor]) {
      await expect(t.services.bookings.setAutoExtend(actor, input)).rejects.toMatchObject({ code: 'not_found' });
      await expect(t.services.bookings.clearAutoExtend(actor, booking)).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

it('whatever is wished and whenever the worker comes, the hold stays within the limit and the charge within the hold', async () => {
  const minutes = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * MINUTE_MS);
  const histories = fc.record({
    lengthMs: minutes(10, 90),
    stepMs: minutes(10, 120),
    limit: fc.integer({ min: 2, max: 8 }).map(BigInt),
    wallet: fc.integer({ min: 1, max: 8 }).map(BigInt),
    lateMs: minutes(0, 25),
    endsAfterMs: fc.option(minutes(20, 240)),
  });
  await fc.assert(
    fc.asyncProperty(histories, async ({ lengthMs, stepMs, limit, wallet, lateMs, endsAfterMs }) => {
      const t = await setup();
      const renter = await t.seed.renter({ wallet: (wallet + 2n) * HOUR_PRICE });
      const booking = await t.seed.book(renter, t.listing, { durationMs: lengthMs });
      await t.jobs.runDue();
      const maximum = amountMicros(limit * HOUR_PRICE);
      const wished = await t.services.bookings
        .setAutoExtend(renter.actor, { id: booking.id, stepMs, maximum })
        .catch(() => null);
      await t.jobs.advance(endsAfterMs ?? 5 * HOUR_MS, lateMs === 0 ? {} : { stepMs: lateMs });
      if (endsAfterMs !== null) await t.services.bookings.endEarly(renter.actor, booking).catch(() => undefined);
      await t.jobs.advance(DAY_MS / 2, lateMs === 0 ? {} : { stepMs: lateMs });
      const { booking: now } = await t.services.bookings.get(renter.actor, booking);
      expect(now.status).toBe('completed');
      expect(now.holdAmount).toBeLessThanOrEqual(wished === null ? booking.holdAmount : maximum);
      expect(now.chargedAmount ?? -1n).toBeGreaterThanOrEqual(0n);
      expect(now.chargedAmount ?? -1n).toBeLessThanOrEqual(now.holdAmount);
      expect(await t.seed.walletOf(renter.actor)).toBe((wallet + 2n) * HOUR_PRICE - (now.chargedAmount ?? 0n));
      await t.sound();
    }),
    { numRuns: RUNS },
  );
});
