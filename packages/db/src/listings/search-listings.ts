import type { Page, PageRequest } from '@rsm/domain/common/page';
import type {
  ListingFacets,
  ListingFilter,
  ListingSort,
  ListingSummary,
} from '@rsm/domain/listings/listing-repository';
import { FACET_VALUES_MAX, FACETS_COUNTED_MAX } from '@rsm/domain/listings/listing-repository';

import { fetchLimit, toPage } from '../common/keyset.ts';
import type { Session } from '../common/session.ts';
import { lookUpFilter } from './look-up-filter.ts';
import { toSummary, type MarketRow } from './market-row.ts';
import { conditionsOf, findsNothing } from './search-conditions.ts';
import { withinSearchLimits } from './search-limits.ts';
import { searchOrderOf } from './search-orders.ts';
import {
  anywhereStatement,
  aheadStatement,
  marketStatement,
  matchingStatement,
  type Search,
} from './search-statement.ts';
import { SEARCH_WAYS, type SearchWays } from './search-ways.ts';

/**
 * The market: active public listings of verified, reachable machines. Pages follow the sort key, so that a row that comes
 * or goes between two pages neither repeats nor hides another one.
 * @throws DomainError invalid_cursor, busy
 */
export async function searchListings(
  session: Session,
  filter: ListingFilter,
  sort: ListingSort,
  request: PageRequest,
  ways: SearchWays = SEARCH_WAYS,
): Promise<Page<ListingSummary>> {
  const rows =
    Object.keys(filter).length === 0
      ? readMarket(session, sort, request)
      : search(session, filter, sort, request, ways);
  return toPage(request, await rows, toSummary, searchOrderOf(sort).cursorOf);
}

/** Without a filter a page is a stretch of an index: nothing to limit, and the one search that everybody makes first. */
async function readMarket(session: Session, sort: ListingSort, request: PageRequest): Promise<readonly MarketRow[]> {
  const { name, sql, values } = marketStatement(sort, request);
  return session.rows<MarketRow>(name, sql, values);
}

async function search(
  session: Session,
  filter: ListingFilter,
  sort: ListingSort,
  request: PageRequest,
  ways: SearchWays,
): Promise<readonly MarketRow[]> {
  const ask = async (reader: Session): Promise<Search> => ({
    filter,
    meaning: await lookUpFilter(reader, filter, ways),
    sort,
    request,
    ways,
  });
  if (filter.text !== undefined) {
    return withinSearchLimits(session, async (limited) => {
      const asked = await ask(limited);
      return (await firstRows(limited, asked)) ?? anywhere(limited, asked);
    });
  }
  // Models, kinds and the first rows of an order are bounded by their ways, so the role's limits do; a transaction would cost two messages.
  const asked = await ask(session);
  const page = await firstRows(session, asked);
  return page ?? withinSearchLimits(session, async (limited) => anywhere(limited, asked));
}

/** The page, where it lies among the first rows of the order or is known to be empty; else null. */
async function firstRows(session: Session, asked: Search): Promise<readonly MarketRow[] | null> {
  if (findsNothing(asked.filter, asked.meaning)) return [];
  const { sql, values } = aheadStatement(asked);
  const rows = await session.rows<MarketRow>(null, sql, values);
  return rows.length >= fetchLimit(asked.request) ? rows : null;
}

/** The page, wherever it lies. What this costs is not known before. */
async function anywhere(session: Session, asked: Search): Promise<readonly MarketRow[]> {
  const { sql, values } = anywhereStatement(asked);
  return session.rows<MarketRow>(null, sql, values);
}

type FacetRow = { readonly facet: 'region' | 'gpu_model' | 'total'; readonly value: string; readonly count: number };

/** The regions and GPU models of what a filter finds, the most common ones first. @throws DomainError busy */
export async function listFacets(session: Session, filter: ListingFilter): Promise<ListingFacets> {
  return withinSearchLimits(session, async (limited) => {
    const meaning = await lookUpFilter(limited, filter, SEARCH_WAYS);
    const found = matchingStatement('declared_region, gpu_model', {
      conditions: conditionsOf(filter, meaning, 'index'),
      window: filter.freeDuring,
      // Without a filter everything is counted: two small columns, twice a minute. With one, somebody waits for each letter.
      limit: Object.keys(filter).length === 0 ? null : FACETS_COUNTED_MAX + 1,
    });
    const counted = (facet: FacetRow['facet'], column: string): string =>
      `(SELECT '${facet}' AS facet, ${column} AS value, count(*)::integer AS count FROM found WHERE ${column} IS NOT NULL
        GROUP BY ${column} ORDER BY count(*) DESC, ${column} LIMIT ${FACET_VALUES_MAX})`;
    const rows = await limited.rows<FacetRow>(
      null,
      `WITH found AS MATERIALIZED (${found.sql})
       ${counted('region', 'declared_region')} UNION ALL ${counted('gpu_model', 'gpu_model')}
       UNION ALL SELECT 'total', '', count(*)::integer FROM found`,
      found.values,
    );
    const of = (facet: FacetRow['facet']) =>
      rows.filter((row) => row.facet === facet).map(({ value, count }) => ({ value, count }));
    const total = of('total')[0]?.count ?? 0;
    const isPart = found.values.length > 0 && total > FACETS_COUNTED_MAX;
    return {
      regions: of('region'),
      gpuModels: of('gpu_model'),
      total: isPart ? FACETS_COUNTED_MAX : total,
      isPart,
    };
  });
}
