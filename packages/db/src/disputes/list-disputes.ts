import type { BookingId, DisputeId, UserId } from '@rsm/domain/common/ids';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { DisputeSummary } from '@rsm/domain/disputes/dispute-repository';

import { fetchLimit, readCursor, timeAndIdSchema, toPage } from '../common/keyset.ts';
import type { Session, SqlValue } from '../common/session.ts';
import { disputeColumns, toDispute, type DisputeRow } from './dispute-model.ts';

type SummaryRow = DisputeRow & Pick<DisputeSummary, 'listingTitle' | 'renterName' | 'providerName'>;

/** Both sides know the same names of each other: the renter's display name, the provider's public one. */
const SUMMARY_SQL = `
  SELECT ${disputeColumns.map((column) => `dispute.${column}`).join(', ')}, listing.title AS "listingTitle",
    renter.display_name AS "renterName", coalesce(profile.public_name, provider.display_name) AS "providerName"
  FROM disputes dispute
  JOIN bookings booking ON booking.id = dispute.booking_id JOIN listings listing ON listing.id = booking.listing_id
  JOIN users renter ON renter.id = dispute.renter_id JOIN users provider ON provider.id = dispute.provider_id
  LEFT JOIN provider_profiles profile ON profile.user_id = dispute.provider_id`;

export async function findDisputeSummary(session: Session, id: DisputeId): Promise<DisputeSummary | null> {
  const row = await session.row<SummaryRow>('find_dispute', `${SUMMARY_SQL} WHERE dispute.id = ?`, [id]);
  return row === null ? null : toSummary(row);
}

/** The disputes in which a person is a side, newest first. */
export async function listDisputesOf(
  session: Session,
  userId: UserId,
  request: PageRequest & { readonly bookingId: BookingId | null },
): Promise<Page<DisputeSummary>> {
  const after = readCursor(request, timeAndIdSchema);
  const values: SqlValue[] = [userId, userId];
  if (request.bookingId !== null) values.push(request.bookingId);
  if (after !== null) values.push(...after);
  const rows = await session.rows<SummaryRow>(
    `list_disputes_${request.bookingId === null ? 'all' : 'booking'}_${after === null ? 'first' : 'next'}`,
    `${SUMMARY_SQL} WHERE (dispute.renter_id = ? OR dispute.provider_id = ?)
       ${request.bookingId === null ? '' : 'AND dispute.booking_id = ?'}
       ${after === null ? '' : 'AND (dispute.created_at, dispute.id) < (?, ?)'}
     ORDER BY dispute.created_at DESC, dispute.id DESC LIMIT ?`,
    [...values, fetchLimit(request)],
  );
  return toPage(request, rows, toSummary, (row) => [row.created_at, row.id]);
}

/** The disputes that wait for a decision, oldest first: whoever waits longest comes first. */
export async function listOpenDisputes(session: Session, request: PageRequest): Promise<Page<DisputeSummary>> {
  const after = readCursor(request, timeAndIdSchema);
  const rows = await session.rows<SummaryRow>(
    `list_open_disputes_${after === null ? 'first' : 'next'}`,
    `${SUMMARY_SQL} WHERE dispute.status = 'open'
       ${after === null ? '' : 'AND (dispute.created_at, dispute.id) > (?, ?)'}
     ORDER BY dispute.created_at, dispute.id LIMIT ?`,
    [...(after ?? []), fetchLimit(request)],
  );
  return toPage(request, rows, toSummary, (row) => [row.created_at, row.id]);
}

function toSummary(row: SummaryRow): DisputeSummary {
  const { listingTitle, providerName, renterName } = row;
  return { ...toDispute(row), listingTitle, providerName, renterName };
}
