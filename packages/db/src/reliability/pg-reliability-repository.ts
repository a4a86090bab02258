import { notFound } from '@rsm/domain/common/domain-error';
import type { BookingId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { MachineDay } from '@rsm/domain/reliability/machine-day';
import type {
  BrokenBooking,
  BrokenKind,
  LossKind,
  ReliabilityFigure,
  ReliabilityLoss,
} from '@rsm/domain/reliability/reliability';
import { LATE_CANCEL_MS } from '@rsm/domain/reliability/reliability';
import type { ReliabilityRepository, StoredReliability } from '@rsm/domain/reliability/reliability-repository';
import { BROKEN_ROWS_MAX } from '@rsm/domain/reliability/reliability-repository';
import { z } from 'zod';

import { fetchLimit, readCursor, toPage } from '../common/keyset.ts';
import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

/** A place in the list of what lowered a figure. No time is in it: not everybody may know when a booking was. */
const placeSchema = z.int().min(0);

type LossRow = {
  readonly at: Instant;
  readonly seq: number;
  readonly kind: LossKind;
  readonly booking_id: BookingId | null;
  readonly ppm: number;
};
type DayRow = {
  readonly day_start: Instant;
  readonly up_ms: number;
  readonly down_ms: number;
  readonly degraded_ms: number;
  readonly excused_ms: number;
};

/** What machines did day by day, and the figures made from it. */
export class PgReliabilityRepository implements ReliabilityRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async find(id: MachineId): Promise<StoredReliability | null> {
    const row = await this.#session.row<{
      ppm: number | null;
      measured_ms: bigint;
      bookings: number;
      at: Instant | null;
    }>(
      'find_reliability',
      `SELECT reliability_ppm AS ppm, reliability_measured_ms AS measured_ms, reliability_bookings AS bookings,
         reliability_at AS at FROM machines WHERE id = ?`,
      [id],
    );
    if (row === null) return null;
    return { ppm: row.ppm, measuredMs: Number(row.measured_ms), bookings: row.bookings, computedAt: row.at };
  }

  async listLosses(id: MachineId, request: PageRequest): Promise<Page<ReliabilityLoss>> {
    const after = readCursor(request, placeSchema) ?? -1;
    const rows = await this.#session.rows<LossRow>(
      'list_reliability_losses',
      `SELECT at, seq, kind, booking_id, ppm FROM reliability_losses WHERE machine_id = ? AND seq > ?
       ORDER BY seq LIMIT ?`,
      [id, after, fetchLimit(request)],
    );
    return toPage(request, rows, toLoss, (row) => row.seq);
  }

  async listDays(id: MachineId, range: { since: Instant; limit: number }): Promise<readonly MachineDay[]> {
    const rows = await this.#session.rows<DayRow>(
      'list_machine_days',
      `SELECT day_start, up_ms, down_ms, degraded_ms, excused_ms FROM machine_days
       WHERE machine_id = ? AND day_start >= ? ORDER BY day_start LIMIT ?`,
      [id, timestamp(range.since), range.limit],
    );
    return rows.map(toDay);
  }

  async lastDay(id: MachineId): Promise<Instant | null> {
    const row = await this.#session.row<{ day_start: Instant }>(
      'last_machine_day',
      'SELECT day_start FROM machine_days WHERE machine_id = ? ORDER BY day_start DESC LIMIT 1',
      [id],
    );
    return row?.day_start ?? null;
  }

  async bookingOutcomes(
    id: MachineId,
    since: Instant,
  ): Promise<{ readonly broken: readonly BrokenBooking[]; readonly keptBookings: number }> {
    const from = timestamp(since);
    const broken = await this.#session.rows<{ id: BookingId; kind: BrokenKind; at: Instant }>(
      'list_broken_bookings',
      `SELECT id, kind, at FROM (
         SELECT id, status_changed_at AS at, CASE WHEN start_at - status_changed_at < make_interval(secs => ?)
           THEN 'provider_cancelled_late' ELSE 'provider_cancelled' END AS kind
         FROM bookings WHERE machine_id = ? AND status = 'cancelled' AND broken_by_provider
         UNION ALL
         -- The wish counts, whether or not the access has ended by now.
         SELECT id, end_requested_at, 'provider_ended' FROM bookings WHERE machine_id = ? AND end_requested_by = 'provider'
         UNION ALL
         SELECT id, end_requested_at, 'handover_failed' FROM bookings WHERE machine_id = ? AND end_requested_by = 'handover'
         UNION ALL
         SELECT id, status_changed_at, CASE WHEN EXISTS (
             SELECT FROM booking_state_changes WHERE booking_id = id AND from_status = 'provisioning')
           THEN 'provisioning_failed' ELSE 'not_ready' END
         FROM bookings WHERE machine_id = ? AND status = 'failed' AND broken_by_provider) AS broken
       WHERE at >= ? ORDER BY at DESC, id LIMIT ?`,
      [LATE_CANCEL_MS / 1_000, id, id, id, id, from, BROKEN_ROWS_MAX],
    );
    const kept = await this.#session.row<{ count: number }>(
      'count_kept_bookings',
      `SELECT count(*)::integer AS count FROM bookings
       WHERE machine_id = ? AND access_ended_at >= ? AND end_reason IN ('ended', 'expired')`,
      [id, from],
    );
    return {
      broken: broken.map(({ at, id: bookingId, kind }) => ({ bookingId, kind, at })),
      keptBookings: kept?.count ?? 0,
    };
  }

  async listDue(before: Instant, limit: number): Promise<readonly MachineId[]> {
    const rows = await this.#session.rows<{ id: MachineId }>(
      'list_due_for_reliability',
      `SELECT id FROM machines WHERE status IN ('verified', 'quarantined') AND (reliability_at IS NULL OR reliability_at < ?)
       ORDER BY reliability_at NULLS FIRST, id LIMIT ?`,
      [timestamp(before), limit],
    );
    return rows.map((row) => row.id);
  }

  async saveDays(id: MachineId, days: readonly MachineDay[]): Promise<void> {
    if (days.length === 0) return;
    const rows = days.map((day) => ({
      day_start: timestamp(day.dayStart),
      up_ms: day.upMs,
      down_ms: day.downMs,
      degraded_ms: day.degradedMs,
      excused_ms: day.excusedMs,
    }));
    await this.#session.rows(
      'save_machine_days',
      `INSERT INTO machine_days (machine_id, day_start, up_ms, down_ms, degraded_ms, excused_ms)
       SELECT ?, day.* FROM jsonb_to_recordset(?::jsonb) AS day (day_start timestamptz, up_ms integer, down_ms integer,
         degraded_ms integer, excused_ms integer)
       ON CONFLICT (machine_id, day_start) DO UPDATE SET up_ms = excluded.up_ms, down_ms = excluded.down_ms,
         degraded_ms = excluded.degraded_ms, excused_ms = excluded.excused_ms`,
      [id, batch(rows)],
    );
  }

  async saveFigure(id: MachineId, figure: ReliabilityFigure, at: Instant): Promise<void> {
    // The machine's row first: two workers that compute the same figure follow each other.
    const saved = await this.#session.rows<{ id: MachineId }>(
      'save_reliability',
      `UPDATE machines SET reliability_ppm = ?, reliability_measured_ms = ?, reliability_bookings = ?, reliability_at = ?
       WHERE id = ? RETURNING id`,
      [figure.ppm, figure.measuredMs, figure.bookings, timestamp(at), id],
    );
    if (saved.length !== 1) throw notFound('machine');
    await this.#session.rows('forget_losses', 'DELETE FROM reliability_losses WHERE machine_id = ?', [id]);
    const newestFirst = figure.losses.toSorted((a, b) => b.at - a.at);
    const rows = newestFirst.map((loss, seq) => ({
      at: timestamp(loss.at),
      seq,
      kind: loss.kind,
      booking_id: loss.bookingId,
      ppm: loss.ppm,
    }));
    await this.#session.rows(
      'save_losses',
      `INSERT INTO reliability_losses (machine_id, at, seq, kind, booking_id, ppm)
       SELECT ?, loss.* FROM jsonb_to_recordset(?::jsonb) AS loss (at timestamptz, seq integer, kind text, booking_id uuid,
         ppm integer)`,
      [id, batch(rows)],
    );
  }
}

function toLoss(row: LossRow): ReliabilityLoss {
  return { kind: row.kind, bookingId: row.booking_id, at: row.at, ppm: row.ppm };
}

function toDay(row: DayRow): MachineDay {
  return {
    dayStart: row.day_start,
    upMs: row.up_ms,
    downMs: row.down_ms,
    degradedMs: row.degraded_ms,
    excusedMs: row.excused_ms,
  };
}
