import type { Instant } from '@rsm/domain/common/instant';
import { plusMs } from '@rsm/domain/common/instant';
import type { LeaseRepository } from '@rsm/domain/jobs/job';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

/** Leases on the subjects of work. Times come from the caller's clock, so that a test can let them run out. */
export class PgLeaseRepository implements LeaseRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async acquire(input: {
    subject: string;
    owner: string;
    now: Instant;
    leaseMs: number;
  }): Promise<{ readonly acquired: true; readonly attempt: number } | { readonly acquired: false }> {
    const row = await this.#session.row<{ attempts: number }>(
      'acquire_lease',
      `INSERT INTO leases (subject, owner, expires_at, attempts) VALUES (?, ?, ?, 1)
       ON CONFLICT (subject) DO UPDATE
         SET owner = excluded.owner, expires_at = excluded.expires_at, attempts = leases.attempts + 1
         WHERE leases.owner IS NULL OR leases.expires_at <= ?
       RETURNING attempts`,
      [input.subject, input.owner, timestamp(plusMs(input.now, input.leaseMs)), timestamp(input.now)],
    );
    return row === null ? { acquired: false } : { acquired: true, attempt: row.attempts };
  }

  async renew(input: { subject: string; owner: string; now: Instant; leaseMs: number }): Promise<boolean> {
    const row = await this.#session.row<{ subject: string }>(
      'renew_lease',
      `UPDATE leases SET expires_at = ? WHERE subject = ? AND owner = ? AND expires_at > ? RETURNING subject`,
      [timestamp(plusMs(input.now, input.leaseMs)), input.subject, input.owner, timestamp(input.now)],
    );
    return row !== null;
  }

  async isHeld(input: { subject: string; owner: string; now: Instant }): Promise<boolean> {
    // FOR SHARE: nobody takes the lease over between this answer and the commit of the result that relies on it.
    const row = await this.#session.row<{ subject: string }>(
      'is_lease_held',
      'SELECT subject FROM leases WHERE subject = ? AND owner = ? AND expires_at > ? FOR SHARE',
      [input.subject, input.owner, timestamp(input.now)],
    );
    return row !== null;
  }

  async release(input: { subject: string; owner: string; resetAttempts: boolean }): Promise<void> {
    await this.#session.rows(
      'release_lease',
      `UPDATE leases SET owner = NULL, expires_at = NULL, attempts = CASE WHEN ? THEN 0 ELSE attempts END
       WHERE subject = ? AND owner = ?`,
      [input.resetAttempts, input.subject, input.owner],
    );
  }
}
