// @module-tag ci

import { HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { TURNAROUND_DEFAULT_MS, TURNAROUND_SAMPLES_MIN } from '@rsm/domain/bookings/turnaround';
import { expect, it } from 'vitest';
import { openMarket } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();

it('a booking reserves clean-up time by the wipes that were measured, once there are five of them', async () => {
  const t = await openMarket(product());
  for (let wiped = 0; wiped < TURNAROUND_SAMPLES_MIN; wiped += 1) {
    const booking = await t.active();
    expect(booking.turnaroundMs).toBe(TURNAROUND_DEFAULT_MS);
    t.fake.brokenSteps.add('wipe');
    await t.services.bookings.endEarly(t.renter.actor, { id: booking.id });
    await t.jobs.advance(5 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
    t.fake.brokenSteps.delete('wipe');
    await t.jobs.advance(15 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
    expect(await t.statusOf(booking)).toBe('completed');
  }
  // Of five the 95th percentile is the longest; plus half, in whole seconds, counted without any of our helpers.
  const { rows } = await t.sql.query<{ ms: string }>(
    `SELECT ceil(max(extract(epoch FROM finished_at - access_ended_at)) * 1.5) * 1000 AS ms
     FROM data_wipes JOIN bookings ON bookings.id = booking_id WHERE bookings.machine_id = $1`,
    [t.machine.id],
  );
  const expectedMs = Number(rows[0]?.ms);
  expect(expectedMs).toBeGreaterThan(7.5 * MINUTE_MS);
  const next = await t.seed.book(t.renter, t.listing);
  expect(next.turnaroundMs).toBe(expectedMs);
  const { start, end } = next;
  const busy = await t.services.listings.busyRanges(null, { id: t.listing.id, range: { start, end: plusMs(end, 1) } });
  expect(busy).toEqual([{ start, end: plusMs(end, expectedMs) }]);
});

it(
  'a wipe that takes longer than what was reserved delays the next booking, and does not fail it',
  { tags: 'deep' },
  async () => {
    const t = await openMarket(product());
    const first = await t.active();
    const second = await t.seed.book(t.renter, t.listing, { start: plusMs(first.end, first.turnaroundMs) });
    t.fake.brokenSteps.add('wipe');
    await t.jobs.advance(second.start - t.clock.now() + 10 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
    expect(await t.statusOf(second)).toBe('scheduled');
    expect(await t.eventsOf(second)).toContain('booking_delayed');
    t.fake.brokenSteps.delete('wipe');
    await t.jobs.advance(20 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
    const started = await t.now(second);
    expect(started).toMatchObject({ status: 'active', end: second.end });
    expect(started.readyAt).toBeGreaterThan(second.start + 10 * MINUTE_MS);
    await t.jobs.advance(2 * HOUR_MS, { stepMs: 10 * MINUTE_MS });
    // Only ready time is charged: less than the hour that was booked.
    expect((await t.now(second)).chargedAmount).toBeLessThan(second.holdAmount);
    await t.sound();
  },
);
