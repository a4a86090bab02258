import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { linkClasses } from '../ui/link-classes.ts';

/** What each side can do about a clean-up that is not verified. */
export function QuarantineHelp({ detail: { booking, viewer } }: { readonly detail: BookingDetailRead }) {
  if (booking.status !== 'quarantined') return null;
  return (
    <section
      aria-label="The clean-up is not verified"
      className="flex gap-3 rounded-lg bg-danger-soft px-5 py-4 text-sm"
    >
      <TriangleAlert className="mt-0.5 size-4.5 shrink-0 text-danger" aria-hidden />
      <div className="flex min-w-0 flex-col gap-2">
        <p className="font-semibold text-danger">The clean-up is not verified.</p>
        {viewer === 'renter' ? (
          <>
            <p>
              Nobody can book the machine until it is. Your access has ended, and what you pay is settled: it does not
              depend on this.
            </p>
            <p>What you can do meanwhile:</p>
            <ul className="list-disc pl-5">
              <li>Change passwords, tokens and keys that lay on the machine, as after any loss.</li>
              <li>Look at what was found, and keep the signed report of this attempt.</li>
            </ul>
          </>
        ) : (
          <p>
            The machine is in quarantine and the share waits. See what was found, put it right on the machine, and run
            the clean-up again.
          </p>
        )}
        <p>
          <Link
            to="/bookings/$bookingId"
            params={{ bookingId: booking.id }}
            search={{ tab: 'clean-up' }}
            className={linkClasses}
          >
            Show the clean-up
          </Link>
        </p>
      </div>
    </section>
  );
}
