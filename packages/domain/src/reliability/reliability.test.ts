import { describe, expect, it } from 'vitest';
import { bookingIdSchema } from '../common/ids.ts';
import { DAY_MS, HOUR_MS, instant } from '../common/instant.ts';
import type { MachineDay } from './machine-day.ts';
import type { BrokenBooking, BrokenKind } from './reliability.ts';
import { reliabilityOf } from './reliability.ts';

const midnight = instant(Date.UTC(2031, 0, 15));
const broke = (kind: BrokenKind): BrokenBooking => ({
  kind,
  bookingId: bookingIdSchema.parse('019a0000-0000-7000-8000-000000000001'),
  at: instant(midnight + 5 * HOUR_MS),
});
const day = (index: number, sums: Partial<MachineDay> = {}): MachineDay => ({
  dayStart: instant(midnight + index * DAY_MS),
  upMs: DAY_MS - (sums.downMs ?? 0) - (sums.degradedMs ?? 0),
  downMs: 0,
  degradedMs: 0,
  excusedMs: 0,
  ...sums,
});
const tenGoodDays = Array.from({ length: 10 }, (_, index) => day(index));

describe('the reliability of a machine', () => {
  it.each<[string, readonly BrokenKind[], number, number | null]>([
    ['nothing broken', [], 5, 1_000_000],
    ['one of ten cancelled in time', ['provider_cancelled'], 9, 950_000],
    ['one of ten cancelled late', ['provider_cancelled_late'], 9, 900_000],
    ['one of ten without access', ['provisioning_failed'], 9, 900_000],
    ['one of ten that waited in vain', ['not_ready'], 9, 900_000],
    ['one of ten ended in the middle', ['provider_ended'], 9, 800_000],
    ['one of five counts as one of ten', ['provisioning_failed'], 4, 900_000],
    ['one of three hundred, rounded up', ['provisioning_failed'], 299, 1_000_000 - 3_334],
    ['more broken than there is to lose', Array.from({ length: 9 }, () => 'provider_ended' as const), 0, 0],
    ['four bookings are too few', [], 4, null],
    ['broken ones are history as well', ['not_ready'], 4, 900_000],
  ])('%s', (_, kinds, keptBookings, ppm) => {
    expect(reliabilityOf({ days: tenGoodDays, broken: kinds.map(broke), keptBookings }).ppm).toBe(ppm);
  });

  it('has no figure before seven days were measured, but lists what it lost', () => {
    const days = [...tenGoodDays.slice(0, 6), day(6, { downMs: HOUR_MS, upMs: 22 * HOUR_MS })];
    const figure = reliabilityOf({ days, broken: [broke('provider_ended')], keptBookings: 20 });
    expect(figure).toMatchObject({ ppm: null, measuredMs: 167 * HOUR_MS, bookings: 21 });
    expect(figure.losses).toHaveLength(2);
  });

  it('loses, day by day, the share of the measured time that was unusable and not excused', () => {
    const days = [
      ...tenGoodDays.slice(0, 8),
      day(8, { downMs: 2 * HOUR_MS, degradedMs: HOUR_MS, excusedMs: HOUR_MS }),
      day(9, { downMs: 1 }),
    ];
    const figure = reliabilityOf({ days, broken: [], keptBookings: 5 });
    const measuredMs = 239 * HOUR_MS;
    expect(figure.measuredMs).toBe(measuredMs);
    expect(figure.losses).toEqual([
      { kind: 'unusable_minutes', bookingId: null, at: days[8]?.dayStart, ppm: 8_369 },
      // A millisecond is a loss as well.
      { kind: 'unusable_minutes', bookingId: null, at: days[9]?.dayStart, ppm: 1 },
    ]);
    expect(figure.ppm).toBe(1_000_000 - 8_370);
  });

  it('is 100 % less the sum of what is listed, whatever happened', () => {
    const days = tenGoodDays.map((good, index) =>
      day(index, { downMs: index * 7_777, upMs: good.upMs - index * 9_999 }),
    );
    const broken = (['not_ready', 'provider_cancelled', 'provider_ended'] as const).map(broke);
    const { losses, ppm } = reliabilityOf({ days, broken, keptBookings: 77 });
    expect(1_000_000 - losses.reduce((sum, loss) => sum + loss.ppm, 0)).toBe(ppm);
  });
});
