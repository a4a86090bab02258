import type { Instant } from '../common/instant.ts';
import type { Machine } from '../machines/machine.ts';
import type { BookingReads } from './booking-repository.ts';
import type { Booking } from './booking.ts';

type Reads = Pick<BookingReads, 'findUncleanPredecessor'>;
type HeldUp = Pick<Machine, 'status' | 'hostKeyState'>;

/** Why provisioning can't start now, or null. The cleanliness of the unit is a gate of its own beside the calendar. */
export async function startObstacle(bookings: Reads, booking: Booking, machine: HeldUp): Promise<string | null> {
  if (machine.status === 'quarantined') return 'The machine is in quarantine.';
  if (machine.status !== 'verified') return `The machine is ${machine.status}.`;
  if (machine.hostKeyState !== 'pinned') return 'The host key of the machine is not confirmed.';
  const unclean = await bookings.findUncleanPredecessor(booking.unitId, booking);
  return unclean === null ? null : 'The clean-up of an earlier booking is not verified yet.';
}

/**
 * Why a booking whose start has come is not active yet (product.md, "Rules": *delayed*), as far as it is known; null for every other
 * booking, and while access is just being set up.
 */
export async function delayReason(
  bookings: Reads,
  booking: Booking,
  machine: HeldUp & Pick<Machine, 'reachability'>,
  now: Instant,
): Promise<string | null> {
  if (now < booking.start) return null;
  if (booking.status === 'scheduled') return startObstacle(bookings, booking, machine);
  if (booking.status !== 'provisioning') return null;
  if (machine.hostKeyState !== 'pinned') return 'The machine showed another host key, so that nobody is let in.';
  return machine.reachability === 'unreachable' ? 'The machine does not answer.' : null;
}
