import { DomainError } from '@rsm/domain/common/domain-error';
import type { Instant } from '@rsm/domain/common/instant';

import type { Session } from './session.ts';
import { timestamp } from './timestamp.ts';

/** Nouns whose changes of status are kept in `status_changes`. Bookings have a history of their own. */
export type StatusSubject =
  | 'access_grant'
  | 'benchmark'
  | 'data_wipe'
  | 'dispute'
  | 'listing'
  | 'machine'
  | 'payment'
  | 'user';

/** The error of a guarded update that met another state than the expected one. */
export function wrongState(noun: string, expected: string): DomainError {
  return new DomainError('wrong_state', `This ${noun} is not ${expected} any more.`, {
    remedy: 'Reload the page to see how it stands now.',
  });
}

/**
 * Finishes a guarded update: no row means that the expected state was not there, one row is written into the history.
 * @throws DomainError wrong_state
 */
export async function recordStatusChange(
  session: Session,
  updatedRows: number,
  change: {
    readonly subject: StatusSubject;
    readonly noun: string;
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly reason: string | null;
    readonly at: Instant;
  },
): Promise<void> {
  if (updatedRows !== 1) throw wrongState(change.noun, change.from);
  await session.rows(
    'record_status_change',
    `INSERT INTO status_changes (subject, subject_id, from_status, to_status, reason, at) VALUES (?, ?, ?, ?, ?, ?)`,
    [change.subject, change.id, change.from, change.to, change.reason, timestamp(change.at)],
  );
}
