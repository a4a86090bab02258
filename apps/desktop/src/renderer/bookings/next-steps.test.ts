import { bookingStatuses } from '@rsm/domain/bookings/booking';
import { describe, expect, test } from 'vitest';
import type { BookingMoments } from './booking-moments.ts';
import { isDelayed, timelineOf, whatNext } from './next-steps.ts';

const HOUR_MS = 3_600_000;

const moments = (change: Partial<BookingMoments> = {}): BookingMoments => ({
  status: 'active',
  startMs: 0,
  endMs: HOUR_MS,
  isEnding: false,
  isLeaving: false,
  delayReason: null,
  ...change,
});

describe('what happens next', () => {
  test('is said in every state, to both sides', () => {
    for (const status of bookingStatuses) {
      for (const viewer of ['renter', 'provider', 'admin'] as const) {
        expect(whatNext(moments({ status }), 0, viewer)).toMatch(/^[A-Z].*\.$/s);
      }
    }
  });

  test('a late start is explained, with the renter’s way out', () => {
    for (const status of ['scheduled', 'provisioning'] as const) {
      expect(isDelayed(moments({ status }), 119_999)).toBe(false);
      expect(isDelayed(moments({ status }), 120_000)).toBe(true);
      expect(whatNext(moments({ status }), 120_000, 'renter')).toContain('you may leave free');
      expect(whatNext(moments({ status }), 120_000, 'provider')).not.toContain('leave free');
    }
    expect(isDelayed(moments(), 10 * HOUR_MS)).toBe(false);
  });

  test('a start that is known to be late says why at once, and is never waited for beyond the end', () => {
    const late = moments({ status: 'scheduled', delayReason: 'The machine is in quarantine.' });
    expect(isDelayed(late, 0)).toBe(true);
    expect(whatNext(late, 0, 'renter')).toContain('The machine is in quarantine. It is tried again until');
    const until = (endMs: number) => /until ([^;]+);/.exec(whatNext({ ...late, endMs }, 0, 'renter'))?.[1];
    expect(until(HOUR_MS / 2)).not.toBe(until(HOUR_MS));
    expect(until(2 * HOUR_MS)).toBe(until(HOUR_MS));
  });

  test('in quarantine the renter learns that the price does not depend on it', () => {
    expect(whatNext(moments({ status: 'quarantined' }), 0, 'renter')).toContain('does not depend on it');
  });
});

describe('the timeline', () => {
  const change = (to: BookingMoments['status'], atMs: number, reason: string | null = null) =>
    ({ from: null, to, reason, at: new Date(atMs) }) as const;

  test('shows what was, what is, and what is planned', () => {
    const steps = timelineOf(moments(), { turnaroundMs: 900_000 }, [
      change('scheduled', -5),
      change('provisioning', 0),
      change('active', 10),
    ]);
    expect(steps.map(({ status, state }) => `${status} ${state}`)).toEqual([
      'scheduled done',
      'provisioning done',
      'active current',
      'revoking planned',
      'wiping planned',
      'completed planned',
    ]);
    expect(steps.at(-1)?.at?.getTime()).toBe(HOUR_MS + 900_000);
  });

  test('plans nothing after the last state, and keeps reasons', () => {
    const steps = timelineOf(moments({ status: 'cancelled' }), { turnaroundMs: 0 }, [
      change('scheduled', 0),
      change('cancelled', 5, 'The renter cancelled.'),
    ]);
    expect(steps.at(-1)).toMatchObject({ status: 'cancelled', state: 'done', note: 'The renter cancelled.' });
  });

  test('promises no time for an end that was asked for early', () => {
    const steps = timelineOf(moments({ isEnding: true }), { turnaroundMs: 0 }, [change('active', 0)]);
    expect(steps.filter(({ state }) => state === 'planned').every(({ at }) => at === null)).toBe(true);
  });
});
