import type { BookingRead } from '@rsm/api/schemas/bookings';
import type { DisputeRead } from '@rsm/api/schemas/disputes';
import { instant } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { DISPUTES_PER_BOOKING_MAX } from '@rsm/domain/disputes/dispute';
import { disputableUntil } from '@rsm/domain/disputes/dispute-window';

type Ended = Pick<BookingRead, 'status' | 'statusChangedAt' | 'chargedMicros' | 'accessEndedAt' | 'end'>;

/** Whether a dispute can be opened now, and what to say where not. `nothing` is for bookings of which there is none to speak. */
export type DisputeChance =
  | { readonly kind: 'open'; readonly until: Date }
  | { readonly kind: 'too_late'; readonly until: Date }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'nothing' };

/** Whether a dispute about the booking can be opened, by the same rule as the server's. */
export function disputeChance(
  booking: Ended,
  disputes: readonly Pick<DisputeRead, 'status'>[],
  nowMs: number,
): DisputeChance {
  const untilMs = disputableUntil({
    status: booking.status,
    statusChangedAt: instant(booking.statusChangedAt.getTime()),
    chargedAmount: booking.chargedMicros === null ? null : amountMicros(booking.chargedMicros),
    accessEndedAt: booking.accessEndedAt === null ? null : instant(booking.accessEndedAt.getTime()),
    end: instant(booking.end.getTime()),
  });
  if (untilMs === null || disputes.some(({ status }) => status === 'open')) return { kind: 'nothing' };
  if (disputes.length >= DISPUTES_PER_BOOKING_MAX) return { kind: 'too_many' };
  const until = new Date(untilMs);
  return nowMs > untilMs ? { kind: 'too_late', until } : { kind: 'open', until };
}

/** What decisions about a booking gave back to its renter. */
export function refundedMicros(disputes: readonly Pick<DisputeRead, 'decision'>[]): bigint {
  return disputes.reduce((sum, { decision }) => sum + (decision?.refundMicros ?? 0n), 0n);
}
