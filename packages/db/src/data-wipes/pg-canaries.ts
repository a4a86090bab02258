import type { BookingId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { CanaryRecord, PlantedCanary } from '@rsm/domain/data-wipes/canary';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type CanaryRow = {
  readonly seed_sealed: string;
  readonly planted_at: Instant | null;
  readonly planted: readonly PlantedCanary[] | null;
  readonly note: string | null;
};

/** The markers of bookings: a sealed seed, and what planting came to. */
export class PgCanaries {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async find(bookingId: BookingId): Promise<CanaryRecord | null> {
    const row = await this.#session.row<CanaryRow>(
      'find_wipe_canaries',
      `SELECT canaries.seed_sealed, canaries.planted_at, canaries.planted, canaries.note
       FROM data_wipes wipe JOIN wipe_canaries canaries ON canaries.data_wipe_id = wipe.id WHERE wipe.booking_id = ?`,
      [bookingId],
    );
    if (row === null) return null;
    return {
      seedSealed: row.seed_sealed,
      plantedAt: row.planted_at,
      planted: row.planted ?? [],
      note: row.note,
    };
  }

  async keepSeed(bookingId: BookingId, seedSealed: string): Promise<void> {
    await this.#session.rows(
      'keep_canary_seed',
      `INSERT INTO wipe_canaries (data_wipe_id, seed_sealed)
       SELECT id, ? FROM data_wipes WHERE booking_id = ? ON CONFLICT (data_wipe_id) DO NOTHING`,
      [seedSealed, bookingId],
    );
  }

  async finish(
    bookingId: BookingId,
    end: { readonly at: Instant; readonly planted: readonly PlantedCanary[]; readonly note: string | null },
  ): Promise<void> {
    await this.#session.rows(
      'finish_canaries',
      `UPDATE wipe_canaries SET planted_at = ?, planted = ?::jsonb, note = ?
       FROM data_wipes wipe
       WHERE wipe.id = wipe_canaries.data_wipe_id AND wipe.booking_id = ? AND wipe_canaries.planted_at IS NULL`,
      [timestamp(end.at), JSON.stringify(end.planted), end.note, bookingId],
    );
  }
}
