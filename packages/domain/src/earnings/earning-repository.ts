import type { BookingId, EarningId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { Earning } from './earning.ts';

export interface EarningReads {
  findById(id: EarningId): Promise<Earning | null>;
  /** The earnings of a booking, by part. */
  listByBooking(bookingId: BookingId): Promise<readonly Earning[]>;
  /** What a provider earned that is not available yet, newest first. */
  listHeld(providerId: UserId, request: PageRequest): Promise<Page<Earning>>;
  /** Earnings whose last reason to wait is over, for the sweep; at most `limit`. */
  listReleasable(now: Instant, limit: number): Promise<readonly EarningId[]>;
}

export interface EarningRepository extends EarningReads {
  insert(earning: Earning): Promise<void>;
  /** The earnings of a booking by part, locked. */
  lockByBooking(bookingId: BookingId): Promise<readonly Earning[]>;
  /** A provider's earnings that are not available, oldest first, locked; at most `limit`. */
  lockHeld(providerId: UserId, limit: number): Promise<readonly Earning[]>;
  /** Guarded by "not earned yet"; false when it was. */
  markEarned(id: EarningId, change: { at: Instant; reservedUntil: Instant | null }): Promise<boolean>;
  /** Guarded by "earned, and not available yet"; false when it was. */
  markAvailable(id: EarningId, at: Instant): Promise<boolean>;
  /** Notes that a dispute about the booking is open since then, or no longer. Earnings that are available stay so. */
  setDisputed(bookingId: BookingId, at: Instant | null): Promise<void>;
  /** Takes a part of what is left. @throws DomainError conflict when less is left */
  take(id: EarningId, amount: AmountMicros): Promise<void>;
}
