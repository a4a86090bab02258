import type { ListingId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { amountMicros, type AmountMicros, type Currency } from '@rsm/domain/common/money';
import type { ListingSummary } from '@rsm/domain/listings/listing-repository';
import type { AccessMode, Reachability } from '@rsm/domain/machines/machine';
import type { DiskKind } from '@rsm/domain/machines/machine-facts';

/** A row of `market_listings`, as far as the market shows it. */
export type MarketRow = {
  readonly listing_id: ListingId;
  readonly machine_id: MachineId;
  readonly title: string;
  readonly price_per_hour_micros: AmountMicros;
  readonly currency: Currency;
  readonly declared_region: string;
  readonly reachability: Reachability;
  readonly access_mode: AccessMode;
  readonly cpu_model: string | null;
  readonly cpu_threads: number | null;
  readonly memory_bytes: bigint | null;
  readonly disk_free_bytes: bigint | null;
  readonly disk_kind: DiskKind | null;
  readonly gpu_model: string | null;
  readonly gpu_count: number;
  readonly vram_bytes: bigint | null;
  readonly cuda_version: string | null;
  readonly cpu_score: number | null;
  readonly memory_score: number | null;
  readonly storage_score: number | null;
  readonly gpu_score: number | null;
  readonly network_score: number | null;
  readonly benchmarked_at: Instant | null;
  readonly reliability_ppm: number | null;
  readonly reliability_at: Instant | null;
  readonly created_at: Instant;
  /** What the search is sorted by. */
  readonly sort_key: number | bigint;
};

/** All of it but the sort key. */
export const MARKET_COLUMNS = `listing_id, machine_id, title, price_per_hour_micros, currency, declared_region, reachability,
  access_mode, cpu_model, cpu_threads, memory_bytes, disk_free_bytes, disk_kind, gpu_model, gpu_count, vram_bytes, cuda_version,
  cpu_score, memory_score, storage_score, gpu_score, network_score, benchmarked_at, reliability_ppm, reliability_at, created_at`;

/** What a row of the market shows. */
export function toSummary(row: MarketRow): ListingSummary {
  return {
    id: row.listing_id,
    machineId: row.machine_id,
    title: row.title,
    pricePerHour: row.price_per_hour_micros,
    currency: row.currency,
    pricePerGpuHour: row.gpu_count === 0 ? null : dividedUp(row.price_per_hour_micros, BigInt(row.gpu_count)),
    region: row.declared_region,
    reachability: row.reachability,
    accessMode: row.access_mode,
    cpuModel: row.cpu_model,
    cpuThreads: row.cpu_threads,
    memoryBytes: toNumber(row.memory_bytes),
    diskFreeBytes: toNumber(row.disk_free_bytes),
    diskKind: row.disk_kind,
    gpuModel: row.gpu_model,
    gpuCount: row.gpu_count,
    vramBytes: toNumber(row.vram_bytes),
    cudaVersion: row.cuda_version,
    cpuScore: row.cpu_score,
    memoryScore: row.memory_score,
    storageScore: row.storage_score,
    gpuScore: row.gpu_score,
    networkScore: row.network_score,
    benchmarkedAt: row.benchmarked_at,
    reliabilityPpm: row.reliability_ppm,
    reliabilityAt: row.reliability_at,
    createdAt: row.created_at,
  };
}

/** Rounded up, so that what is shown is never below what a filter compares. */
function dividedUp(amount: AmountMicros, parts: bigint): AmountMicros {
  return amountMicros((amount + parts - 1n) / parts);
}

/** Bytes of memory and disks stay below 2^53 for a long time to come. */
function toNumber(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
