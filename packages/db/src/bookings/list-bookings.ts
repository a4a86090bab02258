import type { BookingSide, BookingSummary } from '@rsm/domain/bookings/booking-repository';
import type { Page, PageRequest } from '@rsm/domain/common/page';

import { fetchLimit, readCursor, timeAndIdSchema, toPage } from '../common/keyset.ts';
import type { Session, SqlValue } from '../common/session.ts';

type SummaryRow = Omit<BookingSummary, 'viewer'>;

const COLUMNS = `
  booking.id, booking.listing_id AS "listingId", booking.machine_id AS "machineId", booking.start_at AS start,
  booking.end_at AS end, booking.status, booking.status_reason AS "statusReason", booking.access_mode AS "accessMode",
  booking.currency, booking.hold_amount_micros AS "holdAmount", booking.charged_amount_micros AS "chargedAmount",
  booking.released_amount_micros AS "releasedAmount", booking.created_at AS "createdAt", listing.title AS "listingTitle"`;

/** Who the other one is, and what the machine is called: each side learns what it may. */
const SIDES = {
  renter: {
    owner: 'booking.renter_id',
    columns: `NULL AS "machineName", coalesce(profile.public_name, other.display_name) AS "otherName"`,
    joins: `JOIN users other ON other.id = booking.provider_id
            LEFT JOIN provider_profiles profile ON profile.user_id = other.id`,
  },
  provider: {
    owner: 'booking.provider_id',
    columns: `machine.name AS "machineName", other.display_name AS "otherName"`,
    joins: `JOIN users other ON other.id = booking.renter_id JOIN machines machine ON machine.id = booking.machine_id`,
  },
} as const;

/** The bookings of one side, newest start first. One statement: a list is asked for all the time. */
export async function listBookings(
  session: Session,
  side: BookingSide,
  request: PageRequest,
): Promise<Page<BookingSummary>> {
  const { owner, columns, joins } = SIDES[side.as];
  const after = readCursor(request, timeAndIdSchema);
  const values: SqlValue[] = [side.userId];
  if (side.machineId !== null) values.push(side.machineId);
  if (after !== null) values.push(...after);
  const rows = await session.rows<SummaryRow>(
    `list_bookings_${side.as}_${side.machineId === null ? 'all' : 'machine'}_${after === null ? 'first' : 'next'}`,
    `SELECT ${COLUMNS}, ${columns}
     FROM bookings booking JOIN listings listing ON listing.id = booking.listing_id ${joins}
     WHERE ${owner} = ?${side.machineId === null ? '' : ' AND booking.machine_id = ?'}
       ${after === null ? '' : 'AND (booking.start_at, booking.id) < (?, ?)'}
     ORDER BY booking.start_at DESC, booking.id DESC LIMIT ?`,
    [...values, fetchLimit(request)],
  );
  return toPage(
    request,
    rows,
    (row) => ({ ...row, viewer: side.as }),
    (row) => [row.start, row.id],
  );
}
