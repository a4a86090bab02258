import type { Invariant } from './invariant.ts';

const ALWAYS = "tstzrange('-infinity', 'infinity', '[)')";
/** What of a listing and its machine a search compares. */
const COMPARED = (listing: string, machine: string): string =>
  `ROW(${listing}.title, ${listing}.price_per_hour_micros, ${listing}.currency, ${listing}.unit_id, ${listing}.created_at,
    ${machine}.declared_region, ${machine}.access_mode, ${machine}.cpu_threads, ${machine}.memory_bytes, ${machine}.disk_free_bytes,
    ${machine}.gpu_model, ${machine}.gpu_count, ${machine}.vram_bytes, ${machine}.cuda_version, ${machine}.cpu_score,
    ${machine}.memory_score, ${machine}.storage_score, ${machine}.gpu_score, ${machine}.network_score, ${machine}.reliability_ppm)`;
const OFFERED = `listing.status = 'active' AND listing.visibility = 'public' AND machine.status = 'verified'
  AND machine.reachability = 'reachable'`;

const market: Invariant = {
  number: 15,
  name: 'The market finds what is offered and nothing else, as it is; free time is exactly what no live occupancy takes',
  statements: [
    `SELECT format('unit %s counts as free from %s to %s, but occupancy %s takes %s', gap.unit_id, gap.starts_at, gap.ends_at, taken.id,
              taken.during) AS violation
     FROM unit_gaps gap JOIN occupancies taken ON taken.unit_id = gap.unit_id AND taken.live
       AND taken.during && tstzrange(gap.starts_at, gap.ends_at, '[)')
     ORDER BY gap.unit_id, gap.starts_at`,
    `SELECT format('unit %s is neither free nor taken in %s', id,
              tstzmultirange(${ALWAYS}) - coalesce(known, '{}'::tstzmultirange)) AS violation
     FROM (SELECT units.id, range_agg(stretch) AS known FROM units LEFT JOIN (
             SELECT unit_id, tstzrange(starts_at, ends_at, '[)') AS stretch FROM unit_gaps
             UNION ALL SELECT unit_id, during FROM occupancies WHERE live) stretches ON unit_id = units.id
           GROUP BY units.id) unit
     WHERE known IS DISTINCT FROM tstzmultirange(${ALWAYS}) ORDER BY id`,
    `SELECT format('listing %s is offered, but a search does not find it as it is', listing.id) AS violation
     FROM listings listing JOIN machines machine ON machine.id = listing.machine_id
     WHERE ${OFFERED} AND NOT EXISTS (
       SELECT FROM market_listings found WHERE found.listing_id = listing.id
         AND ${COMPARED('found', 'found')} IS NOT DISTINCT FROM ${COMPARED('listing', 'machine')})
     ORDER BY listing.id`,
    `SELECT format('listing %s is found by searches, but is not offered', listing.id) AS violation
     FROM market_listings found JOIN listings listing ON listing.id = found.listing_id
     JOIN machines machine ON machine.id = listing.machine_id
     WHERE NOT (${OFFERED}) ORDER BY listing.id`,
  ],
};

export const marketInvariants: readonly Invariant[] = [market];
