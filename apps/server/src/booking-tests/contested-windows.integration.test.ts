import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import type { Listing } from '@rsm/domain/listings/listing';
import type { Booking } from '@rsm/domain/bookings/booking';
import { noMetrics } from '../metrics/metrics.ts';
import { findViolations } from '../testing/booking-invariants.ts';
import type { SeededListing, SeededRenter } from '../testing/seeder.ts';
import { POOL_MAX_CROWD } from '../testing/test-product.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

/** A crowd that comes after somebody was refused is refused by a read, which must never say more than the booking itself would. */

const statements: string[] = [];
const product = useTestProduct({
  poolMax: POOL_MAX_CROWD,
  metrics: { ...noMetrics, statementAnswered: ({ name }) => void statements.push(name ?? '') },
});

describe('a window that somebody was just refused', () => {
  let offer: SeededListing;
  let listing: Listing;
  let holder: SeededRenter;
  let other: SeededRenter;
  let made: Booking;
  let wish: ReturnType<ReturnType<typeof product>['seed']['wish']>;
  const taken = { code: 'window_taken', field: 'start' };

  beforeEach(async () => {
    const { clock, seed, services } = product();
    offer = await seed.listing();
    ({ listing } = offer);
    holder = await seed.renter();
    other = await seed.renter();
    wish = seed.wish(holder, listing, { start: plusMs(clock.now(), HOUR_MS) });
    made = await services.bookings.create(holder.actor, wish);
    const late = await Promise.allSettled([seed.book(other, listing, { start: made.start })]);
    if (late[0].status === 'fulfilled') throw new Error('A taken window was booked twice.');
    statements.length = 0;
  });

  it('is refused to a crowd by a few reads, without a transaction for each', async () => {
    const { seed, sql } = product();
    const crowd = Array.from({ length: 300 }, async () => seed.book(other, listing, { start: made.start }));
    const outcomes = await Promise.allSettled(crowd);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: taken });
    expect(new Set(statements)).toEqual(new Set(['taken_windows']));
    expect(statements.length).toBeLessThanOrEqual(3);
    expect(await findViolations(sql)).toEqual([]);
  });

  it('is booked by the next one as soon as it is free', async () => {
    const { seed, services } = product();
    await services.bookings.cancel(holder.actor, made);
    expect(await seed.book(other, listing, { start: made.start })).toMatchObject({ status: 'scheduled' });
  });

  it('leaves its neighbours to be booked', async () => {
    const { seed } = product();
    const next = plusMs(made.end, made.turnaroundMs);
    await expect(seed.book(other, listing, { start: plusMs(next, -1) })).rejects.toMatchObject(taken);
    expect(await seed.book(other, listing, { start: next })).toMatchObject({ start: next });
  });

  it('is refused by the constraint where only the clean-up before the next booking is missing', async () => {
    const { seed } = product();
    const start = plusMs(made.start, -made.turnaroundMs - 30 * MINUTE_MS + 1);
    await expect(seed.book(other, listing, { start, durationMs: 30 * MINUTE_MS })).rejects.toMatchObject(taken);
    expect(statements).toContain('insert_booking_occupancy');
  });

  it('is answered to the one who has it, however often he asks with its key', async () => {
    const { services } = product();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => services.bookings.create(holder.actor, { ...wish })),
    );
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([made.id]));
    await expect(
      services.bookings.create(holder.actor, { ...wish, durationMs: wish.durationMs + 1 }),
    ).rejects.toMatchObject({ code: 'idempotency_conflict' });
    // The key is his alone.
    await expect(services.bookings.create(other.actor, { ...wish, sshKeyIds: [other.sshKeyId] })).rejects.toMatchObject(
      taken,
    );
  });

  it('is refused for the reason that comes first', async () => {
    const { clock, seed, services } = product();
    const start = made.start;
    const refused = async (change: Parameters<typeof seed.wish>[2], code: string) =>
      expect(seed.book(other, listing, change)).rejects.toMatchObject({ code });
    await refused({ start, durationMs: listing.durationMinMs - 1 }, 'invalid_window');
    await refused({ start, durationMs: listing.durationMaxMs + 1 }, 'invalid_window');
    await refused({ start: plusMs(clock.now(), -1), durationMs: 3 * HOUR_MS }, 'invalid_window');
    await expect(services.bookings.create(offer.provider, seed.wish(other, listing, { start }))).rejects.toMatchObject({
      code: 'own_machine',
    });
    await services.listings.pause(offer.provider, listing);
    await refused({ start }, 'listing_not_bookable');
  });
});
