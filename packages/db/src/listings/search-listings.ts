import { unreachable } from '@rsm/domain/common/domain-error';
import type { ListingId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { ListingFilter, ListingSort, ListingSummary } from '@rsm/domain/listings/listing-repository';
import type { AccessMode } from '@rsm/domain/machines/machine';
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
  readonly access_mode: AccessMode;
  readonly cpu_model: string | null;
  readonly cpu_threads: number | null;
  readonly memory_bytes: bigint | null;
  readonly disk_free_bytes: bigint | null;
  readonly gpu_model: string | null;
  readonly gpu_count: number;
  readonly vram_bytes: bigint | null;
  readonly cpu_score: number | null;
  readonly storage_score: number | null;
  readonly benchmarked_at: Instant | null;
  readonly created_at: Instant;
};

const COLUMNS = [
  'listings.id',
  'machine_id',
  'title',
  'price_per_hour_micros',
  'currency',
  'declared_region',
  'access_mode',
  'cpu_model',
  'cpu_threads',
  'memory_bytes',
  'disk_free_bytes',
  'gpu_model',
  'gpu_count',
  'vram_bytes',
  'cpu_score',
  'storage_score',
  'benchmarked_at',
  'listings.created_at',
];

const numberAndIdSchema = z.tuple([numberSchema, z.uuid()]);

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
  filtered = bound(filtered, 'price_per_hour_micros', '<=', filter.pricePerHourMax);
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
    .where({
      'listings.status': 'active',
      visibility: 'public',
      'machines.status': 'verified',
      reachability: 'reachable',
    })
    .orderByRaw(`${order.key} ${order.direction}, listings.id ${order.direction}`)
    .limit(fetchLimit(request));
  query = applyFilter(session, query, filter);
  const after = readCursor(request, order.schema);
  if (after)
    query = query.whereRaw(`(${order.key}, listings.id) ${order.direction === 'asc' ? '>' : '<'} (?, ?)`, after);
  const rows: readonly SummaryRow[] = await session.refusing(query.then((found: SummaryRow[]) => found));
  return toPage(request, rows, toSummary, order.keyOf);
}

function toSummary(row: SummaryRow): ListingSummary {
  return {
    id: row.id,
    machineId: row.machine_id,
    title: row.title,
    pricePerHour: row.price_per_hour_micros,
    currency: row.currency,
    region: row.declared_region,
    accessMode: row.access_mode,
    cpuModel: row.cpu_model,
    cpuThreads: row.cpu_threads,
    memoryBytes: toNumber(row.memory_bytes),
    diskFreeBytes: toNumber(row.disk_free_bytes),
    gpuModel: row.gpu_model,
    gpuCount: row.gpu_count,
    vramBytes: toNumber(row.vram_bytes),
    cpuScore: row.cpu_score,
    storageScore: row.storage_score,
    benchmarkedAt: row.benchmarked_at,
    createdAt: row.created_at,
  };
}

/** Bytes of memory and disks stay below 2^53 for a long time to come. */
function toNumber(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
