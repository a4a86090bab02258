import type { ListingId, MachineId, UnitId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, MINUTE_MS } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { StateGraph } from '../common/state-graph.ts';
import type { WipeStrategyKind } from '../data-wipes/data-wipe.ts';

export const listingStatuses = ['draft', 'active', 'paused', 'archived'] as const;
export type ListingStatus = (typeof listingStatuses)[number];

export const listingStateGraph: StateGraph<ListingStatus> = {
  draft: ['active', 'archived'],
  active: ['paused', 'archived'],
  paused: ['active', 'archived'],
  archived: [],
};

export const cancellationPolicies = ['flexible', 'moderate', 'strict'] as const;
export type CancellationPolicy = (typeof cancellationPolicies)[number];

export const visibilities = ['public', 'unlisted'] as const;
export type Visibility = (typeof visibilities)[number];

export const DURATION_MIN_DEFAULT_MS = 10 * MINUTE_MS;
export const DURATION_MAX_DEFAULT_MS = 30 * DAY_MS;
/** The furthest end of a booking, from now. */
export const HORIZON_MS = 180 * DAY_MS;
/** Prices above this are typing errors: ten thousand units an hour. */
export const PRICE_PER_HOUR_MAX_MICROS = 10_000_000_000n;
export const TITLE_LENGTH_MAX = 120;
export const DESCRIPTION_LENGTH_MAX = 4_000;

/** The offer of a unit. */
export interface Listing {
  readonly id: ListingId;
  readonly machineId: MachineId;
  readonly unitId: UnitId;
  readonly providerId: UserId;
  readonly title: string;
  readonly description: string;
  readonly pricePerHour: AmountMicros;
  readonly currency: Currency;
  readonly durationMinMs: number;
  readonly durationMaxMs: number;
  readonly cancellationPolicy: CancellationPolicy;
  /** Steps that the provider adds to the plan of the access mode; none can be dropped. */
  readonly extraWipeStrategies: readonly WipeStrategyKind[];
  readonly visibility: Visibility;
  readonly status: ListingStatus;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type ListingTerms = Pick<
  Listing,
  | 'title'
  | 'description'
  | 'pricePerHour'
  | 'durationMinMs'
  | 'durationMaxMs'
  | 'cancellationPolicy'
  | 'extraWipeStrategies'
  | 'visibility'
>;
