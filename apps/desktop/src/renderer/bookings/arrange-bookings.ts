import type { BookingListItem } from '@rsm/api/schemas/bookings';
import type { BookingStatus } from '@rsm/domain/bookings/booking';
import { isOpen } from './booking-moments.ts';

/** What wants attention first: access that works, then what is about to begin, then what is being cleaned up. */
const ORDER: Readonly<Record<BookingStatus, number>> = {
  active: 0,
  provisioning: 1,
  scheduled: 2,
  revoking: 3,
  wiping: 4,
  quarantined: 5,
  completed: 6,
  cancelled: 6,
  failed: 6,
};

/** Current bookings, the most urgent first; past ones, the newest first. */
export function arrangeBookings<Item extends Pick<BookingListItem, 'status' | 'start' | 'end'>>(
  items: readonly Item[],
): { readonly current: readonly Item[]; readonly past: readonly Item[] } {
  const current = items
    .filter(({ status }) => isOpen(status))
    .toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || Date.parse(a.start) - Date.parse(b.start));
  const past = items
    .filter(({ status }) => !isOpen(status))
    .toSorted((a, b) => Date.parse(b.start) - Date.parse(a.start));
  return { current, past };
}
