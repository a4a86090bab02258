import { notFound } from '@rsm/domain/common/domain-error';
import type { BlockId, BookingId, OccupancyId, UnitId } from '@rsm/domain/common/ids';
import type { Instant, TimeRange } from '@rsm/domain/common/instant';
import type { Block, Occupancy, OccupancyRepository, WindowClaim } from '@rsm/domain/occupancies/occupancy';

import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';
import { BlockModel, toBlock, toOccupancy, type BlockRow, type OccupancyRow } from './occupancy-model.ts';

const BLOCK_COLUMNS = `blocks.*, lower(during) AS start_at, upper(during) AS end_at
  FROM blocks JOIN occupancies ON occupancies.block_id = blocks.id AND live`;

/** The calendars of units. The exclusion constraint `occupancies_no_overlap` is the judge of every overlap. */
export class PgOccupancyRepository implements OccupancyRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Booking and key come with one commit, so that one snapshot shows both or neither. */
  async areTaken(claims: readonly WindowClaim[]): Promise<readonly boolean[]> {
    const rows = await this.#session.rows<{ taken: boolean | null }>(
      'taken_windows',
      // A crowd wants the same, which is looked up once. Lateral with a limit: Postgres must not gather all keys and all
      // occupancies to look up a few of them.
      `WITH claim AS MATERIALIZED (
         SELECT * FROM jsonb_to_recordset(?::jsonb) AS claim (position integer, listing_id uuid, renter_id uuid, key text,
           start_at timestamptz, end_at timestamptz, duration_ms bigint)
       ), taken AS MATERIALIZED (
         SELECT listing_id, start_at, end_at, occupied.provider_id
         FROM (SELECT DISTINCT listing_id, start_at, end_at, duration_ms FROM claim) wanted CROSS JOIN LATERAL (
           SELECT listings.provider_id FROM listings JOIN occupancies USING (unit_id)
           WHERE listings.id = wanted.listing_id AND listings.status = 'active'
             AND wanted.duration_ms BETWEEN listings.duration_min_ms AND listings.duration_max_ms
             AND occupancies.live AND occupancies.during && tstzrange(wanted.start_at, wanted.end_at, '[)')
           LIMIT 1
         ) occupied
       )
       SELECT taken.provider_id <> claim.renter_id AND earlier.found IS NULL AS taken
       FROM claim LEFT JOIN taken USING (listing_id, start_at, end_at) LEFT JOIN LATERAL (
         SELECT true AS found FROM idempotency_keys
         WHERE user_id = claim.renter_id AND operation = 'bookings.create' AND idempotency_keys.key = claim.key
         LIMIT 1
       ) earlier ON true
       ORDER BY claim.position`,
      [
        batch(
          claims.map(({ idempotencyKey, listingId, range, renterId }, position) => ({
            position,
            listing_id: listingId,
            renter_id: renterId,
            key: idempotencyKey,
            start_at: timestamp(range.start),
            end_at: timestamp(range.end),
            duration_ms: range.end - range.start,
          })),
        ),
      ],
    );
    return rows.map(({ taken }) => taken === true);
  }

  async listByUnit(unitId: UnitId, range: TimeRange, limit: number): Promise<readonly Occupancy[]> {
    const rows = await this.#session.rows<OccupancyRow>(
      'list_occupancies',
      `SELECT id, unit_id, lower(during) AS start_at, upper(during) AS end_at, booking_id, block_id FROM occupancies
       WHERE unit_id = ? AND live AND during && tstzrange(?, ?, '[)') ORDER BY lower(during) LIMIT ?`,
      [unitId, timestamp(range.start), timestamp(range.end), limit],
    );
    return rows.map(toOccupancy);
  }

  async listBlocks(unitId: UnitId, range: TimeRange, limit: number): Promise<readonly Block[]> {
    const rows = await this.#session.rows<BlockRow>(
      'list_blocks',
      `SELECT ${BLOCK_COLUMNS}
       WHERE occupancies.unit_id = ? AND during && tstzrange(?, ?, '[)') ORDER BY lower(during) LIMIT ?`,
      [unitId, timestamp(range.start), timestamp(range.end), limit],
    );
    return rows.map(toBlock);
  }

  async findBlock(id: BlockId): Promise<Block | null> {
    const row = await this.#session.row<BlockRow>('find_block', `SELECT ${BLOCK_COLUMNS} WHERE blocks.id = ?`, [id]);
    return row === null ? null : toBlock(row);
  }

  async lockCalendar(unitId: UnitId): Promise<void> {
    const row = await this.#session.row<{ unit_id: UnitId }>(
      'lock_calendar',
      'SELECT unit_id FROM unit_calendars WHERE unit_id = ? FOR UPDATE',
      [unitId],
    );
    if (row === null) throw notFound('machine');
  }

  async insertForBooking(occupancy: {
    id: OccupancyId;
    unitId: UnitId;
    bookingId: BookingId;
    range: TimeRange;
  }): Promise<void> {
    await this.#session.rows(
      'insert_booking_occupancy',
      `INSERT INTO occupancies (id, unit_id, during, kind, booking_id, live)
       VALUES (?, ?, tstzrange(?, ?, '[)'), 'booking', ?, true)`,
      [
        occupancy.id,
        occupancy.unitId,
        timestamp(occupancy.range.start),
        timestamp(occupancy.range.end),
        occupancy.bookingId,
      ],
    );
  }

  async moveEndForBooking(bookingId: BookingId, end: Instant): Promise<void> {
    const row = await this.#session.row<{ id: OccupancyId }>(
      'move_occupancy_end',
      `UPDATE occupancies SET during = tstzrange(lower(during), ?, '[)') WHERE booking_id = ? AND live RETURNING id`,
      [timestamp(end), bookingId],
    );
    if (row === null) throw notFound('booking in the calendar');
  }

  async releaseForBooking(bookingId: BookingId): Promise<void> {
    await this.#session.rows('release_occupancy', 'UPDATE occupancies SET live = false WHERE booking_id = ? AND live', [
      bookingId,
    ]);
  }

  async insertBlock(block: Block & { readonly occupancyId: OccupancyId }): Promise<void> {
    await this.#session.refusing(
      BlockModel.query(this.#session.connection).insert({
        id: block.id,
        unit_id: block.unitId,
        kind: block.kind,
        note: block.note,
        created_by: block.createdBy,
        created_at: block.createdAt,
      }),
    );
    await this.#session.rows(
      'insert_block_occupancy',
      `INSERT INTO occupancies (id, unit_id, during, kind, block_id, live)
       VALUES (?, ?, tstzrange(?, ?, '[)'), 'block', ?, true)`,
      [block.occupancyId, block.unitId, timestamp(block.range.start), timestamp(block.range.end), block.id],
    );
  }

  async releaseBlock(id: BlockId): Promise<boolean> {
    const row = await this.#session.row<{ id: OccupancyId }>(
      'release_block',
      'UPDATE occupancies SET live = false WHERE block_id = ? AND live RETURNING id',
      [id],
    );
    return row !== null;
  }
}
