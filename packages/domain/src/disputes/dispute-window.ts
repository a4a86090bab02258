import type { Booking } from '../bookings/booking.ts';
import { DomainError } from '../common/domain-error.ts';
import type { Instant } from '../common/instant.ts';
import { plusMs, toIso } from '../common/instant.ts';
import { DISPUTE_WINDOW_MS } from './dispute.ts';

type Ended = Pick<Booking, 'status' | 'statusChangedAt' | 'chargedAmount' | 'accessEndedAt' | 'end'>;

/**
 * When a booking was over: its access ended, or it was cancelled or failed. A machine that never answered again shut the
 * renter out by itself at the booked end. Null while its money is not divided yet.
 */
export function overAt(booking: Ended): Instant | null {
  if (booking.chargedAmount === null) return null;
  if (booking.status === 'cancelled' || booking.status === 'failed') return booking.statusChangedAt;
  return booking.accessEndedAt ?? booking.end;
}

/** Until when a dispute about a booking may be opened (that moment included); null when there is nothing to dispute. */
export function disputableUntil(booking: Ended): Instant | null {
  const since = overAt(booking);
  if (since === null) return null;
  const neverUsed = booking.status === 'cancelled' || booking.status === 'failed';
  return neverUsed && booking.chargedAmount === 0n ? null : plusMs(since, DISPUTE_WINDOW_MS);
}

/** @throws DomainError wrong_state before the booking is over, when it cost nothing, and when it is over for too long */
export function assertDisputable(booking: Ended, now: Instant): void {
  if (overAt(booking) === null) {
    throw new DomainError('wrong_state', `This booking is ${booking.status}: it is not over yet.`, {
      field: 'bookingId',
      remedy: 'End or cancel it first. A dispute can be opened for 14 days after that.',
    });
  }
  const until = disputableUntil(booking);
  if (until === null) {
    throw new DomainError('wrong_state', 'This booking never began and cost nothing.', {
      field: 'bookingId',
      remedy: 'Nothing is left to do: all money went back.',
    });
  }
  if (now > until) {
    throw new DomainError('wrong_state', `A dispute about this booking could be opened until ${toIso(until)}.`, {
      field: 'bookingId',
      remedy: 'Write to the operator of this marketplace.',
    });
  }
}
