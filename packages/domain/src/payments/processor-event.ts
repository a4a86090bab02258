import type { Instant } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../common/instant.ts';
import type { ProcessorSubject } from './payment-processor.ts';
import type { ProcessorName } from './payment.ts';

/** What a processor told or was asked for, stored before anything is done about it. */
export interface StoredProcessorEvent {
  readonly processor: ProcessorName;
  /** The processor's id of it: unique, so that a second delivery is known. */
  readonly eventId: string;
  readonly type: string;
  /** Null for types that say nothing to us. */
  readonly subject: ProcessorSubject | null;
  /** When it happened, as the processor says. */
  readonly at: Instant;
  readonly receivedAt: Instant;
  readonly appliedAt: Instant | null;
  readonly attempts: number;
  readonly nextAttemptAt: Instant;
}

/** No processor's ids are near this; the rest would not fit into a job's key. */
export const EVENT_ID_CHARS_MAX = 150;
/** An event whose thing we do not know (yet) is given up after this. */
export const EVENT_GIVE_UP_MS = 3 * DAY_MS;
/** Events are kept for so long after they were applied: far longer than any processor delivers one again. */
export const EVENT_KEPT_MS = 90 * DAY_MS;
/** Old events that one reconciliation clears away. */
export const EVENTS_CLEARED_MAX = 5_000;
/** How often the processor is asked what no webhook told. */
export const RECONCILE_INTERVAL_MS = 5 * MINUTE_MS;
/** Processors list events by their own clock and not always at once: so much is asked for again. */
export const RECONCILE_OVERLAP_MS = HOUR_MS;
/** How far back the first look goes at least; further where our first payment is older. Stripe keeps its events for 30 days (API reference, Events). */
export const RECONCILE_FIRST_MS = 30 * DAY_MS;
/** Lists that one reconciliation reads; the next one takes the rest. */
export const RECONCILE_LISTS_MAX = 10;

const ATTEMPT_FIRST_MS = 30_000;
const ATTEMPT_PAUSE_MAX_MS = HOUR_MS;

/** The pause after a try that led to nothing: 30 s, 1 min, 2 min … an hour. */
export function attemptPauseMs(attempts: number): number {
  return Math.min(ATTEMPT_PAUSE_MAX_MS, ATTEMPT_FIRST_MS * 2 ** Math.min(attempts, 10));
}

export interface ProcessorEventReads {
  find(processor: ProcessorName, eventId: string): Promise<StoredProcessorEvent | null>;
  /** Events that were not applied and whose next try is due, for the sweep; at most `limit`. */
  listDue(now: Instant, limit: number): Promise<readonly Pick<StoredProcessorEvent, 'processor' | 'eventId'>[]>;
  /** Up to when the processor's list was read; null before the first time. */
  listedUntil(processor: ProcessorName): Promise<Instant | null>;
}

export interface ProcessorEventRepository extends ProcessorEventReads {
  /** False when it is there already; a parallel insert of the same event is waited for. */
  insert(event: StoredProcessorEvent): Promise<boolean>;
  /** Guarded by "not applied"; false when it was. */
  markApplied(processor: ProcessorName, eventId: string, at: Instant): Promise<boolean>;
  /** Counts a try that led to nothing. */
  defer(processor: ProcessorName, eventId: string, nextAttemptAt: Instant): Promise<void>;
  /** Never goes back. */
  setListedUntil(processor: ProcessorName, until: Instant): Promise<void>;
  /** Clears away applied events; returns how many. */
  removeAppliedBefore(before: Instant, limit: number): Promise<number>;
}
