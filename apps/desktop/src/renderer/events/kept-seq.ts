import { z } from 'zod';

/**
 * A number of the event sequence that this computer remembers per person: up to where he has seen his inbox, and up to where he was
 * notified. All windows and tabs of a browser share it. It only ever grows.
 */
export interface KeptSeq {
  /** Null before the first time. */
  get(userId: string): number | null;
  /** Remembers a number; returns false when it was reached before. */
  raise(userId: string, seq: number): boolean;
}

export type SeqStorage = Pick<Storage, 'getItem' | 'setItem'>;

const seqSchema = z.coerce.number().int().min(0);

export function createKeptSeq(storage: SeqStorage, prefix: string): KeptSeq {
  const get = (userId: string): number | null => {
    const text = storage.getItem(`${prefix}${userId}`);
    if (text === null || text === '') return null;
    const read = seqSchema.safeParse(text);
    return read.success ? read.data : null;
  };
  return {
    get,
    raise: (userId, seq) => {
      const before = get(userId);
      if (before !== null && seq <= before) return false;
      storage.setItem(`${prefix}${userId}`, String(seq));
      return true;
    },
  };
}
