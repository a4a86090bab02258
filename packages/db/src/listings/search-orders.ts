import type { ListingSort } from '@rsm/domain/listings/listing-repository';
import { z } from 'zod';

import { timeAndIdSchema } from '../common/keyset.ts';
import type { MarketRow } from './market-row.ts';

/** How a sort reads in SQL: its key with the id as tie-break, both in the same direction, each with an index of its own. */
export type SearchOrder = {
  readonly key:
    | 'price_per_hour_micros'
    | 'score_key'
    | 'price_per_score_key'
    | 'gpu_score_key'
    | 'network_score_key'
    | 'reliability_key'
    | 'created_at';
  /** What the key is compared with in the condition of the next page. */
  readonly type: 'bigint' | 'timestamptz';
  readonly direction: 'ASC' | 'DESC';
  /** Reads a cursor: the sort it belongs to, the last key, the last id. One of another sort is none. */
  readonly cursor: z.ZodType<readonly [string, string]>;
  readonly cursorOf: (row: MarketRow) => unknown;
};

/** Minus one is the reliability of a machine that is too new for a figure. */
const wholeSchema = z.string().regex(/^-?[0-9]{1,18}$/);

function byNumber(sort: ListingSort, key: Exclude<SearchOrder['key'], 'created_at'>, direction: 'ASC' | 'DESC') {
  return {
    key,
    type: 'bigint',
    direction,
    cursor: z.tuple([z.literal(sort), wholeSchema, z.uuid()]).transform(([, last, id]) => [last, id] as const),
    cursorOf: (row) => [sort, row.sort_key.toString(), row.listing_id],
  } satisfies SearchOrder;
}

/** Made once: they hold schemas, and every search asks for one. */
const orders: Readonly<Record<ListingSort, SearchOrder>> = {
  price_ascending: byNumber('price_ascending', 'price_per_hour_micros', 'ASC'),
  score_descending: byNumber('score_descending', 'score_key', 'DESC'),
  price_per_score_ascending: byNumber('price_per_score_ascending', 'price_per_score_key', 'ASC'),
  gpu_score_descending: byNumber('gpu_score_descending', 'gpu_score_key', 'DESC'),
  network_score_descending: byNumber('network_score_descending', 'network_score_key', 'DESC'),
  reliability_descending: byNumber('reliability_descending', 'reliability_key', 'DESC'),
  newest: {
    key: 'created_at',
    type: 'timestamptz',
    direction: 'DESC',
    cursor: z
      .tuple([z.literal('newest'), z.unknown(), z.unknown()])
      .transform(([, at, id]) => [at, id])
      .pipe(timeAndIdSchema),
    cursorOf: (row) => ['newest', row.created_at, row.listing_id],
  },
};

export function searchOrderOf(sort: ListingSort): SearchOrder {
  return orders[sort];
}
