import type { BookingId, MachineId, UnitId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { AutoExtend, Booking, BookingStateChange, BookingStatus, EndReason, PriceSegment } from './booking.ts';

/** Whose bookings are listed, and on which machine when not on all. */
export interface BookingSide {
  readonly as: 'renter' | 'provider';
  readonly userId: UserId;
  readonly machineId: MachineId | null;
}

/** What a row of a list shows to one side. Of the renter a provider learns only a display name. */
export interface BookingSummary extends Pick<
  Booking,
  | 'id'
  | 'listingId'
  | 'machineId'
  | 'start'
  | 'end'
  | 'status'
  | 'statusReason'
  | 'accessMode'
  | 'currency'
  | 'holdAmount'
  | 'chargedAmount'
  | 'releasedAmount'
  | 'createdAt'
> {
  readonly viewer: BookingSide['as'];
  readonly listingTitle: string;
  /** What the provider calls the machine; null for renters, who know it by its listing. */
  readonly machineName: string | null;
  /** The provider's public name for the renter, the renter's display name for the provider. */
  readonly otherName: string;
}

export interface BookingReads {
  findById(id: BookingId): Promise<Booking | null>;
  /** The bookings of one side, newest start first. */
  listBySide(side: BookingSide, request: PageRequest): Promise<Page<BookingSummary>>;
  /** Oldest first. */
  listStateChanges(id: BookingId): Promise<readonly BookingStateChange[]>;
  /**
   * The newest other booking of the unit whose clean-up is still open: it left `scheduled` for the machine (it has a data
   * wipe row), and that wipe is neither verified nor released by an admin. Null opens the gate for provisioning.
   */
  findUncleanPredecessor(unitId: UnitId, before: Booking): Promise<BookingId | null>;
  /** Whether the machine has a booking that is scheduled, running or being cleaned up. */
  hasOpenByMachine(machineId: MachineId): Promise<boolean>;
  /** Bookings on which a worker should be acting now, for the sweep; at most `limit`. */
  listDue(now: Instant, limit: number): Promise<readonly { readonly id: BookingId; readonly status: BookingStatus }[]>;
  /** Active bookings of which a whole week of use lies before `now` and is not charged yet; at most `limit`. */
  listDueForWeeklyCharge(now: Instant, limit: number): Promise<readonly BookingId[]>;
  /** Active bookings that extend themselves and end after `now`, at `endMax` or before; at most `limit`. */
  listDueForAutoExtension(now: Instant, endMax: Instant, limit: number): Promise<readonly BookingId[]>;
}

/** The columns that a state change may set beside the status. */
export interface BookingChange {
  readonly endReason?: EndReason;
  readonly readyAt?: Instant;
  readonly accessEndedAt?: Instant;
  readonly deadlineAt?: Instant | null;
  readonly end?: Instant;
  /** The provider or his machine broke it, which counts in the machine's reliability. */
  readonly brokenByProvider?: true;
}

export interface BookingRepository extends BookingReads {
  /** Inserts the booking with its price segments and the first row of its history. */
  insert(booking: Booking): Promise<void>;
  lockById(id: BookingId): Promise<Booking | null>;
  /** Guarded by the expected status; writes the history row too. @throws DomainError wrong_state */
  changeStatus(
    id: BookingId,
    change: { from: BookingStatus; to: BookingStatus; reason: string | null; at: Instant; set?: BookingChange },
  ): Promise<void>;
  /** Guarded by `status = expected`. Adds a segment, moves the end and raises the hold. @throws DomainError wrong_state */
  extend(
    id: BookingId,
    change: { expected: BookingStatus; segment: PriceSegment; end: Instant; holdAmount: AmountMicros },
  ): Promise<void>;
  setAutoExtend(id: BookingId, autoExtend: AutoExtend | null): Promise<void>;
  /** Notes a wish once; returns false when it was noted before. */
  requestCancel(id: BookingId, at: Instant): Promise<boolean>;
  requestEnd(id: BookingId, request: { at: Instant; by: EndReason; reason: string | null }): Promise<boolean>;
  /** Notes the charge of one more week. Guarded by the weeks so far and by "not settled yet"; false when it was noted. */
  settleWeek(
    id: BookingId,
    week: { readonly expectedWeeks: number; readonly settledAmount: AmountMicros },
  ): Promise<boolean>;
  /** Guarded by "not settled yet"; returns false when it was. */
  settle(id: BookingId, money: { chargedAmount: AmountMicros; releasedAmount: AmountMicros }): Promise<boolean>;
}
