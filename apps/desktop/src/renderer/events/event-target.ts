import type { AppRouter } from '@rsm/api';
import type { EventListItem } from '@rsm/api/schemas/events';
import type { TRPCClient } from '@trpc/client';

type Subject = Pick<EventListItem, 'subject' | 'subjectId'>;

/** The screen of an event's subject, where the subject alone tells it. Clean-ups and benchmarks have to be asked for theirs. */
export function pathOf(event: Subject): string | null {
  switch (event.subject) {
    case 'booking':
      return `/bookings/${event.subjectId}`;
    case 'machine':
      return `/machines/${event.subjectId}`;
    case 'listing':
      return `/listings/${event.subjectId}`;
    case 'payment':
    case 'dispute':
    case 'document':
      return '/wallet';
    case 'user':
      return '/settings';
    case 'benchmark':
    case 'data_wipe':
      return null;
  }
}

/** The clean-up of a booking, with its report. */
export const cleanUpPath = (bookingId: string): string => `/bookings/${bookingId}?tab=clean-up`;

/** The screen of an event's subject, asking the server where it has to. @throws ClientError when that fails */
export async function findPath(client: TRPCClient<AppRouter>, event: Subject): Promise<string> {
  const path = pathOf(event);
  if (path !== null) return path;
  if (event.subject === 'data_wipe') {
    const { bookingId } = await client.dataWipes.get.query({ id: event.subjectId });
    return cleanUpPath(bookingId);
  }
  const { machineId } = await client.benchmarks.get.query({ id: event.subjectId });
  return `/machines/${machineId}`;
}
