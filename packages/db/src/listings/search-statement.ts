import type { TimeRange } from '@rsm/domain/common/instant';
import type { PageRequest } from '@rsm/domain/common/page';
import type { ListingFilter, ListingSort } from '@rsm/domain/listings/listing-repository';

import { fetchLimit, readCursor } from '../common/keyset.ts';
import { timestamp } from '../common/timestamp.ts';
import type { FilterMeaning } from './look-up-filter.ts';
import { MARKET_COLUMNS } from './market-row.ts';
import { orderSourceOf, type OrderSource } from './order-source.ts';
import { conditionsOf, joined, type Fragment } from './search-conditions.ts';
import { searchOrderOf } from './search-orders.ts';
import { SEARCH_WAYS, type SearchWays } from './search-ways.ts';

/** A search with what was looked up for it. */
export type Search = {
  readonly filter: ListingFilter;
  readonly meaning: FilterMeaning;
  readonly sort: ListingSort;
  readonly request: PageRequest;
  readonly ways: SearchWays;
};

/**
 * What meets the filter among the first rows of the order (of those with the wanted GPUs, where that has an index). Mostly
 * a page is found there, and then it is the page. @throws DomainError invalid_cursor
 */
export function aheadStatement({ filter, meaning, request, sort, ways }: Search): Fragment {
  const { by, columns, page, start } = pageOf(sort, request);
  const source = orderSourceOf(filter, meaning, sort, ways.kindsMax);
  const ahead = selectFrom(source, start, { sql: `${by} LIMIT ?`, values: [ways.aheadMax] }, '*');
  const met = [...conditionsOf(filter, meaning, 'row'), ...isFree(filter.freeDuring)];
  // Ordered once more: a join may take the rows apart, and where it does not, this costs nothing.
  const { sql, values } = select(`(${ahead.sql}) market_listings`, met, page, columns);
  return { sql, values: [...ahead.values, ...values] };
}

/**
 * The page where the first rows had none: one statement that finds out by itself which way is cheap, since no statistic
 * knows how price, GPU and free time hang together. It counts the units that are free, then the rows that meet the
 * conditions, neither further than its limit, and sorts the few; where there are many of both, it follows the order to the
 * end. The ways that are not taken cost nothing: by the time Postgres comes to them their condition is a constant.
 * @throws DomainError invalid_cursor
 */
export function anywhereStatement({ filter, meaning, request, sort, ways }: Search): Fragment {
  const { columns, direction, key, page, start, wanted } = pageOf(sort, request);
  const conditions = conditionsOf(filter, meaning, 'row');
  const window = filter.freeDuring;
  const source = orderSourceOf(filter, meaning, sort, ways.kindsMax);
  const few = select(
    'market_listings',
    [...conditionsOf(filter, meaning, 'index'), ...start],
    { sql: 'LIMIT ?', values: [ways.matchingMax + 1] },
    `listing_id, unit_id, ${key}`,
  );
  const gate = (sql: string, max: number): Fragment => ({ sql: `(SELECT count(*) FROM ${sql} ?`, values: [max] });
  const manyFree = window === undefined ? [] : [gate('free) >', ways.freeMax)];
  const fewIds = select(
    'few market_listings',
    [...manyFree, gate('few) <=', ways.matchingMax), ...isFree(window)],
    page,
    'listing_id',
  );
  const branches: readonly Fragment[] = [
    ...(window === undefined
      ? []
      : [select('market_listings', [gate('free) <=', ways.freeMax), inFree, ...conditions, ...start], page, columns)]),
    // Only these few are read whole.
    select('market_listings', [{ sql: `listing_id IN (${fewIds.sql})`, values: fewIds.values }], page, columns),
    selectFrom(
      source,
      [...manyFree, gate('few) >', ways.matchingMax), ...conditions, ...isFree(window), ...start],
      page,
      columns,
    ),
  ];
  const tables: readonly Fragment[] = [
    ...(window === undefined ? [] : [freeTable(window, ways.freeMax)]),
    { sql: `few AS MATERIALIZED (${few.sql})`, values: few.values },
  ];
  const all = joined(
    branches.map(({ sql, values }) => ({ sql: `(${sql})`, values })),
    ' UNION ALL ',
  );
  const together = joined(tables, ', ');
  return {
    sql: `WITH ${together.sql} SELECT * FROM (${all.sql}) found ORDER BY sort_key ${direction}, listing_id ${direction} LIMIT ?`,
    values: [...together.values, ...all.values, wanted],
  };
}

/** The market as it lies in one order, from the beginning or from a cursor on. @throws DomainError invalid_cursor */
export function marketStatement(sort: ListingSort, request: PageRequest): Fragment & { readonly name: string } {
  const { columns, page, start } = pageOf(sort, request);
  const name = `market_${sort}_${request.cursor === null ? 'first' : 'next'}`;
  return { name, ...select('market_listings', start, page, columns) };
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

function pageOf(sort: ListingSort, request: PageRequest) {
  const { cursor, direction, key, type } = searchOrderOf(sort);
  const after = readCursor(request, cursor);
  const sign = direction === 'ASC' ? '>' : '<';
  const start: readonly Fragment[] =
    after === null ? [] : [{ sql: `(${key}, listing_id) ${sign} (?::${type}, ?::uuid)`, values: [...after] }];
  const by = `ORDER BY ${key} ${direction}, listing_id ${direction}`;
  const wanted = fetchLimit(request);
  const page: Fragment = { sql: `${by} LIMIT ?`, values: [wanted] };
  return { by, columns: `${MARKET_COLUMNS}, ${key} AS sort_key`, direction, key, page, start, wanted };
}

function selectFrom(source: OrderSource, conditions: readonly Fragment[], tail: Fragment, columns: string): Fragment {
  const { sql, values } = select(source.from, [...source.where, ...conditions], tail, columns);
  return { sql, values: [...source.values, ...values] };
}

function select(from: string, conditions: readonly Fragment[], tail: Fragment, columns: string): Fragment {
  const where = joined(conditions, ' AND ');
  const sql = `SELECT ${columns} FROM ${from} ${where.sql === '' ? '' : `WHERE ${where.sql}`} ${tail.sql}`;
  return { sql, values: [...where.values, ...tail.values] };
}
