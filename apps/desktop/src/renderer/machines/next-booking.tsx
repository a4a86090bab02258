import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime, formatRelative } from '../format/time.ts';

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
  const next = calendar.data.occupancies.find(
    ({ bookingId, range }) => bookingId !== null && range.end.getTime() > nowMs,
  );
  if (next === undefined || next.bookingId === null) return <>none within 30 days</>;
  const { start, end } = next.range;
  const words =
    start.getTime() <= nowMs
      ? `now, clean-up done by ${formatDateTime(end)}`
      : `${formatDateTime(start)} (${formatRelative(start, nowMs)})`;
  return (
    <Link
      to="/bookings/$bookingId"
      params={{ bookingId: next.bookingId }}
      className="text-primary-text underline underline-offset-4"
    >
      {words}
    </Link>
  );
}
