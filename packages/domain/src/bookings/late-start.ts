import type { Instant } from '../common/instant.ts';
import { earlier, plusMs } from '../common/instant.ts';
import type { Booking } from './booking.ts';
import { PROVISIONING_LIMIT_MS } from './booking.ts';

/**
 * Until when a late start is waited for: 60 minutes after the start, and never beyond the booked end, which stays where it is.
 */
export function startLimit(booking: Pick<Booking, 'start' | 'end'>): Instant {
  return earlier(plusMs(booking.start, PROVISIONING_LIMIT_MS), booking.end);
}

/** What becomes of a booking whose start has come: it is begun, waited with (shown as delayed), or failed. */
export type StartOutcome = 'begin' | 'wait' | 'fail';

/**
 * Decides it. At the limit itself a machine that is ready may still be tried; after it, and without any time left to use,
 * everything goes back, whatever the machine could do now.
 * @param isHindered the machine is quarantined, unverified, or an earlier clean-up of it is not proven
 */
export function startOutcome(booking: Pick<Booking, 'start' | 'end'>, now: Instant, isHindered: boolean): StartOutcome {
  const limit = startLimit(booking);
  if (isHindered) return now >= limit ? 'fail' : 'wait';
  return now > limit || now >= booking.end ? 'fail' : 'begin';
}
