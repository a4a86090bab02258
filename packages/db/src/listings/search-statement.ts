import type { TimeRange } from '@rsm/domain/common/instant';
import type { PageRequest } from '@rsm/domain/common/page';
import type { ListingFilter, ListingSort } from '@rsm/domain/listings/listing-repository';

import { fetchLimit, readCursor } from '../common/keyset.ts';
import { timestamp } from '../common/timestamp.ts';
import { MARKET_COLUMNS } from './market-row.ts';
import { conditionsOf, joined, type Fragment } from './search-conditions.ts';
import { searchOrderOf } from './search-orders.ts';
import type { WordMeaning } from './word-meanings.ts';

/**
 * Up to so many units that are free in the window are looked up and sorted; above, enough are free that the order is
 * followed and each machine asked. Where both cost the same at a million machines (ADR 0013).
 */
export const FEW_FREE_MAX = 5_000;

/** The search as one statement. @throws DomainError invalid_cursor */
export function searchStatement(
  filter: ListingFilter,
  meanings: readonly WordMeaning[],
  sort: ListingSort,
  request: PageRequest,
): Fragment {
  const order = searchOrderOf(sort);
  const conditions = [...conditionsOf(filter, meanings)];
  const after = readCursor(request, order.cursor);
  if (after !== null) {
    const sign = order.direction === 'ASC' ? '>' : '<';
    conditions.push({ sql: `(${order.key}, listing_id) ${sign} (?::${order.type}, ?::uuid)`, values: [...after] });
  }
  const tail = {
    sql: `ORDER BY ${order.key} ${order.direction}, listing_id ${order.direction} LIMIT ?`,
    values: [fetchLimit(request)],
  };
  return matching({ columns: MARKET_COLUMNS, conditions, window: filter.freeDuring, tail });
}

/**
 * Rows of the market that meet the conditions and are free in the window.
 *
 * With a window there are two ways, and which one is cheap depends on how many units are free, which no statistic knows
 * well enough. So the statement counts first, no further than `FEW_FREE_MAX`, and only one branch runs: the other's
 * condition is a constant by then, and Postgres does not touch its tables.
 */
export function matching(wanted: {
  readonly columns: string;
  readonly conditions: readonly Fragment[];
  readonly window: TimeRange | undefined;
  readonly tail: Fragment;
}): Fragment {
  const { columns, conditions, tail, window } = wanted;
  const select = (...more: readonly Fragment[]): Fragment => {
    const where = joined([...more, ...conditions], ' AND ');
    const sql = `SELECT ${columns} FROM market_listings ${where.sql === '' ? '' : `WHERE ${where.sql}`} ${tail.sql}`;
    return { sql, values: [...where.values, ...tail.values] };
  };
  if (window === undefined) return select();
  const range = [timestamp(window.start), timestamp(window.end)];
  const few = select({
    sql: `(SELECT count(*) FROM free) <= ${FEW_FREE_MAX} AND unit_id IN (SELECT unit_id FROM free)`,
    values: [],
  });
  const many = select({
    sql: `(SELECT count(*) FROM free) > ${FEW_FREE_MAX} AND EXISTS (SELECT FROM unit_gaps
      WHERE unit_gaps.unit_id = market_listings.unit_id AND starts_at <= ?::timestamptz AND ends_at >= ?::timestamptz)`,
    values: range,
  });
  return {
    sql: `WITH free AS MATERIALIZED (SELECT unit_id FROM unit_gaps
        WHERE gap @> tstzrange(?::timestamptz, ?::timestamptz, '[)') LIMIT ${FEW_FREE_MAX + 1})
      SELECT * FROM ((${few.sql}) UNION ALL (${many.sql})) found ${tail.sql}`,
    values: [...range, ...few.values, ...many.values, ...tail.values],
  };
}
