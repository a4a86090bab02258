import { newId, occupancyIdSchema } from '@rsm/domain/common/ids';
import { HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { describe, expect, test } from 'vitest';

import { makeBlock, makeBooking, placeBooking, seedMarket, testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

describe('the calendar of a unit', () => {
  const fixture = useUnitOfWork({ poolMax: 50 });

  test('of 200 parallel bookings of one window exactly one is made, and the others leave nothing', async () => {
    const { uow, clock, owner } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const bookings = Array.from({ length: 200 }, () => makeBooking(listing, renter, clock.now()));
    const results = await Promise.allSettled(bookings.map((booking) => placeBooking(uow, booking)));

    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refusals).toHaveLength(199);
    for (const refusal of refusals) expect(refusal).toMatchObject({ name: 'DomainError', code: 'window_taken' });
    expect(await owner('bookings').where({ listing_id: listing.id })).toHaveLength(1);
    expect(await owner('occupancies').where({ unit_id: listing.unitId })).toHaveLength(1);
  });

  test('without any lock the constraint alone refuses: 200 parallel inserts that overlap by a millisecond', async () => {
    const { uow, clock, owner } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const start = clock.now();
    const insert = async (offsetMs: number): Promise<void> => {
      const booking = makeBooking(listing, renter, plusMs(start, offsetMs));
      await uow.run(async (tx) => {
        await tx.bookings.insert(booking);
        await tx.occupancies.insertForBooking({
          id: newId(testIds, occupancyIdSchema),
          unitId: booking.unitId,
          bookingId: booking.id,
          range: { start: booking.start, end: plusMs(booking.start, 200) },
        });
      });
    };
    // Every range holds the instant start + 199 ms, so all overlap pairwise.
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, index) => insert(index)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const overlapping = await owner.raw<{ rows: unknown[] }>(
      `SELECT a.id FROM occupancies a JOIN occupancies b ON a.unit_id = b.unit_id AND a.id < b.id AND a.during && b.during
       WHERE a.live AND b.live`,
    );
    expect(overlapping.rows).toEqual([]);
  });

  test('neighbours that share only a border both fit: the end does not belong to a booking', async () => {
    const { uow, clock } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const first = makeBooking(listing, renter, clock.now());
    const second = makeBooking(listing, renter, plusMs(first.end, first.turnaroundMs));
    await placeBooking(uow, first);
    await placeBooking(uow, second);
    const occupancies = await uow.reads.occupancies.listByUnit(
      listing.unitId,
      { start: first.start, end: second.end },
      10,
    );
    expect(occupancies.map((occupancy) => occupancy.range)).toEqual([
      { start: first.start, end: second.start },
      { start: second.start, end: plusMs(second.end, second.turnaroundMs) },
    ]);
  });

  test('the clean-up time belongs to the booking: nothing starts within it', async () => {
    const { uow, clock } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const first = makeBooking(listing, renter, clock.now());
    await placeBooking(uow, first);
    const tooEarly = makeBooking(listing, renter, plusMs(first.end, first.turnaroundMs - 1));
    await expect(placeBooking(uow, tooEarly)).rejects.toMatchObject({ code: 'window_taken', field: 'window' });
  });

  test('a released booking gives its time back, and an extension into the next booking is refused', async () => {
    const { uow, clock } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const first = makeBooking(listing, renter, clock.now());
    const next = makeBooking(listing, renter, plusMs(first.end, HOUR_MS));
    await placeBooking(uow, first);
    await placeBooking(uow, next);

    const move = uow.run((tx) => tx.occupancies.moveEndForBooking(first.id, plusMs(next.start, 1)));
    await expect(move).rejects.toMatchObject({ code: 'window_taken' });
    await uow.run((tx) => tx.occupancies.releaseForBooking(next.id));
    await uow.run((tx) => tx.occupancies.moveEndForBooking(first.id, plusMs(next.start, 1)));
  });

  test('blocks and bookings exclude each other; a released block can be released once', async () => {
    const { uow, clock } = fixture();
    const { listing, machine, renter } = await seedMarket(uow, clock);
    const block = makeBlock(machine, clock.now(), { note: 'new fans' });
    const insertBlock = () =>
      uow.run((tx) => tx.occupancies.insertBlock({ ...block, occupancyId: newId(testIds, occupancyIdSchema) }));
    await insertBlock();
    expect(await uow.reads.occupancies.findBlock(block.id)).toEqual(block);
    expect(await uow.reads.occupancies.listBlocks(machine.unitId, block.range, 10)).toEqual([block]);

    const booking = makeBooking(listing, renter, plusMs(clock.now(), 30 * MINUTE_MS));
    await expect(placeBooking(uow, booking)).rejects.toMatchObject({ code: 'window_taken' });
    expect(await uow.run((tx) => tx.occupancies.releaseBlock(block.id))).toBe(true);
    expect(await uow.run((tx) => tx.occupancies.releaseBlock(block.id))).toBe(false);
    await placeBooking(uow, booking);
    expect(await uow.reads.occupancies.findBlock(block.id)).toBeNull();
  });

  test('an empty or reversed range is refused with the field', async () => {
    const { uow, clock } = fixture();
    const { machine } = await seedMarket(uow, clock);
    const insert = (range: { start: number; end: number }) =>
      uow.run((tx) =>
        tx.occupancies.insertBlock({
          ...makeBlock(machine, clock.now()),
          range: { start: plusMs(clock.now(), range.start), end: plusMs(clock.now(), range.end) },
          occupancyId: newId(testIds, occupancyIdSchema),
        }),
      );
    await expect(insert({ start: 0, end: 0 })).rejects.toMatchObject({ code: 'invalid_window', field: 'window.end' });
  });
});
