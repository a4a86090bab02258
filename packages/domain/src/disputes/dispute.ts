import type { BookingId, DisputeId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { StateGraph } from '../common/state-graph.ts';

export const disputeStatuses = ['open', 'decided', 'withdrawn'] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];

export const disputeStateGraph: StateGraph<DisputeStatus> = {
  open: ['decided', 'withdrawn'],
  decided: [],
  withdrawn: [],
};

/** The sides of a booking; one opens a dispute, the other may answer. */
export const disputeSides = ['renter', 'provider'] as const;
export type DisputeSide = (typeof disputeSides)[number];

/** What a dispute is about. */
export const disputeReasons = [
  'machine_not_as_listed',
  'not_reachable',
  'access_late',
  'charged_wrongly',
  'clean_up',
  'damage_or_abuse',
  'other',
] as const;
export type DisputeReason = (typeof disputeReasons)[number];

/** How an admin decides: how much of the charge goes back to the renter. */
export const disputeOutcomes = ['full', 'partial', 'none'] as const;
export type DisputeOutcome = (typeof disputeOutcomes)[number];

/** A disagreement about a booking that is over. While it is open, what the booking earned is held back. */
export interface Dispute {
  readonly id: DisputeId;
  readonly bookingId: BookingId;
  readonly renterId: UserId;
  readonly providerId: UserId;
  readonly openedBy: DisputeSide;
  readonly reason: DisputeReason;
  readonly text: string;
  readonly currency: Currency;
  readonly status: DisputeStatus;
  /** What the other side says; once, while the dispute is open. */
  readonly response: string | null;
  readonly respondedAt: Instant | null;
  /** Of the evidence that was attached when it was opened: SHA-256 of its text, hexadecimal. */
  readonly evidenceSha256: string;
  readonly decision: DisputeDecision | null;
  readonly createdAt: Instant;
  /** When it was decided or withdrawn. */
  readonly closedAt: Instant | null;
}

export interface DisputeDecision {
  readonly outcome: DisputeOutcome;
  /** What goes back to the renter; zero when the outcome is `none`. */
  readonly refund: AmountMicros;
  /** A sentence that both sides read. */
  readonly reason: string;
  readonly decidedBy: UserId;
}

/** A dispute may be opened for so long after access has ended. */
export const DISPUTE_WINDOW_MS = 14 * DAY_MS;
/** Disputes about one booking, one after the other; more is no new matter. */
export const DISPUTES_PER_BOOKING_MAX = 5;
export const DISPUTE_TEXT_LENGTH_MAX = 4_000;
export const DISPUTE_TEXT_LENGTH_MIN = 10;

/** Which side of the dispute a person is on; null for everybody else. */
export function sideOf(dispute: Pick<Dispute, 'renterId' | 'providerId'>, userId: UserId): DisputeSide | null {
  if (dispute.renterId === userId) return 'renter';
  return dispute.providerId === userId ? 'provider' : null;
}
