import type { UserId } from '../common/ids.ts';
import type { EventRow } from './event.ts';
import type { FeedMessage, FeedSink } from './feed.ts';

/** One window. */
export interface FeedListener {
  readonly sink: FeedSink;
  /** The last sequence that its sink took; null until its place is known. */
  seq: number | null;
  canTake: boolean;
}

/** The windows of one person. */
export class FeedChannel {
  readonly userId: UserId;
  readonly listeners = new Set<FeedListener>();
  unsubscribe: () => void = () => undefined;

  constructor(userId: UserId) {
    this.userId = userId;
  }

  /** The place of the slowest window that can take more; null when there is none. */
  firstPlace(): number | null {
    let first: number | null = null;
    for (const { seq, canTake } of this.listeners) {
      if (canTake && seq !== null && (first === null || seq < first)) first = seq;
    }
    return first;
  }

  /**
   * Hands rows, oldest first, to each window that lacks them: the same message objects to all.
   * @param afterSeq the place they were read from; a window that came behind it while they were read would miss some, and is
   *   read for anew
   */
  deliver(rows: readonly EventRow[], afterSeq: number): void {
    if (rows.length === 0) return;
    const messages: readonly (FeedMessage & { readonly kind: 'event' })[] = rows.map((event) => ({
      kind: 'event',
      event,
    }));
    const last = messages.at(-1)?.event.seq ?? 0;
    for (const listener of this.listeners) {
      const { seq } = listener;
      if (seq === null || !listener.canTake || seq < afterSeq || seq >= last) continue;
      const missing = seq === afterSeq ? messages : messages.filter(({ event }) => event.seq > seq);
      listener.seq = last;
      listener.canTake = listener.sink.take(missing);
    }
  }
}
