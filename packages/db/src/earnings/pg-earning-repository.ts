import { DomainError } from '@rsm/domain/common/domain-error';
import type { BookingId, EarningId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros } from '@rsm/domain/common/money';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { Earning } from '@rsm/domain/earnings/earning';
import type { EarningRepository } from '@rsm/domain/earnings/earning-repository';

import { newestFirst } from '../common/newest-first.ts';
import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';
import { EarningModel } from './earning-model.ts';

/** What providers earned, and what holds it back. */
export class PgEarningRepository implements EarningRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findById(id: EarningId): Promise<Earning | null> {
    const row = await this.#query().findById(id);
    return row?.toEarning() ?? null;
  }

  async listByBooking(bookingId: BookingId): Promise<readonly Earning[]> {
    const rows = await this.#query().where({ booking_id: bookingId }).orderBy('part');
    return rows.map((row) => row.toEarning());
  }

  async listHeld(providerId: UserId, request: PageRequest): Promise<Page<Earning>> {
    const held = this.#query().where({ provider_id: providerId }).whereNull('available_at');
    return newestFirst(held, request, (row) => row.toEarning());
  }

  async listReleasable(now: Instant, limit: number): Promise<readonly EarningId[]> {
    const rows = await this.#session.rows<{ id: EarningId }>(
      'list_releasable_earnings',
      `SELECT id FROM earnings WHERE available_at IS NULL AND earned_at IS NOT NULL AND disputed_at IS NULL
         AND (reserved_until IS NULL OR reserved_until <= ?) ORDER BY reserved_until, id LIMIT ?`,
      [timestamp(now), limit],
    );
    return rows.map(({ id }) => id);
  }

  async insert(earning: Earning): Promise<void> {
    await this.#session.refusing(
      this.#query().insert({
        id: earning.id,
        booking_id: earning.bookingId,
        provider_id: earning.providerId,
        part: earning.part,
        amount_micros: earning.amount,
        taken_micros: earning.taken,
        currency: earning.currency,
        created_at: earning.createdAt,
        earned_at: earning.earnedAt,
        reserved_until: earning.reservedUntil,
        disputed_at: earning.disputedAt,
        available_at: earning.availableAt,
      }),
    );
  }

  async lockByBooking(bookingId: BookingId): Promise<readonly Earning[]> {
    // Locked in order of id, as every set of earnings is; the callers want them by part.
    const rows = await this.#session.refusing(
      this.#query().where({ booking_id: bookingId }).orderBy('id').forNoKeyUpdate(),
    );
    return rows.toSorted((a, b) => a.part - b.part).map((row) => row.toEarning());
  }

  async lockHeld(providerId: UserId, limit: number): Promise<readonly Earning[]> {
    // Ids are UUIDv7: their order is that of time, so the oldest come first.
    const held = this.#query().where({ provider_id: providerId }).whereNull('available_at');
    const rows = await this.#session.refusing(held.orderBy('id').limit(limit).forNoKeyUpdate());
    return rows.map((row) => row.toEarning());
  }

  async markEarned(id: EarningId, change: { at: Instant; reservedUntil: Instant | null }): Promise<boolean> {
    const changed = await this.#session.refusing(
      this.#query()
        .patch({ earned_at: change.at, reserved_until: change.reservedUntil })
        .where({ id })
        .whereNull('earned_at'),
    );
    return changed === 1;
  }

  async markAvailable(id: EarningId, at: Instant): Promise<boolean> {
    const changed = await this.#session.refusing(
      this.#query().patch({ available_at: at }).where({ id }).whereNull('available_at').whereNotNull('earned_at'),
    );
    return changed === 1;
  }

  async setDisputed(bookingId: BookingId, at: Instant | null): Promise<void> {
    await this.#session.refusing(
      this.#query().patch({ disputed_at: at }).where({ booking_id: bookingId }).whereNull('available_at'),
    );
  }

  async take(id: EarningId, amount: AmountMicros): Promise<void> {
    const rows = await this.#session.rows<{ id: EarningId }>(
      'take_from_earning',
      `UPDATE earnings SET taken_micros = taken_micros + ?::bigint
       WHERE id = ? AND taken_micros + ?::bigint <= amount_micros RETURNING id`,
      [amount, id, amount],
    );
    if (rows.length === 1) return;
    throw new DomainError('conflict', 'Less is left of this earning meanwhile.', { remedy: 'Try again.' });
  }

  #query() {
    return EarningModel.query(this.#session.connection);
  }
}
