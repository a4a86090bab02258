import type { BookingRead } from '@rsm/api/schemas/bookings';
import { Link } from '@tanstack/react-router';
import { PackageOpen } from 'lucide-react';
import { useServerNow } from './use-server-now.ts';
import { linkClasses } from '../ui/link-classes.ts';

/** The hint comes with the notice of one hour. */
const SHOWN_BEFORE_END_MS = 3_600_000;
/** Where room is scarce it comes with the notice of 15 minutes. */
const TERSE_BEFORE_END_MS = 900_000;

/** Nothing survives a booking, so its renter is reminded while there is time. */
export function TakeHomeHint({ booking, isTerse }: { readonly booking: BookingRead; readonly isTerse: boolean }) {
  const nowMs = useServerNow();
  const isNear =
    booking.status === 'active' &&
    booking.endRequestedAt === null &&
    booking.end.getTime() - nowMs <= (isTerse ? TERSE_BEFORE_END_MS : SHOWN_BEFORE_END_MS) &&
    booking.end.getTime() > nowMs;
  return (
    <div role="status" className="empty:hidden">
      {isNear && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-warning-soft px-4 py-3 text-sm">
          <PackageOpen className="size-4.5 shrink-0 text-warning" aria-hidden />
          <span className="min-w-0">
            <strong className="font-semibold text-warning">Take your data home.</strong> At the end everything of yours
            on the machine is deleted.
          </span>
          <Link
            to="/bookings/$bookingId"
            params={{ bookingId: booking.id }}
            search={{ tab: 'files' }}
            className={linkClasses}
          >
            Copy files
          </Link>
        </p>
      )}
    </div>
  );
}
