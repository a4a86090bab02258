import type { BookingId, DisputeId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { DisputeEvidence, KeptEvidence } from './dispute-evidence.ts';
import type { Dispute, DisputeDecision } from './dispute.ts';

/** A dispute with the names that both sides know of each other. */
export interface DisputeSummary extends Dispute {
  readonly listingTitle: string;
  readonly renterName: string;
  readonly providerName: string;
}

export interface DisputeReads {
  findById(id: DisputeId): Promise<Dispute | null>;
  findSummary(id: DisputeId): Promise<DisputeSummary | null>;
  findEvidence(id: DisputeId): Promise<KeptEvidence | null>;
  /** Of one booking, oldest first. */
  listByBooking(bookingId: BookingId): Promise<readonly Dispute[]>;
  /** The disputes in which a person is a side, newest first; about one booking when it is named. */
  listByUser(
    userId: UserId,
    request: PageRequest & { readonly bookingId: BookingId | null },
  ): Promise<Page<DisputeSummary>>;
  /** Those that wait for a decision, oldest first. */
  listOpen(request: PageRequest): Promise<Page<DisputeSummary>>;
}

export interface DisputeRepository extends DisputeReads {
  /** One open dispute per booking. Returns the hash of the evidence. @throws DomainError conflict */
  insert(dispute: Omit<Dispute, 'evidenceSha256'>, evidence: DisputeEvidence): Promise<string>;
  /** Guarded by "open and not answered yet". @throws DomainError wrong_state */
  respond(id: DisputeId, response: { readonly text: string; readonly at: Instant }): Promise<void>;
  /** Guarded by "open"; writes the history too. @throws DomainError wrong_state */
  close(
    id: DisputeId,
    change: { readonly to: 'decided'; readonly decision: DisputeDecision; readonly at: Instant },
  ): Promise<void>;
  close(
    id: DisputeId,
    change: { readonly to: 'withdrawn'; readonly decision: null; readonly at: Instant },
  ): Promise<void>;
}
