import type { TimeRange } from '@rsm/domain/common/instant';
import type { PageRequest } from '@rsm/domain/common/page';
import type { ListingFilter, ListingSort } from '@rsm/domain/listings/listing-repository';

import { fetchLimit, readCursor } from '../common/keyset.ts';
import { timestamp } from '../common/timestamp.ts';
import { MARKET_COLUMNS } from './market-row.ts';
import { conditionsOf, joined, type Fragment } from './search-conditions.ts';
import { searchOrderOf } from './search-orders.ts';
import type { WordMeaning } from './word-meanings.ts';

/** Where one way of finding a page ends and the next one begins (ADR 0017). */
export type SearchWays = {
  /** Rows that are looked at in their order before anything else is tried. */
  readonly aheadMax: number;
  /** Units that are free in the window, up to which they are looked up and sorted. */
  readonly freeMax: number;
  /** Rows that meet the conditions, up to which they are found by their indexes and sorted. */
  readonly matchingMax: number;
};

export const SEARCH_WAYS: SearchWays = { aheadMax: 2_000, freeMax: 5_000, matchingMax: 10_000 };

/**
 * The search as one statement that finds out by itself which way is cheap, since no statistic knows how price, GPU and free
 * time hang together. It looks at the first rows of the order (of those with as many GPUs, where that has an index): where a page is
 * found there, that is all. Otherwise it counts
 * the units that are free, then the rows that meet the conditions, neither further than its limit, and sorts the few; where
 * there are many of both, it follows the order to the end. The ways that are not taken cost nothing: by the time Postgres
 * comes to them their condition is a constant.
 * @throws DomainError invalid_cursor
 */
export function searchStatement(
  filter: ListingFilter,
  meanings: readonly WordMeaning[],
  sort: ListingSort,
  request: PageRequest,
  ways: SearchWays = SEARCH_WAYS,
): Fragment {
  const order = searchOrderOf(sort);
  const wanted = fetchLimit(request);
  const after = readCursor(request, order.cursor);
  const sign = order.direction === 'ASC' ? '>' : '<';
  const start: readonly Fragment[] =
    after === null
      ? []
      : [{ sql: `(${order.key}, listing_id) ${sign} (?::${order.type}, ?::uuid)`, values: [...after] }];
  const by = `ORDER BY ${order.key} ${order.direction}, listing_id ${order.direction}`;
  const page: Fragment = { sql: `${by} LIMIT ?`, values: [wanted] };
  const conditions = conditionsOf(filter, meanings);
  const window = filter.freeDuring;
  if (conditions.length === 0 && window === undefined) return select('market_listings', start, page);

  const met = [...conditions, ...isFree(window)];
  const floor = gpuFloor(filter, sort);
  const ahead = select('market_listings', [...floor, ...start], { sql: `${by} LIMIT ?`, values: [ways.aheadMax] }, '*');
  // Ordered once more: a join may take the rows apart, and where it does not, this costs nothing.
  const probe = select(`(${ahead.sql}) market_listings`, met, page);
  const few = select(
    'market_listings',
    [...conditions, ...start],
    { sql: 'LIMIT ?', values: [ways.matchingMax + 1] },
    '*',
  );
  const isFound = '(SELECT count(*) FROM probe)';
  const isShort: Fragment = { sql: `${isFound} < ?`, values: [wanted] };
  const gate = (sql: string, max: number): Fragment => ({ sql: `(SELECT count(*) FROM ${sql} ?`, values: [max] });
  const withWindow = window === undefined ? [] : [gate('free) >', ways.freeMax)];
  const branches: readonly Fragment[] = [
    select('probe', [{ sql: `${isFound} >= ?`, values: [wanted] }], { sql: '', values: [] }),
    ...(window === undefined
      ? []
      : [select('market_listings', [isShort, gate('free) <=', ways.freeMax), inFree, ...conditions, ...start], page)]),
    select('few market_listings', [isShort, ...withWindow, gate('few) <=', ways.matchingMax), ...isFree(window)], page),
    select(
      'market_listings',
      [isShort, ...withWindow, gate('few) >', ways.matchingMax), ...floor, ...met, ...start],
      page,
    ),
  ];
  const tables: readonly Fragment[] = [
    { sql: `probe AS MATERIALIZED (${probe.sql})`, values: [...ahead.values, ...probe.values] },
    ...(window === undefined ? [] : [freeTable(window, ways.freeMax)]),
    { sql: `few AS MATERIALIZED (${few.sql})`, values: few.values },
  ];
  const all = joined(
    branches.map(({ sql, values }) => ({ sql: `(${sql})`, values })),
    ' UNION ALL ',
  );
  const together = joined(tables, ', ');
  return {
    sql: `WITH ${together.sql} SELECT * FROM (${all.sql}) found ${page.sql}`,
    values: [...together.values, ...all.values, ...page.values],
  };
}

/** All rows that meet the conditions, in no order, up to a limit: for counting. */
export function matchingStatement(
  columns: string,
  wanted: {
    readonly conditions: readonly Fragment[];
    readonly window: TimeRange | undefined;
    readonly limit: number | null;
  },
): Fragment {
  const { conditions, limit, window } = wanted;
  const tail: Fragment = limit === null ? { sql: '', values: [] } : { sql: 'LIMIT ?', values: [limit] };
  if (window === undefined) return select('market_listings', conditions, tail, columns);
  const max = SEARCH_WAYS.freeMax;
  const free = freeTable(window, max);
  const few = select(
    'market_listings',
    [{ sql: '(SELECT count(*) FROM free) <= ?', values: [max] }, inFree, ...conditions],
    tail,
    columns,
  );
  const many = select(
    'market_listings',
    [{ sql: '(SELECT count(*) FROM free) > ?', values: [max] }, ...isFree(window), ...conditions],
    tail,
    columns,
  );
  return {
    sql: `WITH ${free.sql} (${few.sql}) UNION ALL (${many.sql})`,
    values: [...free.values, ...few.values, ...many.values],
  };
}

/** From how many GPUs on the order by price has an index of its own (migration 0032), the most first. */
const GPU_FLOORS: readonly number[] = [8, 4, 2];

/** What the index has as its condition. In the text, because a condition with a value does not prove it. */
function gpuFloor({ gpuCountMin }: ListingFilter, sort: ListingSort): readonly Fragment[] {
  if (gpuCountMin === undefined || sort !== 'price_ascending') return [];
  const floor = GPU_FLOORS.find((count) => count <= gpuCountMin);
  return floor === undefined ? [] : [{ sql: `gpu_count >= ${String(floor)}`, values: [] }];
}

const inFree: Fragment = { sql: 'unit_id IN (SELECT unit_id FROM free)', values: [] };

/** Asks the summary about one unit; nothing where no window is wanted. */
function isFree(window: TimeRange | undefined): readonly Fragment[] {
  if (window === undefined) return [];
  const sql = `EXISTS (SELECT FROM unit_gaps WHERE unit_gaps.unit_id = market_listings.unit_id
    AND starts_at <= ?::timestamptz AND ends_at >= ?::timestamptz)`;
  return [{ sql, values: [timestamp(window.start), timestamp(window.end)] }];
}

function freeTable(window: TimeRange, max: number): Fragment {
  const sql = `free AS MATERIALIZED (SELECT unit_id FROM unit_gaps
    WHERE gap @> tstzrange(?::timestamptz, ?::timestamptz, '[)') LIMIT ?)`;
  return { sql, values: [timestamp(window.start), timestamp(window.end), max + 1] };
}

function select(from: string, conditions: readonly Fragment[], tail: Fragment, columns = MARKET_COLUMNS): Fragment {
  const where = joined(conditions, ' AND ');
  const sql = `SELECT ${columns} FROM ${from} ${where.sql === '' ? '' : `WHERE ${where.sql}`} ${tail.sql}`;
  return { sql, values: [...where.values, ...tail.values] };
}
