import { bookingStateGraph, bookingStatuses, type Booking, type BookingStatus } from '@rsm/domain/bookings/booking';
import type { MachineId, UserId } from '@rsm/domain/common/ids';
import { canMove } from '@rsm/domain/common/state-graph';
import { HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { describe, expect, test } from 'vitest';

import { makeBooking, makeListing, makeMachine, makeUser, placeBooking, seedMarket } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

describe('PgBookingRepository', () => {
  const fixture = useUnitOfWork();

  async function placed(overrides: Partial<Booking> = {}): Promise<Booking> {
    const { uow, clock } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const booking = makeBooking(listing, renter, clock.now(), overrides);
    await placeBooking(uow, booking);
    return booking;
  }

  const move = (booking: Booking, from: BookingStatus, to: BookingStatus, set = {}) =>
    fixture().uow.run((tx) =>
      tx.bookings.changeStatus(booking.id, { from, to, reason: `to ${to}`, at: fixture().clock.now(), set }),
    );

  test('gives back what was written, to the last millisecond and millionth', async () => {
    const { uow } = fixture();
    const booking = await placed({ canaryConsent: true, publicKeys: ['ssh-ed25519 A', 'ssh-rsa "B", {x}\\'] });
    expect(await uow.reads.bookings.findById(booking.id)).toEqual(booking);
    expect(await uow.run((tx) => tx.bookings.lockById(booking.id))).toEqual(booking);
  });

  test('keeps the whole history, and a change that comes too late changes nothing', async () => {
    const { uow, clock } = fixture();
    const booking = await placed();
    const deadlineAt = plusMs(clock.now(), HOUR_MS);
    await move(booking, 'scheduled', 'provisioning', { deadlineAt });
    await expect(move(booking, 'scheduled', 'cancelled')).rejects.toMatchObject({ code: 'wrong_state' });
    await move(booking, 'provisioning', 'active', { readyAt: clock.now(), deadlineAt: null });
    const history = await uow.reads.bookings.listStateChanges(booking.id);
    expect(history.map(({ from, to }) => [from, to])).toEqual([
      [null, 'scheduled'],
      ['scheduled', 'provisioning'],
      ['provisioning', 'active'],
    ]);
    expect(await uow.reads.bookings.findById(booking.id)).toMatchObject({
      status: 'active',
      statusReason: 'to active',
      readyAt: clock.now(),
      deadlineAt: null,
    });
  });

  test('of twenty parallel changes of one state exactly one counts', async () => {
    const booking = await placed();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        move(booking, 'scheduled', index % 2 === 0 ? 'cancelled' : 'provisioning'),
      ),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await fixture().uow.reads.bookings.listStateChanges(booking.id)).toHaveLength(2);
  });

  test('the database itself admits exactly the moves of the graph', async () => {
    const { owner } = fixture();
    for (const from of bookingStatuses) {
      for (const to of bookingStatuses.filter((status) => status !== from)) {
        const booking = await placed();
        // The way there does not matter here: the trigger is switched off for it by hand.
        const columns = { ready_at: new Date(), end_reason: 'ended' };
        await owner.raw('ALTER TABLE bookings DISABLE TRIGGER bookings_status_move');
        await owner('bookings')
          .where({ id: booking.id })
          .update({ status: from, ...columns });
        await owner.raw('ALTER TABLE bookings ENABLE TRIGGER bookings_status_move');
        const moved = owner('bookings').where({ id: booking.id }).update({ status: to });
        if (canMove(bookingStateGraph, from, to)) await moved;
        else await expect(moved).rejects.toMatchObject({ constraint: 'bookings_status_move' });
      }
    }
  });

  test('a history that is no path can not be written, even by the owner', async () => {
    const { owner } = fixture();
    const booking = await placed();
    const insert = (row: object) =>
      owner('booking_state_changes').insert({ booking_id: booking.id, reason: null, at: new Date(), ...row });
    await expect(insert({ seq: 2, from_status: 'provisioning', to_status: 'active' })).rejects.toMatchObject({
      constraint: 'booking_state_changes_link_fkey',
    });
    await expect(insert({ seq: 2, from_status: 'scheduled', to_status: 'active' })).rejects.toMatchObject({
      constraint: 'booking_state_changes_edge',
    });
    await expect(insert({ seq: 3, from_status: 'scheduled', to_status: 'cancelled' })).rejects.toMatchObject({
      constraint: 'booking_state_changes_link_fkey',
    });
    await expect(insert({ seq: 1, from_status: null, to_status: 'scheduled' })).rejects.toMatchObject({
      constraint: 'booking_state_changes_pkey',
    });
  });

  test('an extension adds a segment with its own price and raises the hold', async () => {
    const { uow } = fixture();
    const booking = await placed();
    const end = plusMs(booking.end, HOUR_MS);
    const segment = { start: booking.end, end, pricePerHour: amountMicros(9n) };
    const extend = () =>
      uow.run((tx) =>
        tx.bookings.extend(booking.id, { expected: 'scheduled', segment, end, holdAmount: amountMicros(3_600_009n) }),
      );
    await extend();
    expect(await uow.reads.bookings.findById(booking.id)).toMatchObject({
      end,
      holdAmount: 3_600_009n,
      priceSegments: [...booking.priceSegments, segment],
    });
    await move(booking, 'scheduled', 'cancelled');
    await expect(extend()).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('is settled once, and never for another sum than the hold', async () => {
    const { uow, owner } = fixture();
    const booking = await placed();
    const settle = (charged: bigint, released: bigint) =>
      uow.run((tx) =>
        tx.bookings.settle(booking.id, {
          chargedAmount: amountMicros(charged),
          releasedAmount: amountMicros(released),
        }),
      );
    await expect(settle(3_600_000n, 1n)).rejects.toMatchObject({ constraint: 'bookings_charge_and_release_are_hold' });
    await expect(settle(-1n, 3_600_001n)).rejects.toMatchObject({ constraint: 'bookings_charge_and_release_are_hold' });
    expect(await settle(600_000n, 3_000_000n)).toBe(true);
    expect(await settle(0n, 3_600_000n)).toBe(false);
    const row: unknown = await owner('bookings').where({ id: booking.id }).first('charged_amount_micros');
    expect(row).toEqual({ charged_amount_micros: 600_000n });
  });

  test('a wish is noted once', async () => {
    const { uow, clock } = fixture();
    const booking = await placed();
    const cancel = () => uow.run((tx) => tx.bookings.requestCancel(booking.id, clock.now()));
    const end = () =>
      uow.run((tx) => tx.bookings.requestEnd(booking.id, { at: clock.now(), by: 'ended', reason: null }));
    expect([await cancel(), await cancel(), await end(), await end()]).toEqual([true, false, true, false]);
    expect(await uow.reads.bookings.findById(booking.id)).toMatchObject({
      cancelRequestedAt: clock.now(),
      endRequestedAt: clock.now(),
      endRequestedBy: 'ended',
    });
  });

  test('refuses the own machine and an end before the start, by the name of the constraint', async () => {
    const { uow, clock } = fixture();
    const { listing, provider, renter } = await seedMarket(uow, clock);
    const own = makeBooking(listing, provider, clock.now());
    await expect(uow.run((tx) => tx.bookings.insert(own))).rejects.toMatchObject({ code: 'own_machine' });
    const reversed = { ...makeBooking(listing, renter, clock.now()), end: plusMs(clock.now(), -1), priceSegments: [] };
    await expect(uow.run((tx) => tx.bookings.insert(reversed))).rejects.toMatchObject({ code: 'invalid_window' });
  });

  test('belongs to the provider, machine and unit of its listing, whatever a caller says', async () => {
    const { uow, clock } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const stranger = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(stranger));
    const forged = makeBooking(listing, renter, clock.now(), { providerId: stranger.id });
    await expect(uow.run((tx) => tx.bookings.insert(forged))).rejects.toMatchObject({
      constraint: 'bookings_listing_fkey',
    });
  });

  test('pages are stable while bookings come: none is shown twice and none is left out', async () => {
    const { uow, clock } = fixture();
    const { listing, renter, provider } = await seedMarket(uow, clock);
    const start = (index: number) => plusMs(clock.now(), index * 2 * HOUR_MS);
    const bookings = Array.from({ length: 23 }, (_, index) => makeBooking(listing, renter, start(index)));
    for (const booking of bookings) await placeBooking(uow, booking);
    const rented = { as: 'renter', userId: renter.id, machineId: null } as const;
    const seen: string[] = [];
    let cursor: string | null = null;
    let extra = 100;
    do {
      const page = await uow.reads.bookings.listBySide(rented, { limit: 5, cursor });
      seen.push(...page.items.map((booking) => booking.id));
      cursor = page.nextCursor;
      await placeBooking(uow, makeBooking(listing, renter, start((extra += 1))));
    } while (cursor !== null);
    expect(seen).toEqual(bookings.toReversed().map((booking) => booking.id));
    const provided = { as: 'provider', userId: provider.id, machineId: null } as const;
    expect((await uow.reads.bookings.listBySide(provided, { limit: 1_000, cursor: null })).items).toHaveLength(28);
    const broken = uow.reads.bookings.listBySide(rented, { limit: 5, cursor: 'nonsense' });
    await expect(broken).rejects.toMatchObject({ code: 'invalid_cursor', field: 'cursor' });
  });

  test('each side sees the other by name, and the machine only who gave it that name', async () => {
    const { uow, clock } = fixture();
    const provider = makeUser(clock.now(), { displayName: 'Grace' });
    const renter = makeUser(clock.now(), { displayName: 'Ada' });
    const [first, second] = [
      makeMachine(provider, clock.now(), { name: 'rack-7' }),
      makeMachine(provider, clock.now()),
    ];
    const listings = [makeListing(first, clock.now(), { title: 'Sixteen cores' }), makeListing(second, clock.now())];
    await uow.run(async (tx) => {
      for (const user of [provider, renter]) await tx.users.insertOrFind(user);
      for (const machine of [first, second]) await tx.machines.insert(machine);
      for (const listing of listings) await tx.listings.insert(listing);
    });
    for (const listing of listings) await placeBooking(uow, makeBooking(listing, renter, clock.now()));
    const list = async (as: 'renter' | 'provider', userId: UserId, machineId: MachineId | null) => {
      const page = await uow.reads.bookings.listBySide({ as, userId, machineId }, { limit: 10, cursor: null });
      return page.items;
    };
    const shared = { machineId: first.id, listingTitle: 'Sixteen cores', holdAmount: 3_600_000n, start: clock.now() };
    expect(await list('renter', renter.id, first.id)).toMatchObject([
      { ...shared, viewer: 'renter', machineName: null, otherName: 'Grace' },
    ]);
    expect(await list('provider', provider.id, first.id)).toMatchObject([
      { ...shared, viewer: 'provider', machineName: 'rack-7', otherName: 'Ada' },
    ]);
    expect(await list('provider', provider.id, null)).toHaveLength(2);
    expect(await list('provider', renter.id, null)).toEqual([]);
    expect(await list('renter', provider.id, first.id)).toEqual([]);
    const profile = { status: 'approved', publicName: 'Grace Machines', openedAt: clock.now() } as const;
    await uow.run((tx) => tx.users.insertProviderProfile(provider.id, profile));
    expect(await list('renter', renter.id, first.id)).toMatchObject([{ otherName: 'Grace Machines' }]);
  });

  test('says on which bookings a worker should act', async () => {
    const { uow, clock } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const due = makeBooking(listing, renter, clock.now());
    const later = makeBooking(listing, renter, plusMs(clock.now(), 5 * HOUR_MS));
    await placeBooking(uow, due);
    await placeBooking(uow, later);
    const ids = async () => (await uow.reads.bookings.listDue(clock.now(), 1_000)).map((booking) => booking.id);
    expect(await ids()).toContain(due.id);
    expect(await ids()).not.toContain(later.id);
    await move(due, 'scheduled', 'provisioning');
    await move(due, 'provisioning', 'active', { readyAt: clock.now() });
    expect(await ids()).not.toContain(due.id);
    clock.advance(HOUR_MS + MINUTE_MS);
    expect(await ids()).toContain(due.id);
    expect(await uow.reads.bookings.hasOpenByMachine(listing.machineId)).toBe(true);
  });
});
