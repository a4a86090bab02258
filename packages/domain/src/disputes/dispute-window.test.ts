import { describe, expect, it } from 'vitest';
import type { Booking } from '../bookings/booking.ts';
import { DAY_MS, HOUR_MS, instant, plusMs } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import { assertDisputable, disputableUntil } from './dispute-window.ts';

const end = instant(Date.UTC(2031, 0, 15));
const booking = (change: Partial<Booking>) => ({
  status: 'completed' as const,
  statusChangedAt: plusMs(end, DAY_MS),
  accessEndedAt: plusMs(end, -HOUR_MS),
  chargedAmount: amountMicros(1n),
  end,
  ...change,
});

describe('a dispute can be opened for 14 days', () => {
  it.each<[string, Partial<Booking>, number | null]>([
    ['after access has ended', {}, -HOUR_MS],
    ['the same while the clean-up runs', { status: 'wiping' }, -HOUR_MS],
    ['the same when nothing was charged', { chargedAmount: amountMicros(0n) }, -HOUR_MS],
    ['after the booked end of a machine that never answered again', { accessEndedAt: null, status: 'quarantined' }, 0],
    ['after a cancellation that cost something', { status: 'cancelled', accessEndedAt: null }, DAY_MS],
    [
      'not after one that was free',
      { status: 'cancelled', accessEndedAt: null, chargedAmount: amountMicros(0n) },
      null,
    ],
    ['not after a start that failed', { status: 'failed', accessEndedAt: null, chargedAmount: amountMicros(0n) }, null],
    ['not while it runs', { status: 'active', accessEndedAt: null, chargedAmount: null }, null],
    ['not before it', { status: 'scheduled', accessEndedAt: null, chargedAmount: null }, null],
    ['not before its money is divided', { status: 'revoking', accessEndedAt: null, chargedAmount: null }, null],
  ])('%s', (_name, change, afterEndMs) => {
    const until = afterEndMs === null ? null : plusMs(end, afterEndMs + 14 * DAY_MS);
    expect(disputableUntil(booking(change))).toBe(until);
  });

  it('includes the last moment, and not the one after it', () => {
    const until = plusMs(end, 14 * DAY_MS - HOUR_MS);
    expect(() => assertDisputable(booking({}), until)).not.toThrow();
    expect(() => assertDisputable(booking({}), plusMs(until, 1))).toThrow(
      'A dispute about this booking could be opened until 2031-01-28T23:00:00.000Z.',
    );
  });
});
