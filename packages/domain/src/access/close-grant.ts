import type { BookingId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';

/**
 * Ends a grant whose access was never seen to end by itself: the verified wipe proved that nothing is left of it, or an
 * admin decided. A grant that was revoked before stays as it is.
 */
export async function closeGrant(tx: Pick<Tx, 'accessGrants'>, bookingId: BookingId, at: Instant): Promise<void> {
  const grant = await tx.accessGrants.findByBooking(bookingId);
  if (grant === null || grant.status === 'revoked') return;
  await tx.accessGrants.changeStatus(bookingId, { from: grant.status, to: 'revoked', at });
}
