import type { BookingListItem, BookingRead } from '@rsm/api/schemas/bookings';
import type { BookingStatus } from '@rsm/domain/bookings/booking';

/** Who looks: of the same state a renter and a provider want to know different things. */
export type BookingViewer = 'renter' | 'provider' | 'admin';

/** What the sentences and countdowns of a booking depend on, from a list row or from the detail. Times in epoch milliseconds. */
export interface BookingMoments {
  readonly status: BookingStatus;
  readonly startMs: number;
  readonly endMs: number;
  /** The renter or the provider has asked for the end, and the worker is about to act on it. */
  readonly isEnding: boolean;
  /** The renter wants to leave while access is still being set up. */
  readonly isLeaving: boolean;
  /** Why the start is late, where the server knows it. */
  readonly delayReason: string | null;
}

export function momentsOf(booking: BookingRead, delayReason: string | null = null): BookingMoments {
  return {
    status: booking.status,
    startMs: booking.start.getTime(),
    endMs: booking.end.getTime(),
    isEnding: booking.endRequestedAt !== null,
    isLeaving: booking.cancelRequestedAt !== null,
    delayReason,
  };
}

export function momentsOfItem(item: BookingListItem): BookingMoments {
  return {
    status: item.status,
    startMs: Date.parse(item.start),
    endMs: Date.parse(item.end),
    isEnding: false,
    isLeaving: false,
    delayReason: null,
  };
}

/** Whether anything about the booking still changes by itself. */
export function isOpen(status: BookingStatus): boolean {
  switch (status) {
    case 'scheduled':
    case 'provisioning':
    case 'active':
    case 'revoking':
    case 'wiping':
    case 'quarantined':
      return true;
    case 'completed':
    case 'cancelled':
    case 'failed':
      return false;
  }
}
