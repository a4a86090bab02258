import type { UserId } from '../common/ids.ts';
import type { TimeRange } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import type { SpendingAlarm, SpendingAlarmPercent, SpendingLimit } from './spending.ts';

export interface SpendingReads {
  /** The newest decision; null when the renter never made one. */
  findLimit(renterId: UserId): Promise<SpendingLimit | null>;
  /**
   * What a renter has spent in a month: over his bookings, what was set aside in the month less what came back in it, and
   * never less than nothing for any booking.
   */
  spentIn(renterId: UserId, month: TimeRange): Promise<AmountMicros>;
  /** The parts of the limit at which he was told in this month, least first. */
  listAlarms(renterId: UserId, month: TimeRange): Promise<readonly SpendingAlarmPercent[]>;
}

export interface SpendingRepository extends SpendingReads {
  /** Adds a decision; earlier ones stay. The renter's row must be locked, because decisions are numbered. */
  addLimit(limit: SpendingLimit): Promise<void>;
  /** Notes alarms and returns those that were not raised before in their month. */
  raiseAlarms(alarms: readonly SpendingAlarm[]): Promise<readonly SpendingAlarmPercent[]>;
}
