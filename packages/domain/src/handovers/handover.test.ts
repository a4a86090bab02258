import { describe, expect, it } from 'vitest';
import type { Booking } from '../bookings/booking.ts';
import { HOUR_MS, MINUTE_MS, instant, plusMs } from '../common/instant.ts';
import type { HandoverCheck, HandoverVerdict } from './handover.ts';
import { freeLeaveUntil, mayLeaveFree, verdictOf } from './handover.ts';

const ready = instant(Date.UTC(2031, 0, 15, 12));
type Leaving = Pick<Booking, 'status' | 'readyAt' | 'end' | 'endRequestedAt'>;
const booking: Leaving = { status: 'active', readyAt: ready, end: plusMs(ready, HOUR_MS), endRequestedAt: null };

const checksOf = (verdicts: readonly HandoverVerdict[]): readonly HandoverCheck[] =>
  verdicts.map((verdict) => ({ id: 'facts', actual: 'found', required: 'wanted', verdict }));

describe('the verdict of a handover', () => {
  it.each<[HandoverVerdict, readonly HandoverVerdict[]]>([
    ['passed', ['passed', 'passed']],
    ['failed', ['passed', 'failed']],
    ['failed', ['not_measured', 'failed', 'passed']],
    ['not_measured', ['passed', 'not_measured']],
    ['not_measured', []],
  ])('is %s of %j', (verdict, verdicts) => {
    expect(verdictOf(checksOf(verdicts))).toBe(verdict);
  });
});

describe('leaving free of charge', () => {
  it.each<[string, Partial<Leaving>, HandoverVerdict | null, number, boolean]>([
    ['a failed check, at once', {}, 'failed', 0, true],
    ['a failed check, in the last moment', {}, 'failed', 15 * MINUTE_MS - 1, true],
    ['a failed check, 15 minutes after access worked', {}, 'failed', 15 * MINUTE_MS, false],
    ['a passed check', {}, 'passed', MINUTE_MS, false],
    ['a check that could not be made', {}, 'not_measured', MINUTE_MS, false],
    ['no check yet', {}, null, MINUTE_MS, false],
    [
      'a booking that ends before the 15 minutes do',
      { end: plusMs(ready, 10 * MINUTE_MS) },
      'failed',
      10 * MINUTE_MS,
      false,
    ],
    ['a booking that was ended already', { endRequestedAt: plusMs(ready, MINUTE_MS) }, 'failed', 2 * MINUTE_MS, false],
    ['a booking whose access has ended', { status: 'wiping' }, 'failed', MINUTE_MS, false],
    ['a booking in which access never worked', { readyAt: null, status: 'provisioning' }, 'failed', 0, false],
  ])('%s', (_name, change, verdict, afterMs, may) => {
    expect(mayLeaveFree({ ...booking, ...change }, verdict, plusMs(ready, afterMs))).toBe(may);
  });

  it('is possible for 15 minutes after access worked, however late that was, and not beyond the booked end', () => {
    expect(freeLeaveUntil(booking, 'failed')).toBe(plusMs(ready, 15 * MINUTE_MS));
    expect(freeLeaveUntil({ ...booking, end: plusMs(ready, 5 * MINUTE_MS) }, 'failed')).toBe(
      plusMs(ready, 5 * MINUTE_MS),
    );
    expect(freeLeaveUntil(booking, 'passed')).toBeNull();
  });
});
