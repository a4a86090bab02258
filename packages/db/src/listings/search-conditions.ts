import type { ListingFilter } from '@rsm/domain/listings/listing-repository';
import { cudaVersionNumber } from '@rsm/domain/machines/cuda-version';

import type { SqlValue } from '../common/session.ts';
import { gpuPattern } from './gpu-kinds.ts';
import type { FilterMeaning } from './look-up-filter.ts';
import type { WordMeaning } from './word-meanings.ts';

/** A piece of SQL with the values of its question marks. Values never stand in the text. */
export type Fragment = { readonly sql: string; readonly values: readonly SqlValue[] };

const NEVER: Fragment = { sql: 'false', values: [] };

export function joined(fragments: readonly Fragment[], separator: string): Fragment {
  return {
    sql: fragments.map(({ sql }) => sql).join(separator),
    values: fragments.flatMap(({ values }) => values),
  };
}

type Bound = readonly [column: string, operator: '>=' | '<=' | '=', value: number | bigint | string | undefined];

/**
 * What a row must be, but for the free window.
 * @param readBy whether rows are looked at one by one, or looked up: the same is asked for, but not as cheaply in one way
 */
export function conditionsOf(
  filter: ListingFilter,
  meaning: FilterMeaning,
  readBy: 'row' | 'index',
): readonly Fragment[] {
  const bounds: readonly Bound[] = [
    ['access_mode', '=', filter.accessMode],
    ['gpu_count', '>=', filter.gpuCountMin],
    ['gpu_count', '<=', filter.gpuCountMax],
    ['vram_bytes', '>=', filter.vramBytesMin],
    ['cpu_threads', '>=', filter.cpuThreadsMin],
    ['memory_bytes', '>=', filter.memoryBytesMin],
    ['disk_free_bytes', '>=', filter.diskFreeBytesMin],
    ['disk_kind', '=', filter.diskKind],
    ['cpu_score', '>=', filter.cpuScoreMin],
    ['storage_score', '>=', filter.storageScoreMin],
    ['gpu_score', '>=', filter.gpuScoreMin],
    ['network_score', '>=', filter.networkScoreMin],
    ['reliability_ppm', '>=', filter.reliabilityPpmMin],
    ['price_per_hour_micros', '>=', filter.pricePerHourMin],
    ['price_per_hour_micros', '<=', filter.pricePerHourMax],
  ];
  const conditions: Fragment[] = bounds.flatMap(([column, operator, value]) =>
    value === undefined ? [] : [{ sql: `${column} ${operator} ?`, values: [String(value)] }],
  );
  // Signs alone are asked for by nobody who wants everything.
  const { words } = meaning;
  conditions.push(
    ...(filter.text !== undefined && words.length === 0 ? [NEVER] : words.map((word) => wordCondition(word, readBy))),
  );
  if (filter.gpuModel !== undefined) conditions.push(gpuCondition(filter.gpuModel, meaning));
  if (filter.region !== undefined) conditions.push(regionCondition(filter.region, meaning));
  if (filter.cudaVersionMin !== undefined) {
    const wanted = cudaVersionNumber(filter.cudaVersionMin);
    conditions.push(wanted === null ? NEVER : { sql: 'cuda_version_number >= ?', values: [wanted] });
  }
  if (filter.pricePerGpuHourMax !== undefined) {
    const max = filter.pricePerGpuHourMax.toString();
    conditions.push({ sql: 'gpu_count > 0 AND price_per_hour_micros <= ?::numeric * gpu_count', values: [max] });
  }
  if (filter.pricePerformanceMin !== undefined) {
    const min = filter.pricePerformanceMin;
    conditions.push({ sql: 'cpu_score * 1000000::numeric >= ?::numeric * price_per_hour_micros', values: [min] });
  }
  return conditions;
}

/** Whether no row can be meant, as when nothing on the market was ever called so: then there is nothing to search for. */
export function findsNothing(filter: ListingFilter, meaning: FilterMeaning): boolean {
  return conditionsOf(filter, meaning, 'row').includes(NEVER);
}

function gpuCondition(model: string, { gpuKinds }: FilterMeaning): Fragment {
  if (gpuKinds !== null) {
    const keys = [...new Set(gpuKinds.map(({ key }) => key))];
    return keys.length === 0 ? NEVER : { sql: 'gpu_key = ANY (?::text[])', values: [keys] };
  }
  const pattern = gpuPattern(model);
  return pattern === null ? NEVER : { sql: 'gpu_key ~ ?', values: [pattern] };
}

function regionCondition(region: string, { regionKeys }: FilterMeaning): Fragment {
  if (regionKeys === null) {
    // Null where no letter is left, which is never true.
    return { sql: `region_key LIKE '% ' || nullif(market_words_of(?), '') || '%'`, values: [region] };
  }
  return regionKeys.length === 0 ? NEVER : { sql: 'region_key = ANY (?::text[])', values: [[...regionKeys]] };
}

function wordCondition({ whole, words }: WordMeaning, readBy: 'row' | 'index'): Fragment {
  if (words.length === 0) return NEVER;
  if (readBy === 'index' && whole !== null) {
    return { sql: `string_to_array(words, ' ') && ?::text[]`, values: [[...whole]] };
  }
  // Words hold letters and digits alone, so that nothing in them means something to LIKE.
  const parts = words.map((word) => ({ sql: 'words LIKE ?', values: [`%${word}%`] }));
  const { sql, values } = joined(parts, ' OR ');
  return { sql: `(${sql})`, values };
}
