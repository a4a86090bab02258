/** Events of a person are numbered without gaps from 1, so the inbox is read in blocks of whole numbers, the newest block first. */
export const BLOCK_EVENTS = 50;
/** A cursor beyond every event: the answer holds none of them, only the newest number. */
export const BEYOND_ALL_SEQ = '999999999999999';

export interface InboxBlock {
  readonly index: number;
  /** The block holds the events after this one. */
  readonly afterSeq: number;
  /** Nothing is ever added to a full block, so it is read once. */
  readonly isFull: boolean;
}

/** The newest blocks; `count` of them, or all that there are. */
export function newestBlocks(lastSeq: number, count: number): readonly InboxBlock[] {
  if (lastSeq <= 0) return [];
  const newest = Math.floor((lastSeq - 1) / BLOCK_EVENTS);
  const blocks: InboxBlock[] = [];
  for (let index = newest; index >= 0 && blocks.length < count; index -= 1) {
    blocks.push({ index, afterSeq: index * BLOCK_EVENTS, isFull: lastSeq >= (index + 1) * BLOCK_EVENTS });
  }
  return blocks;
}
