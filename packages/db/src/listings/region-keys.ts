import type { Session } from '../common/session.ts';
import { valuesInIndex } from './values-in-index.ts';

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
    `WITH RECURSIVE ${valuesInIndex('region_key', 'regions')}
     SELECT count(*)::integer AS regions,
       coalesce(jsonb_agg(region_key) FILTER (WHERE region_key LIKE '% ' || nullif(market_words_of(?), '') || '%'), '[]') AS keys
     FROM regions`,
    [regionsMax + 1, region],
  );
  return row === null || row.regions > regionsMax ? null : row.keys;
}
