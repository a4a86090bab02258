import type { Booking } from '@rsm/domain/bookings/booking';

import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

/**
 * Writes a booking, its price segments and the first row of its history in one statement: this is the hottest write.
 * Foreign keys between the three are checked at the statement's end.
 */
export async function insertBooking(session: Session, booking: Booking): Promise<void> {
  const segments = booking.priceSegments.map((segment, index) => ({
    seq: index + 1,
    start_at: timestamp(segment.start),
    end_at: timestamp(segment.end),
    price_per_hour_micros: segment.pricePerHour,
  }));
  await session.rows(
    'insert_booking',
    `WITH booking AS (
       INSERT INTO bookings (id, listing_id, machine_id, unit_id, renter_id, provider_id, start_at, end_at, turnaround_ms,
         status, status_reason, status_changed_at, end_reason, access_mode, currency, fee_basis_points,
         cancellation_policy, hold_amount_micros, charged_amount_micros, released_amount_micros, ready_at,
         access_ended_at, cancel_requested_at, end_requested_at, end_requested_by, deadline_at, canary_consent,
         public_keys, created_at, container_image)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)
       RETURNING id, status, status_reason, status_changed_at
     ), segments AS (
       INSERT INTO booking_price_segments (booking_id, seq, start_at, end_at, price_per_hour_micros)
       SELECT booking.id, segment.* FROM booking, jsonb_to_recordset(?::jsonb)
         AS segment (seq integer, start_at timestamptz, end_at timestamptz, price_per_hour_micros bigint)
     )
     INSERT INTO booking_state_changes (booking_id, seq, from_status, to_status, reason, at)
     SELECT id, 1, NULL, status, status_reason, status_changed_at FROM booking`,
    [
      booking.id,
      booking.listingId,
      booking.machineId,
      booking.unitId,
      booking.renterId,
      booking.providerId,
      timestamp(booking.start),
      timestamp(booking.end),
      booking.turnaroundMs,
      booking.status,
      booking.statusReason,
      timestamp(booking.statusChangedAt),
      booking.endReason,
      booking.accessMode,
      booking.currency,
      booking.feeBasisPoints,
      booking.cancellationPolicy,
      booking.holdAmount,
      booking.chargedAmount,
      booking.releasedAmount,
      timestamp(booking.readyAt),
      timestamp(booking.accessEndedAt),
      timestamp(booking.cancelRequestedAt),
      timestamp(booking.endRequestedAt),
      booking.endRequestedBy,
      timestamp(booking.deadlineAt),
      booking.canaryConsent,
      [...booking.publicKeys],
      timestamp(booking.createdAt),
      booking.containerImage === null ? null : JSON.stringify(booking.containerImage),
      batch(segments),
    ],
  );
}
