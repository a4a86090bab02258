// @module-tag ci

import type { Booking } from '@rsm/domain/bookings/booking';
import type { Instant } from '@rsm/domain/common/instant';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs, toIso } from '@rsm/domain/common/instant';
import { dayStartOf } from '@rsm/domain/reliability/machine-day';
import { RELIABILITY_REFRESH_MS } from '@rsm/domain/reliability/reliability-workflow';
import { describe, expect, it } from 'vitest';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const firstPage = { limit: 100, cursor: null };

/** Writes looks at the machine, one every two minutes, as its prober does. Nothing else is written past the services. */
async function looks(t: Market, outcome: 'up' | 'down', from: Instant, to: Instant): Promise<void> {
  await t.sql.query(
    `INSERT INTO machine_probes (machine_id, at, outcome)
     SELECT $1, at, $2 FROM generate_series($3::timestamptz, $4::timestamptz - interval '1 ms', interval '2 minutes') at
     ON CONFLICT DO NOTHING`,
    [t.machine.id, outcome, toIso(from), toIso(to)],
  );
}

/** Computes the figure anew and says in how many tries. */
async function tryUntilDone(t: Market): Promise<number> {
  const { signal } = new AbortController();
  const workflow = t.workflows['machine.reliability'];
  let tries = 1;
  while ((await workflow.run({ machineId: t.machine.id }, { signal })).kind === 'again') tries += 1;
  return tries;
}

/** A booking that is used for a while and ended by its renter. */
async function keep(t: Market): Promise<void> {
  const booking = await t.active();
  await t.jobs.advance(MINUTE_MS);
  await t.services.bookings.endEarly(t.renter.actor, { id: booking.id });
  // Its clean-up time is over as well.
  await t.jobs.advance(20 * MINUTE_MS, { stepMs: 10 * MINUTE_MS });
  expect(await t.statusOf(booking)).toBe('completed');
}

const ofMachine = async (t: Market) => t.services.reliability.ofMachine(t.provider, { id: t.machine.id });
const losses = async (t: Market) =>
  (await t.services.reliability.listMachineLosses(t.provider, { id: t.machine.id, ...firstPage })).items;
const bookedFor = async (t: Market, hours: number): Promise<Booking> =>
  t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), hours * HOUR_MS) });

describe('what a provider or his machine breaks', () => {
  it('stands in the list with its booking, its moment and its points, whichever way it was broken', async () => {
    const t = await openMarket(product());
    const early = await bookedFor(t, 100);
    await t.services.bookings.cancelAsProvider(t.provider, { id: early.id, reason: 'I need it myself.' });
    t.clock.advance(MINUTE_MS);
    const late = await bookedFor(t, 3);
    await t.services.bookings.cancelAsProvider(t.provider, { id: late.id, reason: 'I need it myself.' });
    t.clock.advance(MINUTE_MS);
    const ended = await t.active(10 * HOUR_MS);
    await t.services.bookings.cancelAsProvider(t.provider, { id: ended.id, reason: 'The power fails.' });
    await t.jobs.advance(20 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
    t.fake.brokenSteps.add('provision');
    const failed = await t.seed.book(t.renter, t.listing);
    await t.jobs.advance(2 * MINUTE_MS);
    t.fake.brokenSteps.delete('provision');
    // Each was looked at by itself, without a sweep: breaking a booking asks for the figure.
    expect(await losses(t)).toMatchObject([
      { kind: 'provisioning_failed', bookingId: failed.id, ppm: 100_000 },
      { kind: 'provider_ended', bookingId: ended.id, ppm: 200_000 },
      { kind: 'provider_cancelled_late', bookingId: late.id, ppm: 100_000 },
      { kind: 'provider_cancelled', bookingId: early.id, ppm: 50_000 },
    ]);
    // Four bookings and no looks are too little history: it is new, and not 100 % less something.
    expect(await ofMachine(t)).toMatchObject({ ppm: null, bookings: 4 });
    await t.sound();
  });

  it('is a machine that was not clean 60 minutes after the start, but neither a renter who cancels nor a worker who slept', async () => {
    const t = await openMarket(product());
    const cancelled = await bookedFor(t, 3);
    await t.services.bookings.cancel(t.renter.actor, { id: cancelled.id });
    const asleep = await t.seed.book(t.renter, t.listing, { durationMs: 2 * HOUR_MS });
    t.clock.advance(61 * MINUTE_MS);
    await t.jobs.runDue();
    expect(await t.statusOf(asleep)).toBe('failed');
    t.fake.leavesResidue = true;
    const dirty = await t.active();
    const waiting = await bookedFor(t, 2);
    await t.services.bookings.endEarly(t.renter.actor, { id: dirty.id });
    await t.jobs.advance(4 * HOUR_MS, { stepMs: 10 * MINUTE_MS });
    expect(await t.statusOf(waiting)).toBe('failed');
    await tryUntilDone(t);
    expect(await losses(t)).toMatchObject([{ kind: 'not_ready', bookingId: waiting.id }]);
    expect(await ofMachine(t)).toMatchObject({ bookings: 2 });
  });

  it('is forgotten after 180 days', { tags: 'deep' }, async () => {
    const t = await openMarket(product());
    const booking = await bookedFor(t, 3);
    await t.services.bookings.cancelAsProvider(t.provider, { id: booking.id, reason: 'I need it myself.' });
    await t.jobs.runDue();
    expect(await losses(t)).toHaveLength(1);
    t.clock.advance(180 * DAY_MS);
    await tryUntilDone(t);
    expect(await losses(t)).toHaveLength(1);
    t.clock.advance(1);
    await tryUntilDone(t);
    expect(await losses(t)).toEqual([]);
  });
});

describe('the figure', () => {
  it('is made of minutes and bookings, agrees with its list, and is what the market sorts and filters by', async () => {
    const t = await openMarket(product());
    await keep(t);
    for (const days of [10, 20, 30, 40]) {
      const booking = await bookedFor(t, 24 * days);
      await t.services.bookings.cancelAsProvider(t.provider, { id: booking.id, reason: 'I need it myself.' });
    }
    const from = plusMs(dayStartOf(t.clock.now()), DAY_MS);
    t.clock.set(plusMs(from, 10 * DAY_MS));
    const downFrom = plusMs(from, 4 * DAY_MS - HOUR_MS);
    await looks(t, 'up', from, downFrom);
    // Two hours over midnight, for which the block comes too late.
    await looks(t, 'down', downFrom, plusMs(downFrom, 2 * HOUR_MS));
    await looks(t, 'up', plusMs(downFrom, 2 * HOUR_MS), plusMs(from, 10 * DAY_MS));
    await t.services.machines.blockTime(t.provider, {
      id: t.machine.id,
      kind: 'maintenance',
      range: { start: downFrom, end: plusMs(t.clock.now(), HOUR_MS) },
      note: null,
    });
    await t.jobs.sweep();

    const view = await ofMachine(t);
    const hourPpm = Math.ceil(1_000_000 / 240);
    const [afterMidnight, beforeMidnight, ...cancelled] = await losses(t);
    expect([afterMidnight, beforeMidnight]).toEqual([
      { kind: 'unusable_minutes', bookingId: null, at: plusMs(from, 4 * DAY_MS), ppm: hourPpm },
      { kind: 'unusable_minutes', bookingId: null, at: plusMs(from, 3 * DAY_MS), ppm: hourPpm },
    ]);
    expect(cancelled.map(({ kind, ppm }) => [kind, ppm])).toEqual(cancelled.map(() => ['provider_cancelled', 50_000]));
    expect(cancelled).toHaveLength(4);
    expect(view).toMatchObject({ ppm: 800_000 - 2 * hourPpm, bookings: 5 });
    expect(view.computedAt).toBe(t.clock.now());

    // The days that the bars show are the samples of those days, counted without any of our helpers.
    const { rows } = await t.sql.query<{ day: string; up: string; down: string }>(
      `SELECT (extract(epoch FROM date_trunc('day', at, 'UTC')) * 1000)::text AS day,
         count(*) FILTER (WHERE outcome = 'up') AS up, count(*) FILTER (WHERE outcome = 'down') AS down
       FROM machine_probes WHERE machine_id = $1 AND at >= to_timestamp($2::float8 / 1000)
         AND at < to_timestamp($3::float8 / 1000) GROUP BY 1 ORDER BY 1`,
      [t.machine.id, from, plusMs(from, 10 * DAY_MS)],
    );
    const shown = view.days.filter(({ dayStart }) => dayStart >= from && dayStart < t.clock.now());
    expect(shown).toEqual(
      rows.map(({ day, down, up }) => ({
        dayStart: Number(day),
        upMs: Number(up) * 2 * MINUTE_MS,
        downMs: Number(down) * 2 * MINUTE_MS,
        degradedMs: 0,
        excusedMs: 0,
      })),
    );

    // The market: as a column with its age, as a filter, as a sort; a new machine is left out or comes last.
    const newcomer = await t.seed.listing({ terms: { title: 'Newcomer' } });
    const search = async (filter: { reliabilityPpmMin?: number }) =>
      (await t.services.listings.search({ filter, sort: 'reliability_descending', ...firstPage })).items;
    const all = await search({});
    expect(all[0]).toMatchObject({ id: t.listing.id, reliabilityPpm: view.ppm, reliabilityAt: view.computedAt });
    expect(all.find(({ id }) => id === newcomer.listing.id)).toMatchObject({ reliabilityPpm: null });
    expect((await search({ reliabilityPpmMin: view.ppm ?? 0 })).map(({ id }) => id)).toEqual([t.listing.id]);
    expect(await search({ reliabilityPpmMin: (view.ppm ?? 0) + 1 })).toEqual([]);
  });

  it('is computed anew by the sweep when it is six hours old, and not before', { tags: 'deep' }, async () => {
    const t = await openMarket(product());
    await t.jobs.sweep();
    const { computedAt } = await ofMachine(t);
    expect(computedAt).toBe(t.clock.now());
    t.clock.advance(RELIABILITY_REFRESH_MS);
    await t.jobs.sweep();
    expect((await ofMachine(t)).computedAt).toBe(computedAt);
    t.clock.advance(1);
    await t.jobs.sweep();
    expect((await ofMachine(t)).computedAt).toBe(t.clock.now());
  });

  it('takes several tries over half a year of samples, each of them bounded', { tags: 'deep' }, async () => {
    const t = await openMarket(product());
    t.clock.advance(200 * DAY_MS);
    expect(await tryUntilDone(t)).toBe(6);
    expect((await ofMachine(t)).days).toHaveLength(90);
    const { rows } = await t.sql.query<{ count: string }>('SELECT count(*) FROM machine_days WHERE machine_id = $1', [
      t.machine.id,
    ]);
    expect(rows).toEqual([{ count: '180' }]);
  });
});

describe('who sees it', () => {
  it('is everybody for a listing on the market, without bookings and hours; the owner sees both, page by page', async () => {
    const t = await openMarket(product());
    for (const hours of [3, 4, 5]) {
      const booking = await bookedFor(t, hours);
      await t.services.bookings.cancelAsProvider(t.provider, { id: booking.id, reason: 'I need it myself.' });
      t.clock.advance(MINUTE_MS);
    }
    await t.jobs.runDue();
    const { reliability } = t.services;
    const own = await losses(t);
    expect(own).toHaveLength(3);
    const shown = await reliability.listListingLosses(null, { id: t.listing.id, limit: 2, cursor: null });
    expect(shown.items).toEqual(own.slice(0, 2).map((loss) => ({ ...loss, bookingId: null, at: dayStartOf(loss.at) })));
    // The place in the list is no way around that.
    expect(Buffer.from(shown.nextCursor ?? '', 'base64url').toString()).toBe('1');
    const rest = await reliability.listListingLosses(null, { id: t.listing.id, limit: 2, cursor: shown.nextCursor });
    expect(rest).toMatchObject({ items: [{ kind: own[2]?.kind }], nextCursor: null });
    expect(await reliability.ofListing(null, { id: t.listing.id })).toEqual(await ofMachine(t));

    await t.services.listings.pause(t.provider, { id: t.listing.id });
    const hidden = { code: 'not_found' };
    await expect(reliability.ofListing(null, { id: t.listing.id })).rejects.toMatchObject(hidden);
    await expect(
      reliability.listListingLosses(t.renter.actor, { id: t.listing.id, ...firstPage }),
    ).rejects.toMatchObject(hidden);
    await expect(reliability.ofMachine(t.renter.actor, { id: t.machine.id })).rejects.toMatchObject(hidden);
    await expect(
      reliability.listMachineLosses(t.provider, { id: t.machine.id, limit: 2, cursor: 'nowhere' }),
    ).rejects.toMatchObject({ code: 'invalid_cursor', field: 'cursor' });
  });
});
