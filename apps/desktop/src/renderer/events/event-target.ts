import type { AppRouter } from '@rsm/api';
import type { EventListItem } from '@rsm/api/schemas/events';
import type { DocumentKind } from '@rsm/domain/documents/document-kind';
import type { TRPCClient } from '@trpc/client';

type Subject = Pick<EventListItem, 'kind' | 'subject' | 'subjectId'>;

/** The screen of an event's subject, where the event alone tells it. The others have to be asked for theirs. */
export function pathOf(event: Subject): string | null {
  switch (event.subject) {
    case 'booking':
      return `/bookings/${event.subjectId}`;
    case 'machine':
      return `/machines/${event.subjectId}`;
    case 'listing':
      return `/listings/${event.subjectId}`;
    case 'payment':
      return event.kind === 'payout_changed' ? `/earnings/payouts/${event.subjectId}` : '/wallet';
    case 'user':
      return userPathOf(event);
    case 'benchmark':
    case 'data_wipe':
    case 'dispute':
    case 'document':
      return null;
  }
}

/** News about a person is news of his account, or of his money as a provider. */
function userPathOf({ kind }: Subject): string {
  if (kind === 'payout_changed') return '/earnings?tab=payouts';
  return kind === 'earnings_changed' ? '/earnings' : '/settings';
}

/** Where a person finds his documents of that kind. */
export function documentsPath(kind: DocumentKind): string {
  return kind === 'invoice' || kind === 'credit_note' ? '/wallet' : '/earnings?tab=documents';
}

/** The clean-up of a booking, with its report. */
export const cleanUpPath = (bookingId: string): string => `/bookings/${bookingId}?tab=clean-up`;

/** The screen of an event's subject, asking the server where it has to. @throws ClientError when that fails */
export async function findPath(client: TRPCClient<AppRouter>, event: Subject): Promise<string> {
  const path = pathOf(event);
  if (path !== null) return path;
  const id = { id: event.subjectId };
  if (event.subject === 'data_wipe') return cleanUpPath((await client.dataWipes.get.query(id)).bookingId);
  if (event.subject === 'dispute') {
    return `/bookings/${(await client.disputes.get.query(id)).dispute.bookingId}#dispute`;
  }
  if (event.subject === 'document') return documentsPath((await client.documents.get.query(id)).kind);
  return `/machines/${(await client.benchmarks.get.query(id)).machineId}`;
}
