import type { Session } from '../common/session.ts';

/**
 * The regions on the market in which a word begins with what was typed, or null where more than `regionsMax` regions are there. Jumps from
 * each region to the next one in the index (migration 0035), so that it costs what there are regions and not what there are machines.
 */
export async function regionKeys(
  session: Session,
  region: string,
  regionsMax: number,
): Promise<readonly string[] | null> {
  const row = await session.row<{ readonly regions: number; readonly keys: readonly string[] }>(
    'region_keys',
    `WITH RECURSIVE
       steps AS (
         (SELECT region_key FROM market_listings ORDER BY region_key LIMIT 1)
         UNION ALL
         SELECT (SELECT market_listings.region_key FROM market_listings WHERE market_listings.region_key > steps.region_key
           ORDER BY market_listings.region_key LIMIT 1)
         FROM steps WHERE steps.region_key IS NOT NULL),
       regions AS MATERIALIZED (SELECT region_key FROM steps WHERE region_key IS NOT NULL LIMIT ?)
     SELECT count(*)::integer AS regions,
       coalesce(jsonb_agg(region_key) FILTER (WHERE region_key LIKE '% ' || nullif(market_words_of(?), '') || '%'), '[]') AS keys
     FROM regions`,
    [regionsMax + 1, region],
  );
  return row === null || row.regions > regionsMax ? null : row.keys;
}
