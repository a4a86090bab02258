import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime, formatRelative } from '../format/time.ts';
import { bookingStatusWords } from '../format/words.ts';

const HOUR_MS = 3_600_000;
/** So far ahead the list looks; the calendar shows the rest. */
const AHEAD_MS = 30 * 24 * HOUR_MS;

/** The booking that runs on a machine now, or the next one within 30 days. */
export function NextBooking({ machineId }: { readonly machineId: string }) {
  const trpc = useTRPC();
  // Whole hours, so that each look does not ask a new question.
  const [startMs] = useState(() => Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
  const calendar = useQuery(
    trpc.machines.calendar.queryOptions({
      id: machineId,
      range: { start: new Date(startMs), end: new Date(startMs + AHEAD_MS) },
    }),
  );
  if (calendar.data === undefined) return <>{calendar.isError ? 'can’t be read' : '…'}</>;
  const nowMs = Date.now();
  const bookings = calendar.data.occupancies.flatMap(({ bookingId, range }) =>
    bookingId === null || range.end.getTime() <= nowMs ? [] : [{ bookingId, ...range }],
  );
  const next = bookings.find(({ start }) => start.getTime() > nowMs);
  const later = next === undefined ? <>none within 30 days</> : <Upcoming booking={next} nowMs={nowMs} />;
  const current = bookings.find(({ start }) => start.getTime() <= nowMs);
  return current === undefined ? later : <Current booking={current}>{later}</Current>;
}

interface Occupying {
  readonly bookingId: string;
  readonly start: Date;
  readonly end: Date;
}

function Upcoming({ booking, nowMs }: { readonly booking: Occupying; readonly nowMs: number }) {
  return (
    <BookingLink bookingId={booking.bookingId}>
      {formatDateTime(booking.start)} ({formatRelative(booking.start, nowMs)})
    </BookingLink>
  );
}

/** The calendar keeps the clean-up time to its end; a booking that is over before that is no news. */
function Current({ booking, children }: { readonly booking: Occupying; readonly children: ReactNode }) {
  const trpc = useTRPC();
  const detail = useQuery(trpc.bookings.get.queryOptions({ id: booking.bookingId }));
  const status = detail.data?.booking.status;
  if (status === 'completed' || status === 'cancelled' || status === 'failed') return children;
  const word = status === undefined ? '' : `, ${bookingStatusWords[status].label.toLowerCase()}`;
  return (
    <BookingLink bookingId={booking.bookingId}>
      now{word}
      {status !== 'quarantined' && `, cleaned up by ${formatDateTime(booking.end)}`}
    </BookingLink>
  );
}

function BookingLink({ bookingId, children }: { readonly bookingId: string; readonly children: ReactNode }) {
  return (
    <Link to="/bookings/$bookingId" params={{ bookingId }} className="text-primary-text underline underline-offset-4">
      {children}
    </Link>
  );
}
