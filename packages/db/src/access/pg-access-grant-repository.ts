import type { AccessGrant, AccessGrantRepository, AccessGrantStatus } from '@rsm/domain/access/access-grant';
import type { AccessTraces } from '@rsm/domain/access/access-history';
import { notFound } from '@rsm/domain/common/domain-error';
import type { BookingId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';

import type { Session } from '../common/session.ts';
import { recordStatusChange, wrongState } from '../common/status.ts';
import { findAccessTraces } from './access-traces.ts';
import { AccessGrantModel } from './access-grant-model.ts';

/** What lets renters in; one grant per booking. */
export class PgAccessGrantRepository implements AccessGrantRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findByBooking(bookingId: BookingId): Promise<AccessGrant | null> {
    const row = await AccessGrantModel.query(this.#session.connection).findOne({ booking_id: bookingId });
    return row?.toAccessGrant() ?? null;
  }

  findTraces(bookingId: BookingId): Promise<AccessTraces> {
    return findAccessTraces(this.#session, bookingId);
  }

  async insert(grant: AccessGrant): Promise<void> {
    await this.#session.refusing(
      AccessGrantModel.query(this.#session.connection).insert({
        id: grant.id,
        booking_id: grant.bookingId,
        machine_id: grant.machineId,
        mode: grant.mode,
        status: grant.status,
        account_name: grant.accountName,
        uid: grant.uid,
        endpoint_address: grant.endpoint.address,
        endpoint_port: grant.endpoint.port,
        host_key_type: grant.hostKey.keyType,
        host_key_public: grant.hostKey.publicKey,
        host_key_fingerprint: grant.hostKey.fingerprint,
        watchdog_deadline_at: grant.watchdogDeadlineAt,
        granted_at: grant.grantedAt,
        revoked_at: grant.revokedAt,
        created_at: grant.createdAt,
      }),
    );
  }

  async changeStatus(
    bookingId: BookingId,
    change: { from: AccessGrantStatus; to: AccessGrantStatus; at: Instant; watchdogDeadlineAt?: Instant },
  ): Promise<void> {
    const rows = await this.#session.refusing(
      AccessGrantModel.query(this.#session.connection)
        .patch({
          status: change.to,
          ...(change.to === 'active' ? { granted_at: change.at } : {}),
          ...(change.to === 'revoked' ? { revoked_at: change.at } : {}),
          ...(change.watchdogDeadlineAt === undefined ? {} : { watchdog_deadline_at: change.watchdogDeadlineAt }),
        })
        .where({ booking_id: bookingId, status: change.from })
        .returning('id'),
    );
    const id = rows[0]?.id;
    if (id === undefined) throw wrongState('access', change.from);
    await recordStatusChange(this.#session, rows.length, {
      ...change,
      subject: 'access_grant',
      noun: 'access',
      id,
      reason: null,
    });
  }

  async setWatchdogDeadline(bookingId: BookingId, deadlineAt: Instant): Promise<void> {
    const updated = await this.#session.refusing(
      AccessGrantModel.query(this.#session.connection)
        .patch({ watchdog_deadline_at: deadlineAt })
        .where({ booking_id: bookingId }),
    );
    if (updated !== 1) throw notFound('access');
  }
}
