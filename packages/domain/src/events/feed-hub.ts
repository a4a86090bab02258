import type { UserId } from '../common/ids.ts';
import type { Clock, Instant } from '../common/instant.ts';
import type { Timers } from '../common/timers.ts';
import type { EventReads, EventWakeups } from './event.ts';
import { FeedChannel, type FeedListener } from './feed-channel.ts';
import { FeedSeats } from './feed-seats.ts';
import {
  FEED_AGE_MAX_MS,
  FEED_BATCH_MAX,
  FEED_LIMITS,
  FEED_PEOPLE_PER_READ_MAX,
  FEED_POLL_MS,
  FEED_RETRY_MS,
  type Feed,
  type FeedLimits,
  type FeedSink,
} from './feed.ts';

export interface FeedHubOptions {
  readonly reads: Pick<EventReads, 'listAfterEach' | 'bounds'>;
  readonly wakeups: EventWakeups;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly limits?: FeedLimits;
  readonly onProblem?: (problem: { readonly message: string; readonly error: unknown }) => void;
}

interface Place {
  readonly channel: FeedChannel;
  readonly audience: UserId;
  readonly afterSeq: number;
}

/**
 * All feeds of a process. It keeps no messages, only the place of each listener: whoever was woken is read again from the
 * place of its slowest window that can take more, many people by one statement, and each row is handed to all of them as one
 * object. So a listener costs its place, and a slow one is simply not read for.
 */
export class FeedHub {
  readonly #options: FeedHubOptions;
  readonly #seats: FeedSeats;
  readonly #channels = new Map<UserId, FeedChannel>();
  /** Who has news, in the order of their wake-ups; and whom only the poll wants to look after, when nobody else waits. */
  readonly #woken = new Set<FeedChannel>();
  readonly #polled = new Set<FeedChannel>();
  #isReading = false;
  #stopPolling: (() => void) | null = null;

  constructor(options: FeedHubOptions) {
    this.#options = options;
    this.#seats = new FeedSeats(options.limits ?? FEED_LIMITS);
  }

  /** Feeds that are open now. */
  get size(): number {
    return this.#seats.taken;
  }

  /**
   * Follows a person's events until the given time, at most for the maximum age.
   * @param options.afterSeq the last sequence the client has; null begins at the present, with a `reset` that names it, so
   *   that a client which loses its first connection knows where to go on. A sequence that was never given, or whose
   *   successors are no longer kept, begins with a `reset` as well.
   * @throws DomainError limit_reached when this person, busy when this process has too many feeds
   */
  async follow(
    userId: UserId,
    options: { readonly afterSeq: number | null; readonly endsAt: Instant | null; readonly sink: FeedSink },
  ): Promise<Feed> {
    const { clock, timers } = this.#options;
    const leave = this.#seats.take(userId);
    const channel = this.#channelOf(userId);
    const listener: FeedListener = { sink: options.sink, seq: null, canTake: true };
    channel.listeners.add(listener);
    let isOpen = true;
    let stopTimer = (): void => undefined;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      stopTimer();
      this.#remove(channel, listener);
      leave();
    };
    try {
      const { oldestSeq, lastSeq } = await this.#options.reads.bounds(userId);
      const { afterSeq } = options;
      const isTooOld = oldestSeq > 0 && (afterSeq ?? 0) + 1 < oldestSeq;
      listener.seq = afterSeq ?? lastSeq;
      if (afterSeq === null || isTooOld || afterSeq > lastSeq) {
        listener.seq = lastSeq;
        listener.canTake = options.sink.take([{ kind: 'reset', seq: lastSeq }]);
      }
    } catch (error) {
      close();
      throw error;
    }
    const tokenLeftMs = options.endsAt === null ? FEED_AGE_MAX_MS : options.endsAt - clock.now();
    const leftMs = Math.min(FEED_AGE_MAX_MS, tokenLeftMs);
    stopTimer = timers.after(Math.max(0, leftMs), () => {
      close();
      options.sink.end();
    });
    // What was committed since the bounds were read may have rung before this listener had a place.
    this.#wake(channel);
    return {
      close,
      resume: () => {
        listener.canTake = true;
        if (isOpen) this.#wake(channel);
      },
    };
  }

  #channelOf(userId: UserId): FeedChannel {
    const known = this.#channels.get(userId);
    if (known !== undefined) return known;
    const channel = new FeedChannel(userId);
    channel.unsubscribe = this.#options.wakeups.subscribe(userId, () => this.#wake(channel));
    this.#channels.set(userId, channel);
    this.#stopPolling ??= this.#options.timers.every(FEED_POLL_MS, () => {
      for (const each of this.#channels.values()) this.#polled.add(each);
      this.#read();
      return Promise.resolve();
    });
    return channel;
  }

  #remove(channel: FeedChannel, listener: FeedListener): void {
    channel.listeners.delete(listener);
    if (channel.listeners.size > 0) return;
    channel.unsubscribe();
    this.#channels.delete(channel.userId);
    this.#woken.delete(channel);
    this.#polled.delete(channel);
    if (this.#channels.size > 0) return;
    this.#stopPolling?.();
    this.#stopPolling = null;
  }

  #wake(channel: FeedChannel): void {
    this.#woken.add(channel);
    this.#read();
  }

  /** Reads for whoever waits, one statement after the other, until nobody does. */
  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    const again = (): void => {
      this.#isReading = false;
      // Who rang between the last look and now.
      if (this.#woken.size > 0 || this.#polled.size > 0) this.#read();
    };
    this.#readAll().then(again, (error: unknown) => {
      this.#options.onProblem?.({ message: 'The feeds could not be read; they are read again', error });
      this.#options.timers.after(FEED_RETRY_MS, again);
    });
  }

  async #readAll(): Promise<void> {
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      let rows;
      try {
        rows = await this.#options.reads.listAfterEach(batch, FEED_BATCH_MAX);
      } catch (error) {
        for (const { channel } of batch) if (channel.listeners.size > 0) this.#woken.add(channel);
        throw error;
      }
      for (const { channel, audience, afterSeq } of batch) {
        const own = rows.get(audience) ?? [];
        channel.deliver(own, afterSeq);
        // Behind the others, so that one who has much to catch up on holds nobody up.
        if (own.length === FEED_BATCH_MAX && channel.firstPlace() !== null) this.#woken.add(channel);
      }
    }
  }

  /** Those who were woken before those whom the poll looks after; nobody whose windows can't take anything. */
  #nextBatch(): readonly Place[] {
    const batch: Place[] = [];
    for (const waiting of [this.#woken, this.#polled]) {
      for (const channel of waiting) {
        if (batch.length === FEED_PEOPLE_PER_READ_MAX) return batch;
        waiting.delete(channel);
        const afterSeq = channel.firstPlace();
        if (afterSeq !== null) batch.push({ channel, audience: channel.userId, afterSeq });
      }
    }
    return batch;
  }
}
