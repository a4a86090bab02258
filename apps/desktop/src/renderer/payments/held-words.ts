import type { BookingStatus } from '@rsm/domain/bookings/booking';
import type { DataWipeStatus } from '@rsm/domain/data-wipes/data-wipe';
import type { EarningHold } from '@rsm/domain/earnings/earning';
import { formatDateTime } from '../format/time.ts';

interface HeldFacts {
  readonly booking: BookingStatus | null;
  readonly wipe: DataWipeStatus | null;
}

/** Why a share waits, and what ends the waiting. */
export function holdText(hold: EarningHold, facts: HeldFacts, reservedUntil: Date | null): string {
  switch (hold) {
    case 'clean_up':
      return cleanUpText(facts);
    case 'dispute':
      return 'A dispute about this booking is open. It waits for the decision.';
    case 'reserve':
      return reservedUntil === null
        ? 'It waits a while longer, because your profile is new.'
        : `It waits until ${formatDateTime(reservedUntil)}, because your profile is new.`;
  }
}

/** Which charge of a booking it is. Short bookings have one. */
export function partText(part: number): string {
  return part === 0 ? '' : `Charge ${String(part + 1)} of this booking.`;
}

function cleanUpText({ booking, wipe }: HeldFacts): string {
  if (booking === 'active')
    return 'The booking still runs: the latest week waits for the next one, or for the clean-up.';
  switch (wipe) {
    case 'pending':
      return 'The clean-up has not begun yet.';
    case 'running':
      return 'The clean-up runs. The share is yours when it is verified.';
    case 'failed':
      return 'The clean-up failed. Run it again on the machine’s page.';
    case 'unverifiable':
      return 'The clean-up could not be checked. Run it again on the machine’s page, or the people who run this marketplace decide.';
    case 'verified':
      return 'The clean-up is verified. The share becomes available in a moment.';
    case null:
      return booking === 'quarantined'
        ? 'The clean-up could not be done in time, and the machine is quarantined.'
        : 'The access is being ended. The clean-up comes next.';
  }
}
