import { describe, expect, test } from 'vitest';
import { instant, MINUTE_MS, plusMs } from '../common/instant.ts';
import type { Booking } from './booking.ts';
import { delayReason } from './start-obstacle.ts';

const start = instant(MINUTE_MS);
const late = plusMs(start, MINUTE_MS);
const ready = { status: 'verified', hostKeyState: 'pinned', reachability: 'reachable' } as const;
const clean = { findUncleanPredecessor: () => Promise.resolve(null) };

/** Only its start and its state decide. */
const booking = (status: Booking['status']): Booking =>
  ({ id: 'one', unitId: 'unit', start, status }) as unknown as Booking;

describe('why a start is late', () => {
  test('is not said before the start, nor of a booking that is under way or over', async () => {
    const quarantined = { ...ready, status: 'quarantined' } as const;
    expect(await delayReason(clean, booking('scheduled'), quarantined, plusMs(start, -1))).toBeNull();
    for (const status of ['active', 'wiping', 'completed', 'cancelled', 'failed'] as const) {
      expect(await delayReason(clean, booking(status), quarantined, late)).toBeNull();
    }
  });

  test.each([
    [{ ...ready, status: 'quarantined' }, 'The machine is in quarantine.'],
    [{ ...ready, status: 'retired' }, 'The machine is retired.'],
    [{ ...ready, hostKeyState: 'changed' }, 'The host key of the machine is not confirmed.'],
    [ready, null],
  ] as const)('is what keeps it from being begun: %o', async (machine, reason) => {
    expect(await delayReason(clean, booking('scheduled'), machine, late)).toBe(reason);
  });

  test('is an earlier clean-up that is not verified', async () => {
    const unclean = { findUncleanPredecessor: () => Promise.resolve(booking('wiping').id) };
    expect(await delayReason(unclean, booking('scheduled'), ready, late)).toContain('clean-up of an earlier booking');
  });

  test('is, once begun, a machine that does not answer or shows another key', async () => {
    const reason = (machine: Parameters<typeof delayReason>[2]) =>
      delayReason(clean, booking('provisioning'), machine, late);
    expect(await reason({ ...ready, reachability: 'unreachable' })).toBe('The machine does not answer.');
    expect(await reason({ ...ready, hostKeyState: 'changed' })).toContain('another host key');
    expect(await reason(ready)).toBeNull();
  });
});
