import type { Booking, BookingStatus } from '@rsm/domain/bookings/booking';
import { DAY_MS, HOUR_MS, instant, plusMs } from '@rsm/domain/common/instant';
import type { Machine } from '@rsm/domain/machines/machine';
import type { MachineDay } from '@rsm/domain/reliability/machine-day';
import { beforeAll, describe, expect, test } from 'vitest';

import { down, up } from '../migrations/0022-reliability.ts';
import { grantToApplication } from '../migrations/grants.ts';
import { down as downSearch, up as upSearch } from '../migrations/0027-market-search.ts';
import { down as downScores, up as upScores } from '../migrations/0030-more-scores.ts';
import { ROLES } from '../postgres/cluster.ts';
import { makeBooking, placeBooking, seedMarket } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

const fixture = useUnitOfWork();
let market: Awaited<ReturnType<typeof seedMarket>>;
let machine: Machine;
let count = 0;

beforeAll(async () => {
  market = await seedMarket(fixture().uow, fixture().clock);
  ({ machine } = market);
});

/** A booking that went through these states, with what was said at the last one. */
async function booked(path: readonly BookingStatus[], reason: string, brokenByProvider = false): Promise<Booking> {
  const { clock, uow } = fixture();
  count += 1;
  const booking = makeBooking(market.listing, market.renter, plusMs(clock.now(), count * 2 * HOUR_MS));
  await placeBooking(uow, booking);
  let from: BookingStatus = 'scheduled';
  for (const to of path) {
    const isLast = to === path.at(-1);
    const change = { from, to, reason: isLast ? reason : null, at: clock.now() };
    await uow.run((tx) =>
      tx.bookings.changeStatus(
        booking.id,
        isLast && brokenByProvider ? { ...change, set: { brokenByProvider } } : change,
      ),
    );
    from = to;
  }
  return booking;
}

test('the migration tells broken bookings of before by what was said, and leaves those alone that nobody broke', async () => {
  const { clock, owner, uow } = fixture();
  const late = 'Access could not be given within 60 minutes of the start.';
  const cancelled = await booked(['cancelled'], 'The provider cancelled: I need it myself.', true);
  const failed = await booked(['provisioning', 'failed'], late, true);
  const waited = await booked(['failed'], `${late} An earlier clean-up is not verified.`, true);
  await booked(['failed'], late);
  await booked(['cancelled'], 'The renter cancelled.');
  const broken = async () => uow.reads.reliability.bookingOutcomes(machine.id, clock.now());
  const before = await broken();
  expect(new Map(before.broken.map(({ bookingId, kind }) => [bookingId, kind]))).toEqual(
    new Map([
      [cancelled.id, 'provider_cancelled_late'],
      [failed.id, 'provisioning_failed'],
      [waited.id, 'not_ready'],
    ]),
  );
  // What searches read is made from these columns.
  await downScores(owner);
  await downSearch(owner);
  await down(owner);
  await up(owner);
  await upSearch(owner);
  await upScores(owner);
  await grantToApplication(owner, ROLES.application);
  expect(await broken()).toEqual(before);
});

describe('the database refuses', () => {
  const midnight = instant(Date.UTC(2031, 0, 16));
  const good: MachineDay = { dayStart: midnight, upMs: DAY_MS, downMs: 0, degradedMs: 0, excusedMs: 0 };
  test.each<[string, MachineDay]>([
    ['machine_days_midnight', { ...good, dayStart: plusMs(midnight, 1) }],
    ['machine_days_one_day', { ...good, downMs: 1 }],
    ['machine_days_not_negative', { ...good, upMs: -1 }],
    ['machine_days_excused_was_unusable', { ...good, excusedMs: 1 }],
  ])('a day that breaks %s', async (constraint, day) => {
    const { uow } = fixture();
    await expect(uow.run((tx) => tx.reliability.saveDays(machine.id, [day]))).rejects.toThrow(constraint);
  });

  test('a loss that leads to no event', async () => {
    const { clock, uow } = fixture();
    const loss = { kind: 'provider_ended', bookingId: null, at: clock.now(), ppm: 1 } as const;
    const figure = { ppm: 5, measuredMs: 1, bookings: 1, losses: [loss] };
    await expect(uow.run((tx) => tx.reliability.saveFigure(machine.id, figure, clock.now()))).rejects.toThrow(
      'reliability_losses_has_event',
    );
    expect(await uow.reads.reliability.find(machine.id)).toMatchObject({ ppm: null, computedAt: null });
  });
});

test('a day that is added up again replaces what was written of it', async () => {
  const { uow } = fixture();
  const dayStart = instant(Date.UTC(2031, 0, 15));
  const day = { dayStart, upMs: 5, downMs: 4, degradedMs: 3, excusedMs: 2 };
  await uow.run((tx) => tx.reliability.saveDays(machine.id, [{ ...day, upMs: 1 }]));
  await uow.run((tx) => tx.reliability.saveDays(machine.id, [day]));
  expect(await uow.reads.reliability.listDays(machine.id, { since: dayStart, limit: 10 })).toEqual([day]);
  expect(await uow.reads.reliability.lastDay(machine.id)).toBe(dayStart);
});
