import type { AccessHistory, AccessHistoryEntry, AccessTraces } from '../access/access-history.ts';
import type { AccessGrant } from '../access/access-grant.ts';
import type { BookingDetail } from './booking-view.ts';

/**
 * Puts together what the rows say about a booking's access. A provider learns which keys were on his machine, and not what
 * the renter calls them.
 */
export function accessHistoryOf(
  { booking, viewer }: Pick<BookingDetail, 'booking' | 'viewer'>,
  grant: AccessGrant | null,
  traces: AccessTraces,
): AccessHistory {
  const steps = [
    { kind: 'prepared', at: grant?.createdAt ?? null },
    { kind: 'granted', at: grant?.grantedAt ?? null },
    { kind: 'revoked', at: grant?.revokedAt ?? null },
  ] as const;
  const entries: readonly AccessHistoryEntry[] = [
    ...traces.ends.map(({ at, end }) => ({ kind: 'deadline_set' as const, at, deadline: end })),
    ...steps.flatMap(({ kind, at }) => (at === null ? [] : [{ kind, at, deadline: null }])),
  ];
  return {
    accountName: grant?.accountName ?? null,
    mode: booking.accessMode,
    keys: viewer === 'provider' ? traces.keys.map((key) => ({ ...key, name: null })) : traces.keys,
    entries: entries.toSorted((a, b) => a.at - b.at),
    watchdogDeadlineAt: grant?.watchdogDeadlineAt ?? null,
  };
}
