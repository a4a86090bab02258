import type { AccessKey, AccessTraces } from '@rsm/domain/access/access-history';
import type { BookingId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';

import type { Session } from '../common/session.ts';

/**
 * The keys that a booking was made with, and the ends that were agreed on. A key's fingerprint is computed from the key
 * itself (SHA-256 of its blob in base64 without padding, as ssh-keygen(1) prints it): the renter may have removed it since.
 * The time of an extension is that of its money, which is moved in the same transaction.
 */
export async function findAccessTraces(session: Session, bookingId: BookingId): Promise<AccessTraces> {
  const keys = await session.rows<AccessKey>(
    'find_access_keys',
    `SELECT split_part(given.key, ' ', 1) AS "keyType", print.fingerprint, known.name
     FROM bookings booking
       CROSS JOIN LATERAL unnest(booking.public_keys) WITH ORDINALITY AS given (key, position)
       CROSS JOIN LATERAL (SELECT 'SHA256:' ||
         rtrim(encode(sha256(decode(split_part(given.key, ' ', 2), 'base64')), 'base64'), '=') AS fingerprint) print
       LEFT JOIN ssh_keys known ON known.user_id = booking.renter_id AND known.fingerprint = print.fingerprint
     WHERE booking.id = ? ORDER BY given.position`,
    [bookingId],
  );
  const ends = await session.rows<{ readonly at: Instant; readonly end: Instant }>(
    'find_access_ends',
    `SELECT CASE segment.seq WHEN 1 THEN booking.created_at ELSE transfer.at END AS at, segment.end_at AS end
     FROM booking_price_segments segment JOIN bookings booking ON booking.id = segment.booking_id
       LEFT JOIN ledger_transfers transfer
         ON transfer.idempotency_key = 'booking:' || segment.booking_id || ':hold:' || (segment.seq - 1)
     WHERE segment.booking_id = ? AND (segment.seq = 1 OR transfer.at IS NOT NULL) ORDER BY segment.seq`,
    [bookingId],
  );
  return { keys, ends };
}
