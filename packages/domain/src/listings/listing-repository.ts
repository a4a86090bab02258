import type { ListingId, MachineId, UserId } from '../common/ids.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { AccessMode } from '../machines/machine.ts';
import type { Listing, ListingStatus, ListingTerms } from './listing.ts';

export const listingSorts = ['price_ascending', 'score_descending', 'newest'] as const;
export type ListingSort = (typeof listingSorts)[number];

/** Every filter is optional; all that are given must hold. */
export interface ListingFilter {
  readonly text?: string;
  readonly gpuModel?: string;
  readonly gpuCountMin?: number;
  readonly vramBytesMin?: number;
  readonly cpuThreadsMin?: number;
  readonly memoryBytesMin?: number;
  readonly diskFreeBytesMin?: number;
  readonly region?: string;
  readonly pricePerHourMax?: AmountMicros;
  readonly cpuScoreMin?: number;
  readonly accessMode?: AccessMode;
  /** Only units with nothing in this range. */
  readonly freeDuring?: TimeRange;
}

/** What a row of the market shows. Hardware is as read from the machine; scores are as measured. */
export interface ListingSummary {
  readonly id: ListingId;
  readonly machineId: MachineId;
  readonly title: string;
  readonly pricePerHour: AmountMicros;
  readonly currency: Currency;
  readonly region: string;
  readonly accessMode: AccessMode;
  readonly cpuModel: string | null;
  readonly cpuThreads: number | null;
  readonly memoryBytes: number | null;
  readonly diskFreeBytes: number | null;
  readonly gpuModel: string | null;
  readonly gpuCount: number;
  readonly vramBytes: number | null;
  readonly cpuScore: number | null;
  readonly storageScore: number | null;
  readonly benchmarkedAt: Instant | null;
  readonly createdAt: Instant;
}

export interface ListingReads {
  findById(id: ListingId): Promise<Listing | null>;
  listByProvider(providerId: UserId, request: PageRequest): Promise<Page<Listing>>;
  findLiveByMachine(machineId: MachineId): Promise<Listing | null>;
  /** Active public listings of verified, reachable machines. */
  search(filter: ListingFilter, sort: ListingSort, request: PageRequest): Promise<Page<ListingSummary>>;
}

export interface ListingRepository extends ListingReads {
  /** @throws DomainError conflict when the unit has a listing that is not archived. */
  insert(listing: Listing): Promise<void>;
  lockById(id: ListingId): Promise<Listing | null>;
  updateTerms(id: ListingId, terms: ListingTerms, at: Instant): Promise<void>;
  /** Guarded. @throws DomainError wrong_state */
  changeStatus(id: ListingId, change: { from: ListingStatus; to: ListingStatus; at: Instant }): Promise<void>;
}
