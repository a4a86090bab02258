import type { ListingId, MachineId, UserId } from '../common/ids.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { AccessMode, Reachability } from '../machines/machine.ts';
import type { DiskKind } from '../machines/machine-facts.ts';
import type { Listing, ListingStatus, ListingTerms } from './listing.ts';

export const listingSorts = [
  'price_ascending',
  'score_descending',
  'price_per_score_ascending',
  'gpu_score_descending',
  'network_score_descending',
  'reliability_descending',
  'newest',
] as const;
export type ListingSort = (typeof listingSorts)[number];

/** Every filter is optional; all that are given must hold. */
export interface ListingFilter {
  /** Every word must be found in title, processor, GPU or region; a mistyped one stands for those written most alike. */
  readonly text?: string;
  /** Signs, and blanks between letters and digits, do not count: RTX4090 finds "NVIDIA GeForce RTX 4090". Numbers count whole: L4 finds no L40. */
  readonly gpuModel?: string;
  readonly gpuCountMin?: number;
  readonly gpuCountMax?: number;
  readonly vramBytesMin?: number;
  /** As drivers say it, such as `12.4`; machines without a GPU have none. */
  readonly cudaVersionMin?: string;
  readonly cpuThreadsMin?: number;
  readonly memoryBytesMin?: number;
  readonly diskFreeBytesMin?: number;
  /** The kind of the disk with the most free space. */
  readonly diskKind?: Exclude<DiskKind, 'unknown'>;
  /** The start of any of the region's words: `eu` finds "eu-central, Frankfurt". */
  readonly region?: string;
  readonly pricePerHourMin?: AmountMicros;
  readonly pricePerHourMax?: AmountMicros;
  /** The price of an hour divided by the number of GPUs; machines without one are left out. */
  readonly pricePerGpuHourMax?: AmountMicros;
  readonly cpuScoreMin?: number;
  readonly storageScoreMin?: number;
  readonly gpuScoreMin?: number;
  readonly networkScoreMin?: number;
  /** Points of the CPU score for a currency unit an hour. */
  readonly pricePerformanceMin?: number;
  readonly accessMode?: AccessMode;
  /** Millionths; machines that are too new for a figure are left out. */
  readonly reliabilityPpmMin?: number;
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
  /** Null where there is no GPU; rounded up to a millionth. */
  readonly pricePerGpuHour: AmountMicros | null;
  readonly region: string;
  readonly reachability: Reachability;
  readonly accessMode: AccessMode;
  readonly cpuModel: string | null;
  readonly cpuThreads: number | null;
  readonly memoryBytes: number | null;
  readonly diskFreeBytes: number | null;
  readonly diskKind: DiskKind | null;
  readonly gpuModel: string | null;
  readonly gpuCount: number;
  readonly vramBytes: number | null;
  readonly cudaVersion: string | null;
  readonly cpuScore: number | null;
  readonly memoryScore: number | null;
  readonly storageScore: number | null;
  /** Null where there is no GPU that can be measured. */
  readonly gpuScore: number | null;
  readonly networkScore: number | null;
  readonly benchmarkedAt: Instant | null;
  /** Millionths; null while the machine is new. */
  readonly reliabilityPpm: number | null;
  readonly reliabilityAt: Instant | null;
  readonly createdAt: Instant;
}

/** A value that listings of the market have, with how many have it. */
export interface ListingFacet {
  readonly value: string;
  readonly count: number;
}

/** What a search finds, counted; the most common values first, at most `FACET_VALUES_MAX` each. */
export interface ListingFacets {
  readonly regions: readonly ListingFacet[];
  readonly gpuModels: readonly ListingFacet[];
  readonly total: number;
  /** A filter finds more than `FACETS_COUNTED_MAX`: that many were counted, and every number means "and more". */
  readonly isPart: boolean;
}
export const FACET_VALUES_MAX = 100;
/** Counts of a filtered market are exact up to here. */
export const FACETS_COUNTED_MAX = 10_000;

export interface ListingReads {
  findById(id: ListingId): Promise<Listing | null>;
  listByProvider(providerId: UserId, request: PageRequest): Promise<Page<Listing>>;
  findLiveByMachine(machineId: MachineId): Promise<Listing | null>;
  /** Active public listings of verified, reachable machines. @throws DomainError invalid_cursor, busy */
  search(filter: ListingFilter, sort: ListingSort, request: PageRequest): Promise<Page<ListingSummary>>;
  /** What the listings that a search finds have in common. @throws DomainError busy */
  facets(filter: ListingFilter): Promise<ListingFacets>;
}

export interface ListingRepository extends ListingReads {
  /** @throws DomainError conflict when the unit has a listing that is not archived. */
  insert(listing: Listing): Promise<void>;
  lockById(id: ListingId): Promise<Listing | null>;
  updateTerms(id: ListingId, terms: ListingTerms, at: Instant): Promise<void>;
  /** Guarded. @throws DomainError wrong_state */
  changeStatus(id: ListingId, change: { from: ListingStatus; to: ListingStatus; at: Instant }): Promise<void>;
}
