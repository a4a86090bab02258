import { describe, expect, it } from 'vitest';
import type { Booking } from '@rsm/domain/bookings/booking';
import { AUTO_EXTEND_LEAD_MS } from '@rsm/domain/bookings/booking';
import { DomainError } from '@rsm/domain/common/domain-error';
import { DAY_MS, HOUR_MS, MINUTE_MS, instant, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { Listing } from '@rsm/domain/listings/listing';
import { auditInvariants } from '@rsm/db';
import { openMarket, type Market } from '../testing/open-market.ts';
import { SEED_PRICE } from '../testing/seeder.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();

/** A market of its own with a renter of its own, so that no test sees the spending of another one. */
const setup = async (): Promise<Market> => openMarket(product());

const limit = async (t: Market, hours: bigint, extra = 0n) =>
  t.services.spending.setLimit(t.renter.actor, { limit: amountMicros(hours * SEED_PRICE + extra) });
const month = async (t: Market) => t.services.spending.get(t.renter.actor);
const inHours = (t: Market, hours: number) => plusMs(t.clock.now(), hours * HOUR_MS);
const bookAt = async (t: Market, hours: number, overrides = {}) =>
  t.seed.book(t.renter, t.listing, { start: inHours(t, hours), ...overrides });

/** What the renter was told when parts of his limit were reached, first one first. */
async function alarmsOf(t: Market): Promise<readonly string[]> {
  const { rows } = await t.sql.query<{ body: string }>(
    `SELECT body FROM events WHERE audience = $1 AND kind = 'spending_alarm' ORDER BY seq`,
    [t.renter.actor.userId],
  );
  return rows.map(({ body }) => body);
}

/** The audit's tenth question, on this database. */
async function spendingViolations(t: Market): Promise<readonly string[]> {
  const results = await auditInvariants({ connection: t.sql });
  return results.filter(({ number }) => number === 10).flatMap(({ violations }) => violations);
}

describe('the hold', () => {
  it('is the end of all cost: a machine that answers hours after the end charges nothing beyond it', async () => {
    const t = await setup();
    await limit(t, 1n);
    const booking: Booking = await t.active();
    t.fake.isUnreachable = true;
    await t.jobs.advance(3 * HOUR_MS, { stepMs: 30 * MINUTE_MS });
    t.fake.isUnreachable = false;
    await t.jobs.sweep();
    await t.jobs.advance(10 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    const ended = await t.now(booking);
    expect(ended).toMatchObject({ status: 'completed', holdAmount: SEED_PRICE });
    expect(ended.chargedAmount).toBeLessThanOrEqual(SEED_PRICE);
    expect(await t.spent()).toBe(ended.chargedAmount);
    expect((await month(t)).spent).toBe(ended.chargedAmount);
    await t.sound();
  });
});

describe('a month with a limit', () => {
  it('may be spent to the last millionth, and not a millionth further', async () => {
    const t = await setup();
    await limit(t, 2n);
    await bookAt(t, 1);
    expect(await month(t)).toMatchObject({ limit: 2n * SEED_PRICE, spent: SEED_PRICE, left: SEED_PRICE });
    await bookAt(t, 3);
    expect(await month(t)).toMatchObject({ spent: 2n * SEED_PRICE, left: 0n, decidedBy: 'renter', currency: 'EUR' });
    await expect(bookAt(t, 5, { durationMs: 10 * MINUTE_MS })).rejects.toMatchObject({ code: 'limit_reached' });
    await t.sound();
    expect(await spendingViolations(t)).toEqual([]);
  });

  it('refuses what does not fit, says how much would, and changes nothing', async () => {
    const t = await setup();
    await limit(t, 2n);
    await bookAt(t, 1);
    const before = await t.spent();
    await expect(bookAt(t, 3, { durationMs: HOUR_MS + MINUTE_MS })).rejects.toMatchObject({
      code: 'limit_reached',
      field: 'spending',
      message:
        'This sets 3.66 EUR aside, but of your monthly limit of 7.20 EUR only 3.60 EUR are left: 3.60 EUR are spent or set aside.',
      remedy: 'Choose a shorter time, raise your monthly limit, or wait until 2031-02-01 (UTC).',
    });
    expect(await t.spent()).toBe(before);
    expect(await month(t)).toMatchObject({ spent: SEED_PRICE });
    // The window was not taken either, and the same wish fits as soon as the limit is higher.
    await limit(t, 3n);
    await bookAt(t, 3, { durationMs: HOUR_MS + MINUTE_MS });
    await t.sound();
  });

  it('has room again for what came back', async () => {
    const t = await setup();
    await limit(t, 1n);
    const booking = await bookAt(t, 1);
    await expect(bookAt(t, 3)).rejects.toMatchObject({ code: 'limit_reached' });
    await t.services.bookings.cancel(t.renter.actor, booking);
    expect(await month(t)).toMatchObject({ spent: 0n, left: SEED_PRICE });
    await bookAt(t, 3);
    await t.sound();
  });

  it('counts what a booking that ended early really cost', async () => {
    const t = await setup();
    await limit(t, 4n);
    const booking = await t.active(4 * HOUR_MS);
    await t.jobs.advance(HOUR_MS);
    await t.services.bookings.endEarly(t.renter.actor, booking);
    await t.jobs.advance(10 * MINUTE_MS);
    expect(await month(t)).toMatchObject({ spent: SEED_PRICE, left: 3n * SEED_PRICE });
    await t.sound();
  });

  it('is the renter’s own: nobody else is bound by it or sees it', async () => {
    const t = await setup();
    await limit(t, 1n);
    const other = await t.seed.renter();
    expect(await t.services.spending.get(other.actor)).toMatchObject({ limit: null, decidedBy: 'operator', spent: 0n });
    await t.seed.book(other, t.listing, { start: inHours(t, 1), durationMs: 3 * HOUR_MS });
    expect(await month(t)).toMatchObject({ limit: SEED_PRICE, spent: 0n });
    await t.services.spending.setLimit(other.actor, { limit: amountMicros(500_000_000n) });
    await t.services.spending.clearLimit(other.actor);
    expect(await month(t)).toMatchObject({ limit: SEED_PRICE });
  });

  it('ends with the month in UTC: the next one begins at nothing', async () => {
    const t = await setup();
    t.clock.set(instant(Date.UTC(2031, 5, 30, 23, 59, 59, 999)));
    await limit(t, 1n);
    const booked = await bookAt(t, 1);
    await expect(bookAt(t, 3)).rejects.toMatchObject({
      code: 'limit_reached',
      remedy: expect.stringContaining('2031-07-01') as string,
    });
    t.clock.set(instant(Date.UTC(2031, 6, 1)));
    expect(await month(t)).toMatchObject({
      spent: 0n,
      month: { start: Date.UTC(2031, 6, 1), end: Date.UTC(2031, 7, 1) },
    });
    await bookAt(t, 6);
    // What comes back from an earlier month makes no room in this one.
    await t.services.bookings.cancel(t.renter.actor, booked);
    expect(await month(t)).toMatchObject({ spent: SEED_PRICE, left: 0n });
    await expect(bookAt(t, 9)).rejects.toMatchObject({ code: 'limit_reached' });
    expect(await spendingViolations(t)).toEqual([]);
  });
});

describe('an extension', () => {
  it('is refused above the limit, and the booking goes on as it was', async () => {
    const t = await setup();
    await limit(t, 2n);
    const booking = await t.active();
    const wish = (hours: number) => ({
      idempotencyKey: t.seed.key('extend'),
      id: booking.id,
      newEnd: plusMs(booking.end, hours * HOUR_MS),
      acceptedAdditional: null,
    });
    await expect(t.services.bookings.extend(t.renter.actor, wish(2))).rejects.toMatchObject({
      code: 'limit_reached',
      field: 'spending',
    });
    expect(await t.now(booking)).toMatchObject({ end: booking.end, holdAmount: SEED_PRICE, status: 'active' });
    await t.services.bookings.extend(t.renter.actor, wish(1));
    expect(await month(t)).toMatchObject({ spent: 2n * SEED_PRICE, left: 0n });
    await t.sound();
  });

  it('by itself stops at the limit and says why', async () => {
    const t = await setup();
    await limit(t, 2n);
    const booking = await t.active();
    await t.services.bookings.setAutoExtend(t.renter.actor, {
      id: booking.id,
      stepMs: HOUR_MS,
      maximum: amountMicros(100n * SEED_PRICE),
    });
    await t.jobs.advance(HOUR_MS - AUTO_EXTEND_LEAD_MS);
    expect(await t.now(booking)).toMatchObject({ holdAmount: 2n * SEED_PRICE });
    await t.jobs.advance(HOUR_MS);
    expect(await t.now(booking)).toMatchObject({ holdAmount: 2n * SEED_PRICE, autoExtend: null, status: 'active' });
    const { rows } = await t.sql.query<{ body: string }>(
      `SELECT body FROM events WHERE audience = $1 AND kind = 'booking_auto_extend_stopped'`,
      [t.renter.actor.userId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.body).toMatch(/has stopped: .*monthly limit of 7\.20 EUR only 0\.00 EUR/);
    await t.sound();
  });
});

describe('a limit that changes', () => {
  it('may go below what is spent: running bookings go on, and nothing new begins', async () => {
    const t = await setup();
    const booking = await t.active(2 * HOUR_MS);
    expect(await limit(t, 1n)).toMatchObject({ spent: 2n * SEED_PRICE, left: 0n, limit: SEED_PRICE });
    await expect(bookAt(t, 5, { durationMs: 10 * MINUTE_MS })).rejects.toMatchObject({ code: 'limit_reached' });
    await t.jobs.advance(3 * HOUR_MS);
    expect(await t.now(booking)).toMatchObject({ status: 'completed', chargedAmount: 2n * SEED_PRICE });
    expect(await spendingViolations(t)).toEqual([]);
    await t.sound();
  });

  it('can be taken away, and set again; the same decision twice is one', async () => {
    const t = await setup();
    await limit(t, 1n);
    await limit(t, 1n);
    await bookAt(t, 1);
    expect(await t.services.spending.clearLimit(t.renter.actor)).toMatchObject({ limit: null, left: null });
    await t.services.spending.clearLimit(t.renter.actor);
    await bookAt(t, 3, { durationMs: 5 * HOUR_MS });
    await limit(t, 7n);
    await expect(bookAt(t, 10, { durationMs: 2 * HOUR_MS })).rejects.toMatchObject({ code: 'limit_reached' });
    const { rows } = await t.sql.query<{ limit_micros: string | null }>(
      'SELECT limit_micros FROM spending_limits WHERE renter_id = $1 ORDER BY seq',
      [t.renter.actor.userId],
    );
    expect(rows.map((row) => row.limit_micros)).toEqual([String(SEED_PRICE), null, String(7n * SEED_PRICE)]);
  });

  it('by twenty requests at once is numbered without a gap', async () => {
    const t = await setup();
    await Promise.all(Array.from({ length: 20 }, async (_, n) => limit(t, BigInt(n + 1))));
    const { rows } = await t.sql.query<{ seqs: string }>(
      `SELECT string_agg(seq::text, ' ' ORDER BY seq) AS seqs FROM spending_limits WHERE renter_id = $1`,
      [t.renter.actor.userId],
    );
    expect(rows[0]?.seqs).toBe(Array.from({ length: 20 }, (_, n) => n + 1).join(' '));
  });

  it.each([
    ['zero', 0n],
    ['a negative amount', -5_000_000n],
    ['less than the least', 990_000n],
    ['too many decimals', 5_001_000n],
    ['a millionth too much', 1_000_000_000_001n],
    ['above the greatest', 1_000_000_010_000n],
  ])('is refused for %s, and nothing is kept', async (_, amount) => {
    const t = product();
    const { actor } = await t.seed.renter();
    await expect(t.services.spending.setLimit(actor, { limit: amountMicros(amount) })).rejects.toMatchObject({
      code: 'invalid_amount',
      field: 'limit',
      remedy: expect.any(String) as string,
    });
    expect(await t.services.spending.get(actor)).toMatchObject({ limit: null, decidedBy: 'operator' });
  });

  it.each([1_000_000n, 1_000_000_000_000n])('may be as little and as much as %d millionths', async (amount) => {
    const t = product();
    const { actor } = await t.seed.renter();
    expect(await t.services.spending.setLimit(actor, { limit: amountMicros(amount) })).toMatchObject({ limit: amount });
  });
});

describe('alarms', () => {
  it('come at 50, 80 and 100 per cent, each once a month, and again in the next', async () => {
    const t = await setup();
    await limit(t, 10n);
    await bookAt(t, 1, { durationMs: 4 * HOUR_MS });
    expect(await alarmsOf(t)).toEqual([]);
    const fifth = await bookAt(t, 6);
    expect(await alarmsOf(t)).toEqual([
      '18.00 EUR are spent or set aside this month: 50 % of your limit of 36.00 EUR is reached.',
    ]);
    await t.services.bookings.cancel(t.renter.actor, fifth);
    await bookAt(t, 6);
    expect(await alarmsOf(t)).toHaveLength(1);
    await bookAt(t, 8, { durationMs: 5 * HOUR_MS });
    expect((await alarmsOf(t)).slice(1)).toEqual([
      expect.stringContaining('80 % of your limit of 36.00 EUR is reached.'),
      expect.stringContaining('100 % of your limit of 36.00 EUR is reached. Nothing more can be booked'),
    ]);
    expect((await month(t)).alarms).toEqual([50, 80, 100]);

    t.clock.set(plusMs((await month(t)).month.end, DAY_MS));
    expect((await month(t)).alarms).toEqual([]);
    await bookAt(t, 24, { durationMs: 5 * HOUR_MS });
    expect(await alarmsOf(t)).toHaveLength(4);
    expect((await month(t)).alarms).toEqual([50]);
    expect(await spendingViolations(t)).toEqual([]);
  });

  it('are not raised by what is refused', async () => {
    const t = await setup();
    await limit(t, 1n);
    await expect(bookAt(t, 1, { durationMs: 2 * HOUR_MS })).rejects.toMatchObject({ code: 'limit_reached' });
    expect(await alarmsOf(t)).toEqual([]);
    expect((await month(t)).alarms).toEqual([]);
  });
});

describe('many at once', () => {
  it(
    '50 bookings of one renter whose limit covers three: three are made, whoever was faster, and each alarm comes once',
    { tags: 'deep' },
    async () => {
      const t = await setup();
      const provider = await t.seed.provider();
      const listings: Listing[] = [];
      for (let n = 0; n < 10; n += 1) listings.push((await t.seed.listing({ provider })).listing);
      await limit(t, 3n, SEED_PRICE / 2n);
      const calls = Array.from({ length: 50 }, async (_, n) => {
        const listing = listings[n % listings.length];
        if (listing === undefined) throw new Error('There is a listing for each.');
        return t.seed.book(t.renter, listing, { start: inHours(t, 1 + 2 * Math.trunc(n / 10)) });
      });
      const results = await Promise.allSettled(calls);
      const made = results.filter((result) => result.status === 'fulfilled');
      const codes = results.flatMap((result) =>
        result.status === 'rejected' && result.reason instanceof DomainError ? [result.reason.code] : [],
      );
      expect(made).toHaveLength(3);
      expect(codes).toEqual(Array.from({ length: 47 }, () => 'limit_reached'));
      expect(await t.spent()).toBe(3n * SEED_PRICE);
      expect(await month(t)).toMatchObject({ spent: 3n * SEED_PRICE, alarms: [50, 80] });
      expect(await alarmsOf(t)).toHaveLength(2);
      expect(await spendingViolations(t)).toEqual([]);
      await t.sound();
    },
  );
});
