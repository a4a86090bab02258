import { unreachable } from '@rsm/domain/common/domain-error';
import type { ListingId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { amountMicros, type AmountMicros, type Currency } from '@rsm/domain/common/money';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type {
  ListingFacet,
  ListingFacets,
  ListingFilter,
  ListingSort,
  ListingSummary,
} from '@rsm/domain/listings/listing-repository';
import { FACET_VALUES_MAX } from '@rsm/domain/listings/listing-repository';
import { cudaVersionNumber } from '@rsm/domain/machines/cuda-version';
import type { AccessMode, Reachability } from '@rsm/domain/machines/machine';
import type { DiskKind } from '@rsm/domain/machines/machine-facts';
import type { Knex } from 'knex';
import { z } from 'zod';

import { fetchLimit, numberSchema, readCursor, timeAndIdSchema, toPage } from '../common/keyset.ts';
import { likePattern } from '../common/like-pattern.ts';
import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type SummaryRow = {
  readonly id: ListingId;
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
  readonly benchmarked_at: Instant | null;
  readonly reliability_ppm: number | null;
  readonly reliability_at: Instant | null;
  readonly created_at: Instant;
};

const COLUMNS = [
  'listings.id',
  'machine_id',
  'title',
  'price_per_hour_micros',
  'currency',
  'declared_region',
  'reachability',
  'access_mode',
  'cpu_model',
  'cpu_threads',
  'memory_bytes',
  'disk_free_bytes',
  'disk_kind',
  'gpu_model',
  'gpu_count',
  'vram_bytes',
  'cuda_version',
  'cpu_score',
  'memory_score',
  'storage_score',
  'benchmarked_at',
  'reliability_ppm',
  'reliability_at',
  'listings.created_at',
];

/** What a listing and its machine must be to be shown to everybody. */
const ON_THE_MARKET = {
  'listings.status': 'active',
  visibility: 'public',
  'machines.status': 'verified',
  reachability: 'reachable',
} as const;

const signedAndIdSchema = z.tuple([z.string().regex(/^-?[0-9]{1,18}$/), z.uuid()]);
const numberAndIdSchema = z.tuple([numberSchema, z.uuid()]);

/** Thousandths of the price of one point; machines that were not measured come last. */
const PRICE_PER_SCORE = 'coalesce(price_per_hour_micros * 1000 / nullif(cpu_score, 0), 999999999999999999)';

/** How a sort reads in SQL: its key with the id as tie-break, both in the same direction. */
type Order = {
  readonly key: string;
  readonly direction: 'asc' | 'desc';
  readonly schema: z.ZodType<[string, string]>;
  readonly keyOf: (row: SummaryRow) => unknown;
};

function orderOf(sort: ListingSort): Order {
  switch (sort) {
    case 'price_ascending':
      return {
        key: 'price_per_hour_micros',
        direction: 'asc',
        schema: numberAndIdSchema,
        keyOf: (row) => [row.price_per_hour_micros.toString(), row.id],
      };
    case 'score_descending':
      return {
        key: 'coalesce(cpu_score, 0)',
        direction: 'desc',
        schema: numberAndIdSchema,
        keyOf: (row) => [String(row.cpu_score ?? 0), row.id],
      };
    case 'price_per_score_ascending':
      return {
        key: PRICE_PER_SCORE,
        direction: 'asc',
        schema: numberAndIdSchema,
        keyOf: (row) => [pricePerScoreOf(row).toString(), row.id],
      };
    case 'reliability_descending':
      return {
        // New machines come after everything that has a figure, even 0.
        key: 'coalesce(reliability_ppm, -1)',
        direction: 'desc',
        schema: signedAndIdSchema,
        keyOf: (row) => [String(row.reliability_ppm ?? -1), row.id],
      };
    case 'newest':
      return {
        key: 'listings.created_at',
        direction: 'desc',
        schema: timeAndIdSchema,
        keyOf: (row) => [row.created_at, row.id],
      };
    default:
      return unreachable(sort);
  }
}

/** The same as `PRICE_PER_SCORE`: whole numbers, divided towards zero. */
function pricePerScoreOf({ cpu_score: score, price_per_hour_micros: price }: SummaryRow): bigint {
  return score === null || score === 0 ? 999_999_999_999_999_999n : (price * 1_000n) / BigInt(score);
}

/** A lower or upper bound on a column, or nothing when the filter does not ask. */
function bound(query: Knex.QueryBuilder, column: string, operator: '>=' | '<=', value: number | bigint | undefined) {
  return value === undefined ? query : query.where(column, operator, value.toString());
}

function applyFilter(session: Session, query: Knex.QueryBuilder, filter: ListingFilter): Knex.QueryBuilder {
  let filtered = query;
  if (filter.text !== undefined) {
    const pattern = likePattern(filter.text);
    filtered = filtered.whereRaw('(lower(title) LIKE ? OR lower(cpu_model) LIKE ? OR lower(gpu_model) LIKE ?)', [
      pattern,
      pattern,
      pattern,
    ]);
  }
  if (filter.gpuModel !== undefined)
    filtered = filtered.whereRaw('lower(gpu_model) LIKE ?', likePattern(filter.gpuModel));
  if (filter.region !== undefined) filtered = filtered.where('declared_region', filter.region);
  if (filter.accessMode !== undefined) filtered = filtered.where('access_mode', filter.accessMode);
  filtered = bound(filtered, 'gpu_count', '>=', filter.gpuCountMin);
  filtered = bound(filtered, 'vram_bytes', '>=', filter.vramBytesMin);
  filtered = bound(filtered, 'cpu_threads', '>=', filter.cpuThreadsMin);
  filtered = bound(filtered, 'memory_bytes', '>=', filter.memoryBytesMin);
  filtered = bound(filtered, 'disk_free_bytes', '>=', filter.diskFreeBytesMin);
  filtered = bound(filtered, 'cpu_score', '>=', filter.cpuScoreMin);
  filtered = bound(filtered, 'storage_score', '>=', filter.storageScoreMin);
  filtered = bound(filtered, 'reliability_ppm', '>=', filter.reliabilityPpmMin);
  filtered = bound(filtered, 'price_per_hour_micros', '<=', filter.pricePerHourMax);
  if (filter.diskKind !== undefined) filtered = filtered.where('disk_kind', filter.diskKind);
  if (filter.cudaVersionMin !== undefined) {
    const wanted = cudaVersionNumber(filter.cudaVersionMin);
    filtered = wanted === null ? filtered.whereRaw('false') : bound(filtered, 'cuda_version_number', '>=', wanted);
  }
  if (filter.pricePerGpuHourMax !== undefined) {
    const max = filter.pricePerGpuHourMax.toString();
    filtered = filtered.whereRaw('gpu_count > 0 AND price_per_hour_micros <= ?::numeric * gpu_count', [max]);
  }
  if (filter.pricePerformanceMin !== undefined) {
    filtered = filtered.whereRaw('cpu_score * 1000000::numeric >= ?::numeric * price_per_hour_micros', [
      filter.pricePerformanceMin,
    ]);
  }
  if (filter.freeDuring !== undefined) {
    const { start, end } = filter.freeDuring;
    filtered = filtered.whereNotExists(
      session
        .connection('occupancies')
        .select(session.connection.raw('1'))
        .whereRaw('occupancies.unit_id = listings.unit_id AND live')
        .whereRaw("during && tstzrange(?, ?, '[)')", [timestamp(start), timestamp(end)]),
    );
  }
  return filtered;
}

/**
 * The market: active public listings of verified, reachable machines. Pages follow the sort key, so that a row that comes
 * or goes between two pages neither repeats nor hides another one.
 */
export async function searchListings(
  session: Session,
  filter: ListingFilter,
  sort: ListingSort,
  request: PageRequest,
): Promise<Page<ListingSummary>> {
  const order = orderOf(sort);
  let query: Knex.QueryBuilder = session
    .connection('listings')
    .select(COLUMNS)
    .innerJoin('machines', 'machines.id', 'listings.machine_id')
    .where(ON_THE_MARKET)
    .orderByRaw(`${order.key} ${order.direction}, listings.id ${order.direction}`)
    .limit(fetchLimit(request));
  query = applyFilter(session, query, filter);
  const after = readCursor(request, order.schema);
  if (after)
    query = query.whereRaw(`(${order.key}, listings.id) ${order.direction === 'asc' ? '>' : '<'} (?, ?)`, after);
  const rows: readonly SummaryRow[] = await session.refusing(query.then((found: SummaryRow[]) => found));
  return toPage(request, rows, toSummary, order.keyOf);
}

/** The regions and GPU models of the market, the most common ones first. */
export async function listFacets(session: Session): Promise<ListingFacets> {
  const counted = async (column: 'declared_region' | 'gpu_model'): Promise<readonly ListingFacet[]> => {
    const query = session
      .connection('listings')
      .select(session.connection.raw('?? AS value, count(*)::integer AS count', [column]))
      .innerJoin('machines', 'machines.id', 'listings.machine_id')
      .where(ON_THE_MARKET)
      .whereNotNull(column)
      .groupBy(column)
      .orderByRaw('count(*) DESC, ??', [column])
      .limit(FACET_VALUES_MAX);
    return session.refusing(query.then((rows: ListingFacet[]) => rows));
  };
  return { regions: await counted('declared_region'), gpuModels: await counted('gpu_model') };
}

function toSummary(row: SummaryRow): ListingSummary {
  return {
    id: row.id,
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
