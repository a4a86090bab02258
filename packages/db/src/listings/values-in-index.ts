/**
 * Two tables for `WITH RECURSIVE`: `steps` jumps through an index that begins with the column, from each value to the next one, so that it costs
 * what there are values and not what there are rows; `name` holds the values, up to a limit that is the one question mark.
 */
export const valuesInIndex = (column: 'gpu_key' | 'region_key', name: string): string => `
       steps AS (
         (SELECT ${column} FROM market_listings ORDER BY ${column} LIMIT 1)
         UNION ALL
         SELECT (SELECT market_listings.${column} FROM market_listings WHERE market_listings.${column} > steps.${column}
           ORDER BY market_listings.${column} LIMIT 1)
         FROM steps WHERE steps.${column} IS NOT NULL),
       ${name} AS MATERIALIZED (SELECT ${column} FROM steps WHERE ${column} IS NOT NULL LIMIT ?)`;
