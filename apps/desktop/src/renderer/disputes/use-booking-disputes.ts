import type { DisputeRead } from '@rsm/api/schemas/disputes';
import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import { DISPUTES_PER_BOOKING_MAX } from '@rsm/domain/disputes/dispute';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';

const NONE: readonly DisputeRead[] = [];

/** The disputes about a booking that is over, newest first; there can be none before, and administrators have their own list. */
export function useBookingDisputes({ booking, viewer }: BookingDetailRead) {
  const trpc = useTRPC();
  const mayHaveSome = booking.chargedMicros !== null && viewer !== 'admin';
  const query = useQuery(
    trpc.disputes.list.queryOptions(
      { bookingId: booking.id, limit: DISPUTES_PER_BOOKING_MAX },
      { enabled: mayHaveSome },
    ),
  );
  return { mayHaveSome, query, disputes: query.data?.items ?? NONE };
}
