import type { ListingFilter } from '@rsm/domain/listings/listing-repository';
import { cudaVersionNumber } from '@rsm/domain/machines/cuda-version';

import type { SqlValue } from '../common/session.ts';
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

/** What a row must be, but for the free window. @param meanings what each typed word of the text stands for */
export function conditionsOf(filter: ListingFilter, meanings: readonly WordMeaning[]): readonly Fragment[] {
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
  conditions.push(...(filter.text !== undefined && meanings.length === 0 ? [NEVER] : meanings.map(meaningCondition)));
  if (filter.gpuModel !== undefined) conditions.push(gpuCondition(filter.gpuModel));
  if (filter.region !== undefined) {
    // Null where no letter is left, which is never true.
    const sql = `region_key LIKE '% ' || nullif(market_words_of(?), '') || '%'`;
    conditions.push({ sql, values: [filter.region] });
  }
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

/**
 * The model as people write it: RTX4090 finds "NVIDIA GeForce RTX 4090", since a blank between letters and digits may be
 * there or not. Numbers count whole, so that L4 finds no L40. Only letters and digits are left, so that nothing in it means
 * something to a regular expression.
 */
function gpuCondition(model: string): Fragment {
  const runs = model.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? [];
  const isNumber = (run: string | undefined): boolean => run !== undefined && /^\p{N}/u.test(run);
  const [first] = runs;
  if (first === undefined) return NEVER;
  const parts = runs.map((run, index) => {
    if (index === 0) return isNumber(run) ? `(^|[^0-9])${run}` : run;
    return `${isNumber(run) && isNumber(runs[index - 1]) ? ' ' : ' ?'}${run}`;
  });
  return { sql: 'gpu_key ~ ?', values: [`${parts.join('')}${isNumber(runs.at(-1)) ? '($|[^0-9])' : ''}`] };
}

/** Words hold letters and digits alone, so that nothing in them means something to LIKE. */
function meaningCondition({ words }: WordMeaning): Fragment {
  if (words.length === 0) return NEVER;
  const parts = words.map((word) => ({ sql: 'words LIKE ?', values: [`%${word}%`] }));
  const { sql, values } = joined(parts, ' OR ');
  return { sql: `(${sql})`, values };
}
