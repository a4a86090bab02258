import { describe, expect, it } from 'vitest';
import { BLOCK_EVENTS, newestBlocks } from './inbox-blocks.ts';

/** The numbers that a block holds of the events that there are. */
const seqsOf = (lastSeq: number, count: number): readonly number[] =>
  newestBlocks(lastSeq, count)
    .flatMap(({ afterSeq }) => Array.from({ length: BLOCK_EVENTS }, (_, offset) => afterSeq + offset + 1))
    .filter((seq) => seq <= lastSeq);

describe('the blocks of the inbox', () => {
  it('are none for an empty inbox', () => {
    expect(newestBlocks(0, 3)).toEqual([]);
  });

  it.each([1, 49, 50, 51, 99, 100, 101, 730])('hold each of %i events once', (lastSeq) => {
    const seqs = seqsOf(lastSeq, 1_000);
    expect(seqs.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: lastSeq }, (_, index) => index + 1),
    );
  });

  it('begin with the newest', () => {
    expect(newestBlocks(120, 2)).toEqual([
      { index: 2, afterSeq: 100, isFull: false },
      { index: 1, afterSeq: 50, isFull: true },
    ]);
  });

  it('stop at the first event', () => {
    expect(newestBlocks(60, 9).map(({ index }) => index)).toEqual([1, 0]);
  });

  it('know a full block from one that still grows', () => {
    expect(newestBlocks(50, 1)[0]?.isFull).toBe(true);
    expect(newestBlocks(49, 1)[0]?.isFull).toBe(false);
  });
});
