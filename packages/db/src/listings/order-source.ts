import type { ListingFilter, ListingSort } from '@rsm/domain/listings/listing-repository';

import type { SqlValue } from '../common/session.ts';
import type { FilterMeaning } from './look-up-filter.ts';
import type { Fragment } from './search-conditions.ts';

/** What stands after FROM, with the values of its question marks, and what narrows it down. */
export type OrderSource = {
  readonly from: string;
  readonly values: readonly SqlValue[];
  readonly where: readonly Fragment[];
};

/** From how many GPUs on the order by price has an index of its own (migration 0032), the most first. */
const GPU_FLOORS: readonly number[] = [8, 4, 2];

/**
 * Where the order is followed: through fewer rows than all where an index has the order for those alone.
 * @param kindsMax kinds of GPUs up to which their stretches are merged
 */
export function orderSourceOf(
  { gpuCountMin }: ListingFilter,
  { gpuKinds }: FilterMeaning,
  sort: ListingSort,
  kindsMax: number,
): OrderSource {
  const all: OrderSource = { from: 'market_listings', values: [], where: [] };
  if (sort !== 'price_ascending') return all;
  if (gpuKinds !== null && gpuKinds.length > 0 && gpuKinds.length <= kindsMax) {
    // One stretch of an index each (migration 0033), which Postgres merges and reads no further than is asked for.
    const kind = `(SELECT * FROM market_listings WHERE gpu_key = ? AND gpu_count = ?
      ORDER BY price_per_hour_micros, listing_id)`;
    const kinds = gpuKinds.map(() => kind);
    return {
      from: `(${kinds.join(' UNION ALL ')}) market_listings`,
      values: gpuKinds.flatMap(({ count, key }) => [key, count]),
      where: [],
    };
  }
  const floor = gpuCountMin === undefined ? undefined : GPU_FLOORS.find((count) => count <= gpuCountMin);
  // What the index has as its condition: in the text, because a condition with a value does not prove it.
  return floor === undefined ? all : { ...all, where: [{ sql: `gpu_count >= ${String(floor)}`, values: [] }] };
}
