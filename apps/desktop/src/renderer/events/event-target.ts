import type { AppRouter } from '@rsm/api';
import type { EventListItem } from '@rsm/api/schemas/events';
import type { TRPCClient } from '@trpc/client';

type Subject = Pick<EventListItem, 'kind' | 'subject' | 'subjectId'>;

/** A part of the wallet; without a name it is the first. */
export interface WalletPart {
  readonly tab?: string;
}

const walletParts: Partial<Record<EventListItem['kind'], WalletPart>> = {
  card_changed: { tab: 'cards' },
  auto_top_up_stopped: { tab: 'cards' },
  refund_changed: { tab: 'payments' },
  chargeback_changed: { tab: 'payments' },
  spending_alarm: {},
};

/** The part of the wallet that an event about a payment or a person is shown in; null when that is another screen. */
export function walletPartOf(event: Pick<Subject, 'kind' | 'subject'>): WalletPart | null {
  const part = walletParts[event.kind];
  return part ?? (event.subject === 'user' ? null : {});
}

function walletPath(part: WalletPart | null): string | null {
  if (part === null) return null;
  return part.tab === undefined ? '/wallet' : `/wallet?tab=${part.tab}`;
}

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
      return walletPath(walletPartOf(event));
    case 'document':
      return `/wallet/documents/${event.subjectId}`;
    case 'user':
      return walletPath(walletPartOf(event)) ?? '/settings';
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
