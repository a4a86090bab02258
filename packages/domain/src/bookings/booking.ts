import type { ChosenImage } from '../access/container-image.ts';
import type { BookingId, ListingId, MachineId, UnitId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { StateGraph } from '../common/state-graph.ts';
import type { CancellationPolicy } from '../listings/listing.ts';
import type { AccessMode } from '../machines/machine.ts';

export const bookingStatuses = [
  'scheduled',
  'provisioning',
  'active',
  'revoking',
  'wiping',
  'quarantined',
  'completed',
  'cancelled',
  'failed',
] as const;
export type BookingStatus = (typeof bookingStatuses)[number];

export const bookingStateGraph: StateGraph<BookingStatus> = {
  // A booking that waits for an earlier wipe until its 60 minutes are over fails without ever being provisioned.
  scheduled: ['provisioning', 'cancelled', 'failed'],
  // The renter may leave free while a late start is shown as delayed.
  provisioning: ['active', 'failed', 'cancelled'],
  active: ['revoking'],
  revoking: ['wiping', 'quarantined'],
  wiping: ['completed', 'quarantined'],
  quarantined: ['completed'],
  completed: [],
  cancelled: [],
  failed: [],
};

/** Whether a booking in this state is still to be used, and so can be made longer. */
export function isLive(status: BookingStatus): boolean {
  return status === 'scheduled' || status === 'provisioning' || status === 'active';
}

/** Why access ended. `handover`: the renter left free of charge, because the check at the start failed. */
export const endReasons = ['ended', 'expired', 'interrupted', 'handover', 'provider', 'admin'] as const;
export type EndReason = (typeof endReasons)[number];

/** A stretch of a booking with the price that was shown when it was bought. */
export interface PriceSegment {
  readonly start: Instant;
  readonly end: Instant;
  readonly pricePerHour: AmountMicros;
}

/** A renter's wish that his booking gets longer by itself, a step at a time. */
export interface AutoExtend {
  readonly stepMs: number;
  /** What the whole booking may cost at most. */
  readonly maximum: AmountMicros;
}

export interface Booking {
  readonly id: BookingId;
  readonly listingId: ListingId;
  readonly machineId: MachineId;
  readonly unitId: UnitId;
  readonly renterId: UserId;
  readonly providerId: UserId;
  readonly start: Instant;
  readonly end: Instant;
  readonly turnaroundMs: number;
  readonly status: BookingStatus;
  /** A sentence that both sides may read. */
  readonly statusReason: string | null;
  readonly statusChangedAt: Instant;
  readonly endReason: EndReason | null;
  readonly accessMode: AccessMode;
  /** What the container is made from; null for accounts, and for bookings from before images could be chosen. */
  readonly containerImage: ChosenImage | null;
  /** In order and without gaps from start to end. */
  readonly priceSegments: readonly PriceSegment[];
  readonly currency: Currency;
  readonly feeBasisPoints: number;
  readonly cancellationPolicy: CancellationPolicy;
  /** The most that the booking can cost. */
  readonly holdAmount: AmountMicros;
  /** What was charged for whole weeks while the booking runs, and for how many. */
  readonly settledAmount: AmountMicros;
  readonly settledWeeks: number;
  /** Set once, when access has ended. `chargedAmount + releasedAmount = holdAmount`. */
  readonly chargedAmount: AmountMicros | null;
  readonly releasedAmount: AmountMicros | null;
  /** When access worked: charged time starts here. */
  readonly readyAt: Instant | null;
  readonly accessEndedAt: Instant | null;
  /** Wishes of a person against running work; the workflow acts on them. */
  readonly cancelRequestedAt: Instant | null;
  readonly endRequestedAt: Instant | null;
  readonly endRequestedBy: EndReason | null;
  /** When the current state must have been left. */
  readonly deadlineAt: Instant | null;
  readonly canaryConsent: boolean;
  readonly autoExtend: AutoExtend | null;
  /** OpenSSH public keys as they were when the booking was made. */
  readonly publicKeys: readonly string[];
  readonly createdAt: Instant;
}

export interface BookingStateChange {
  readonly bookingId: BookingId;
  /** Null for the first state. */
  readonly from: BookingStatus | null;
  readonly to: BookingStatus;
  readonly reason: string | null;
  readonly at: Instant;
}

/** A booking that was active costs at least so much time. */
export const CHARGE_MINIMUM_MS = 10 * MINUTE_MS;
/** Provisioning that can't be done within this time from the start fails. */
export const PROVISIONING_LIMIT_MS = 60 * MINUTE_MS;
/** `revoking` and `wiping` go to quarantine after this. */
export const CLEAN_UP_LIMIT_MS = DAY_MS;
/** Cancelling is always free for so long after booking. */
export const FREE_CANCEL_MS = HOUR_MS;
export const PUBLIC_KEYS_PER_BOOKING_MAX = 10;
/** A booking that extends itself does so when less than this is left: enough to move the watchdog on the machine. */
export const AUTO_EXTEND_LEAD_MS = 10 * MINUTE_MS;
/** Not shorter than the lead, so that one step is enough at a time. */
export const AUTO_EXTEND_STEP_MIN_MS = 10 * MINUTE_MS;
export const AUTO_EXTEND_STEP_MAX_MS = 30 * DAY_MS;
/** Notices before the end, longest first. */
export const END_NOTICES_MS = [24 * HOUR_MS, HOUR_MS, 15 * MINUTE_MS, 5 * MINUTE_MS] as const;
