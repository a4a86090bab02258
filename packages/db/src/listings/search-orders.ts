import { unreachable } from '@rsm/domain/common/domain-error';
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
    cursorOf: (row) => [sort, row[key].toString(), row.listing_id],
  } satisfies SearchOrder;
}

export function searchOrderOf(sort: ListingSort): SearchOrder {
  switch (sort) {
    case 'price_ascending':
      return byNumber(sort, 'price_per_hour_micros', 'ASC');
    case 'score_descending':
      return byNumber(sort, 'score_key', 'DESC');
    case 'price_per_score_ascending':
      return byNumber(sort, 'price_per_score_key', 'ASC');
    case 'gpu_score_descending':
      return byNumber(sort, 'gpu_score_key', 'DESC');
    case 'network_score_descending':
      return byNumber(sort, 'network_score_key', 'DESC');
    case 'reliability_descending':
      return byNumber(sort, 'reliability_key', 'DESC');
    case 'newest':
      return {
        key: 'created_at',
        type: 'timestamptz',
        direction: 'DESC',
        cursor: z
          .tuple([z.literal(sort), z.unknown(), z.unknown()])
          .transform(([, at, id]) => [at, id])
          .pipe(timeAndIdSchema),
        cursorOf: (row) => [sort, row.created_at, row.listing_id],
      };
    default:
      return unreachable(sort);
  }
}
