import type { Booking, BookingStatus } from '@rsm/domain/bookings/booking';
import type { BookingId, MachineId, UnitId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { SETTLEMENT_PERIOD_MS } from '@rsm/domain/earnings/earning';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

/**
 * The newest other booking of a unit that may have left traces nobody has proven gone. It touched the machine when it has a
 * clean-up, which is named before anything is sent there; that clean-up has to be verified, or released by an admin.
 */
export async function findUncleanPredecessor(
  session: Session,
  unitId: UnitId,
  before: Booking,
): Promise<BookingId | null> {
  const row = await session.row<{ id: BookingId }>(
    'find_unclean_predecessor',
    `SELECT booking.id FROM bookings booking JOIN data_wipes wipe ON wipe.booking_id = booking.id
     WHERE booking.unit_id = ? AND booking.id <> ? AND wipe.status <> 'verified' AND wipe.released_at IS NULL
     ORDER BY booking.start_at DESC, booking.id DESC LIMIT 1`,
    [unitId, before.id],
  );
  return row?.id ?? null;
}

/** Whether anything is booked on a machine, running, or not cleaned up. */
export async function hasOpenByMachine(session: Session, machineId: MachineId): Promise<boolean> {
  const row = await session.row<{ open: boolean }>(
    'has_open_booking',
    `SELECT EXISTS (SELECT FROM bookings WHERE machine_id = ?
              AND status IN ('scheduled', 'provisioning', 'active', 'revoking', 'wiping', 'quarantined'))
         OR EXISTS (SELECT FROM data_wipes WHERE machine_id = ? AND status IN ('pending', 'running')) AS open`,
    [machineId, machineId],
  );
  return row?.open ?? false;
}

/** Bookings on which a worker should be acting now, longest due first; what is quarantined waits for a person. */
export async function listDueBookings(
  session: Session,
  now: Instant,
  limit: number,
): Promise<readonly { id: BookingId; status: BookingStatus }[]> {
  const at = timestamp(now);
  return session.rows(
    'list_due_bookings',
    `SELECT id, status FROM bookings
     WHERE status IN ('scheduled', 'provisioning', 'active', 'revoking', 'wiping', 'quarantined') AND CASE status
       WHEN 'scheduled' THEN start_at <= ? OR cancel_requested_at IS NOT NULL
       WHEN 'active' THEN end_at <= ? OR end_requested_at IS NOT NULL
       WHEN 'quarantined' THEN false
       ELSE true END
     ORDER BY status_changed_at, id LIMIT ?`,
    [at, at, limit],
  );
}

/** Active bookings that are to get longer by themselves and end within a stretch of time, the earliest end first. */
export async function listDueForAutoExtension(
  session: Session,
  now: Instant,
  endMax: Instant,
  limit: number,
): Promise<readonly BookingId[]> {
  const rows = await session.rows<{ id: BookingId }>(
    'list_due_for_auto_extension',
    `SELECT id FROM bookings
     WHERE status = 'active' AND auto_extend_step_ms IS NOT NULL AND end_requested_at IS NULL AND end_at > ? AND end_at <= ?
     ORDER BY end_at, id LIMIT ?`,
    [timestamp(now), timestamp(endMax), limit],
  );
  return rows.map(({ id }) => id);
}

/** Active bookings of which one more whole week lies behind them and before their end, longest due first. */
export async function listDueForWeeklyCharge(
  session: Session,
  now: Instant,
  limit: number,
): Promise<readonly BookingId[]> {
  const weekEnd = `ready_at + (settled_weeks + 1) * ${SETTLEMENT_PERIOD_MS}::float8 * interval '1 millisecond'`;
  const rows = await session.rows<{ id: BookingId }>(
    'list_due_for_weekly_charge',
    `SELECT id FROM bookings
     WHERE status = 'active' AND end_requested_at IS NULL AND ${weekEnd} <= ? AND ${weekEnd} < end_at
     ORDER BY ready_at, id LIMIT ?`,
    [timestamp(now), limit],
  );
  return rows.map(({ id }) => id);
}
