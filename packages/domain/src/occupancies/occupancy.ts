import type { BlockId, BookingId, ListingId, OccupancyId, UnitId, UserId } from '../common/ids.ts';
import type { Instant, TimeRange } from '../common/instant.ts';

export const blockKinds = ['own_use', 'maintenance', 'rented_elsewhere'] as const;
export type BlockKind = (typeof blockKinds)[number];

/** Time on a unit that the provider keeps for himself. */
export interface Block {
  readonly id: BlockId;
  readonly unitId: UnitId;
  readonly kind: BlockKind;
  readonly range: TimeRange;
  readonly note: string | null;
  readonly createdBy: UserId;
  readonly createdAt: Instant;
}

/** A stretch of time on a unit: a booking with its turnaround, or a block. */
export interface Occupancy {
  readonly id: OccupancyId;
  readonly unitId: UnitId;
  readonly range: TimeRange;
  readonly of:
    | { readonly kind: 'booking'; readonly bookingId: BookingId }
    | { readonly kind: 'block'; readonly blockId: BlockId };
}

/** What a person is told who comes too late for a window, whoever has found it out. */
export const WINDOW_TAKEN = {
  code: 'window_taken',
  message: 'This time is taken.',
  remedy: 'Choose another start or a shorter time.',
} as const;

/** A wish for a stretch of a listing's time, with the key that makes it once. */
export interface WindowClaim {
  readonly listingId: ListingId;
  readonly range: TimeRange;
  readonly renterId: UserId;
  readonly idempotencyKey: string;
}

export interface OccupancyReads {
  /**
   * For each claim, in its order, whether a booking of it can only be refused because its time is taken. False for one whose key
   * was answered before, and for one that is refused for another reason first (what is not on offer, the renter's own machine,
   * a length that the listing does not take).
   */
  areTaken(claims: readonly WindowClaim[]): Promise<readonly boolean[]>;
  /** Live occupancies that touch the range, by start, at most `limit`. */
  listByUnit(unitId: UnitId, range: TimeRange, limit: number): Promise<readonly Occupancy[]>;
  listBlocks(unitId: UnitId, range: TimeRange, limit: number): Promise<readonly Block[]>;
  findBlock(id: BlockId): Promise<Block | null>;
}

/** The exclusion constraint behind these methods is the judge of every overlap. */
export interface OccupancyRepository extends OccupancyReads {
  /** Takes the unit's calendar row lock: first in the lock order after the idempotency row. */
  lockCalendar(unitId: UnitId): Promise<void>;
  /** @throws DomainError window_taken */
  insertForBooking(occupancy: {
    id: OccupancyId;
    unitId: UnitId;
    bookingId: BookingId;
    range: TimeRange;
  }): Promise<void>;
  /** Moves the end of a booking's live occupancy. @throws DomainError window_taken */
  moveEndForBooking(bookingId: BookingId, end: Instant): Promise<void>;
  /** Takes the occupancy out of the calendar (a booking that was cancelled or failed). */
  releaseForBooking(bookingId: BookingId): Promise<void>;
  /** @throws DomainError window_taken */
  insertBlock(block: Block & { readonly occupancyId: OccupancyId }): Promise<void>;
  /** Returns false when there is no such live block. */
  releaseBlock(id: BlockId): Promise<boolean>;
}
