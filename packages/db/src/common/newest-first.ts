import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { QueryBuilder } from 'objection';

import { fetchLimit, readCursor, timeAndIdSchema, toPage } from './keyset.ts';
import type { RowModel } from './row-model.ts';

type NewestFirstRow = RowModel & { readonly created_at: number; readonly id: string };

/**
 * A page of the rows that a query finds, newest first; rows made in the same millisecond by their id, so that no row is
 * shown twice or left out while others are added.
 * @throws DomainError invalid_cursor
 */
export async function newestFirst<Row extends NewestFirstRow, Item>(
  query: QueryBuilder<Row, Row[]>,
  request: PageRequest,
  toItem: (row: Row) => Item,
): Promise<Page<Item>> {
  const ordered = query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(fetchLimit(request));
  const after = readCursor(request, timeAndIdSchema);
  const rows = await (after ? ordered.whereRaw('(created_at, id) < (?, ?)', after) : ordered);
  return toPage(request, rows, toItem, (row) => [row.created_at, row.id]);
}
