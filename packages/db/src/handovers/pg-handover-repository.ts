import type { BookingId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Handover, HandoverCheck, HandoverVerdict } from '@rsm/domain/handovers/handover';
import type { HandoverRepository } from '@rsm/domain/handovers/handover-repository';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type HandoverRow = {
  readonly booking_id: BookingId;
  readonly machine_id: MachineId;
  readonly verdict: HandoverVerdict;
  readonly checks: readonly HandoverCheck[];
  readonly raw_output_sha256: string | null;
  readonly checked_at: Instant;
};

/** What was found when machines were handed over; written once, never changed. */
export class PgHandoverRepository implements HandoverRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findByBooking(id: BookingId): Promise<Handover | null> {
    const row = await this.#session.row<HandoverRow>(
      'find_handover',
      `SELECT booking_id, machine_id, verdict, checks, raw_output_sha256, checked_at FROM handovers WHERE booking_id = ?`,
      [id],
    );
    return row === null ? null : toHandover(row);
  }

  async listMissing(range: { readyFrom: Instant; readyBefore: Instant }, limit: number): Promise<readonly BookingId[]> {
    const rows = await this.#session.rows<{ id: BookingId }>(
      'list_missing_handovers',
      `SELECT id FROM bookings WHERE status = 'active' AND ready_at >= ? AND ready_at < ?
         AND NOT EXISTS (SELECT FROM handovers WHERE booking_id = bookings.id)
       ORDER BY ready_at, id LIMIT ?`,
      [timestamp(range.readyFrom), timestamp(range.readyBefore), limit],
    );
    return rows.map((row) => row.id);
  }

  async insert(handover: Handover): Promise<boolean> {
    const rows = await this.#session.rows<{ booking_id: BookingId }>(
      'insert_handover',
      `INSERT INTO handovers (booking_id, machine_id, verdict, checks, raw_output_sha256, checked_at)
       VALUES (?, ?, ?, ?::jsonb, ?, ?) ON CONFLICT (booking_id) DO NOTHING RETURNING booking_id`,
      [
        handover.bookingId,
        handover.machineId,
        handover.verdict,
        JSON.stringify(handover.checks),
        handover.rawOutputSha256,
        timestamp(handover.checkedAt),
      ],
    );
    return rows.length === 1;
  }
}

function toHandover(row: HandoverRow): Handover {
  return {
    bookingId: row.booking_id,
    machineId: row.machine_id,
    verdict: row.verdict,
    checks: row.checks,
    rawOutputSha256: row.raw_output_sha256,
    checkedAt: row.checked_at,
  };
}
