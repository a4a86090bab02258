import { DomainError } from '@rsm/domain/common/domain-error';
import { PAGE_LIMIT_MAX, type Page, type PageRequest } from '@rsm/domain/common/page';
import { z } from 'zod';

/** A cursor is the sort key of the last row that was shown. Its text is opaque to callers and holds nothing secret. */
export type CursorSchema<Key> = z.ZodType<Key>;

/** The sort key (time, id) of most lists; it is read as what a row comparison in SQL takes: two texts. */
export const timeAndIdSchema = z.tuple([
  z
    .int()
    .min(0)
    .max(8_640_000_000_000_000)
    .transform((at) => new Date(at).toISOString()),
  z.uuid(),
]);
/** The sort key of rows that are numbered by the database. */
export const numberSchema = z.string().regex(/^[0-9]{1,18}$/);

/** How many rows to ask for: one more than wanted tells whether a next page exists. */
export function fetchLimit(request: PageRequest): number {
  return Math.min(Math.max(1, Math.trunc(request.limit)), PAGE_LIMIT_MAX) + 1;
}

/** The sort key in a cursor, or null for the first page. @throws DomainError invalid_cursor */
export function readCursor<Key>(request: PageRequest, schema: CursorSchema<Key>): Key | null {
  if (request.cursor === null) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(request.cursor, 'base64url').toString('utf8')));
  } catch (error) {
    throw new DomainError('invalid_cursor', 'This place in the list is not known.', {
      field: 'cursor',
      remedy: 'Begin at the first page.',
      cause: error,
    });
  }
}

/** Makes a page of rows that were asked for with `fetchLimit`. */
export function toPage<Row, Item>(
  request: PageRequest,
  rows: readonly Row[],
  toItem: (row: Row) => Item,
  keyOf: (row: Row) => unknown,
): Page<Item> {
  const limit = fetchLimit(request) - 1;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return {
    items: shown.map(toItem),
    nextCursor: hasMore ? Buffer.from(JSON.stringify(keyOf(last)), 'utf8').toString('base64url') : null,
  };
}
