import { notFound } from '../common/domain-error.ts';
import type { BookingId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Booking } from './booking.ts';
import { delayReason } from './start-obstacle.ts';

/** A booking as one person may see it. Of the renter a provider learns only a display name. */
export interface BookingDetail {
  readonly booking: Booking;
  readonly viewer: 'renter' | 'provider' | 'admin';
  readonly listingTitle: string;
  readonly machineName: string;
  readonly renterName: string;
  readonly providerName: string;
  /** Why a start that has come is late, as a sentence; null when it is not, or when nothing is known to be in its way. */
  readonly delayReason: string | null;
}

/** @throws DomainError not_found for everyone who is neither side nor an admin */
export async function viewBooking(
  options: { readonly uow: UnitOfWork; readonly clock: Clock },
  actor: Actor,
  id: BookingId,
): Promise<BookingDetail> {
  const { reads } = options.uow;
  const booking = await reads.bookings.findById(id);
  const viewer = booking === null ? null : viewerOf(booking, actor);
  if (booking === null || viewer === null) throw notFound('booking');
  if (viewer === 'admin') {
    await options.uow.run((tx) =>
      tx.audit.insert({
        actorId: actor.userId,
        action: 'bookings.look',
        subjectType: 'booking',
        subjectId: id,
        reason: null,
        at: options.clock.now(),
      }),
    );
  }
  const [listing, machine, renter, provider] = await Promise.all([
    reads.listings.findById(booking.listingId),
    reads.machines.findById(booking.machineId),
    reads.users.findById(booking.renterId),
    reads.users.findById(booking.providerId),
  ]);
  if (listing === null || machine === null || renter === null || provider === null) throw notFound('booking');
  return {
    booking,
    viewer,
    listingTitle: listing.title,
    machineName: machine.name,
    renterName: renter.displayName,
    providerName: provider.providerProfile?.publicName ?? provider.displayName,
    delayReason: await delayReason(reads.bookings, booking, machine, options.clock.now()),
  };
}

function viewerOf(booking: Booking, actor: Actor): BookingDetail['viewer'] | null {
  if (booking.renterId === actor.userId) return 'renter';
  if (booking.providerId === actor.userId) return 'provider';
  return actor.roles.includes('admin') ? 'admin' : null;
}
