import type { UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';

export const eventKinds = [
  'machine_connecting',
  'machine_host_key_scanned',
  'machine_checked',
  'machine_verified',
  'machine_unreachable',
  'machine_reachable',
  'machine_quarantined',
  'machine_released',
  'machine_retired',
  'benchmark_queued',
  'benchmark_progress',
  'benchmark_succeeded',
  'benchmark_failed',
  'benchmark_drifted',
  'listing_changed',
  'booking_scheduled',
  'booking_delayed',
  'booking_provisioning',
  'booking_active',
  'booking_handover_checked',
  'booking_extended',
  'booking_auto_extend_stopped',
  'booking_ends_soon',
  'booking_revoking',
  'booking_charged',
  'booking_wiping',
  'booking_quarantined',
  'booking_completed',
  'booking_cancelled',
  'booking_failed',
  'wipe_verified',
  'wipe_failed',
  'wipe_unverifiable',
  'wallet_changed',
  'earnings_changed',
  'card_changed',
  'auto_top_up_stopped',
  'refund_changed',
  'chargeback_changed',
  'payout_changed',
  'spending_alarm',
  'dispute_changed',
  'document_issued',
  'profile_changed',
] as const;
export type EventKind = (typeof eventKinds)[number];

export const eventSubjects = [
  'machine',
  'benchmark',
  'listing',
  'booking',
  'data_wipe',
  'payment',
  'dispute',
  'document',
  'user',
] as const;
export type EventSubject = (typeof eventSubjects)[number];

/** A fact that a user may see. Carries kind and ids; the client refetches what it shows. */
export interface NewEvent {
  readonly audience: UserId;
  readonly kind: EventKind;
  readonly subject: EventSubject;
  readonly subjectId: string;
  /** A sentence for the inbox. */
  readonly text: string;
}

export interface EventRow extends NewEvent {
  /** Gapless per audience, from 1. */
  readonly seq: number;
  readonly at: Instant;
}

/** Events are kept for thirteen months; a reader that comes back later is told to refetch. */
export const EVENT_RETENTION_MONTHS = 13;

export interface EventReads {
  /** Events after `seq`, oldest first, at most `limit`. */
  listAfter(audience: UserId, seq: number, limit: number): Promise<readonly EventRow[]>;
  /** The same for several audiences, each after its own place and at most `limit` each; who has none is not in the map. */
  listAfterEach(
    places: readonly { readonly audience: UserId; readonly afterSeq: number }[],
    limit: number,
  ): Promise<ReadonlyMap<UserId, readonly EventRow[]>>;
  /** The audience's last sequence and its oldest kept one; zeros when there is none. */
  bounds(audience: UserId): Promise<{ readonly lastSeq: number; readonly oldestSeq: number }>;
}

/** Buffers; the unit of work writes all of them, sorted, in one statement, last. */
export interface EventWriter {
  add(event: NewEvent): void;
}

/** Wakes readers after commits. Coalesced: several commits may cause one call. */
export interface EventWakeups {
  /** Calls `wake` whenever the audience may have new events. Returns the way to stop. */
  subscribe(audience: UserId, wake: () => void): () => void;
}
