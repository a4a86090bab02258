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

/** A part of the earnings; without a name it is the first. */
export interface EarningsPart {
  readonly tab?: string;
}

/** The part of the earnings that an event about a person is shown in; null when it is not about what he earned. */
export function earningsPartOf({ kind }: Pick<Subject, 'kind'>): EarningsPart | null {
  if (kind === 'payout_changed') return { tab: 'payouts' };
  return kind === 'earnings_changed' ? {} : null;
}

function earningsPath(event: Subject): string | null {
  const part = earningsPartOf(event);
  if (part === null) return null;
  return part.tab === undefined ? '/earnings' : `/earnings?tab=${part.tab}`;
}

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
      return event.kind === 'payout_changed' ? `/earnings/payouts/${event.subjectId}` : walletPath(walletPartOf(event));
    case 'document':
      return `/wallet/documents/${event.subjectId}`;
    case 'user':
      return earningsPath(event) ?? walletPath(walletPartOf(event)) ?? '/settings';
    case 'benchmark':
    case 'data_wipe':
    case 'dispute':
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
  if (event.subject === 'dispute') {
    const { dispute } = await client.disputes.get.query({ id: event.subjectId });
    return `/bookings/${dispute.bookingId}#dispute`;
  }
  const { machineId } = await client.benchmarks.get.query({ id: event.subjectId });
  return `/machines/${machineId}`;
}
