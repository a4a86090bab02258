import type { BookingId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Handover } from './handover.ts';

export interface HandoverReads {
  findByBooking(id: BookingId): Promise<Handover | null>;
  /** Active bookings without a handover in which access worked at `readyFrom` or later, and before `readyBefore`; at most `limit`. */
  listMissing(range: { readyFrom: Instant; readyBefore: Instant }, limit: number): Promise<readonly BookingId[]>;
}

export interface HandoverRepository extends HandoverReads {
  /** Written once: false when the booking has its handover already, which then stays as it is. */
  insert(handover: Handover): Promise<boolean>;
}
