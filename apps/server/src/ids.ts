import type { IdSource } from '@rsm/domain/common/ids';
import { v7 } from 'uuid';

/** UUIDs of version 7 (RFC 9562): sorted by time, so that they fill a B-tree from its right edge; 74 bits are random or a counter. */
export const uuidV7Source: IdSource = { next: () => v7() };
