import type { MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { MachineDay } from './machine-day.ts';
import type { BrokenBooking, ReliabilityFigure, ReliabilityLoss } from './reliability.ts';

/** The figure as it was computed last; its losses are listed by themselves. */
export interface StoredReliability {
  readonly ppm: number | null;
  readonly measuredMs: number;
  readonly bookings: number;
  /** Null before the first computation. */
  readonly computedAt: Instant | null;
}

/** More broken bookings than these in 180 days leave nothing of a figure anyway. */
export const BROKEN_ROWS_MAX = 1_000;

export interface ReliabilityReads {
  find(id: MachineId): Promise<StoredReliability | null>;
  /** What lowered the figure, newest first. */
  listLosses(id: MachineId, request: PageRequest): Promise<Page<ReliabilityLoss>>;
  /** Days that were added up, oldest first, from `since` on, at most `limit`. */
  listDays(id: MachineId, range: { since: Instant; limit: number }): Promise<readonly MachineDay[]>;
  /** The newest day that was added up: it may not have been over then. */
  lastDay(id: MachineId): Promise<Instant | null>;
  /** What became of the bookings that were kept or broken since then; the newest `BROKEN_ROWS_MAX` of the broken ones. */
  bookingOutcomes(
    id: MachineId,
    since: Instant,
  ): Promise<{ readonly broken: readonly BrokenBooking[]; readonly keptBookings: number }>;
  /** Verified or quarantined machines whose figure is older than `before` or was never computed, at most `limit`. */
  listDue(before: Instant, limit: number): Promise<readonly MachineId[]>;
}

export interface ReliabilityRepository extends ReliabilityReads {
  /** Writes days, replacing what was written of the same ones. */
  saveDays(id: MachineId, days: readonly MachineDay[]): Promise<void>;
  /** Replaces the figure and everything that is listed as having lowered it. */
  saveFigure(id: MachineId, figure: ReliabilityFigure, at: Instant): Promise<void>;
}
