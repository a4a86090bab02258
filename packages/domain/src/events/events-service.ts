import type { Clock } from '../common/instant.ts';
import type { Timers } from '../common/timers.ts';
import { HOUR_MS } from '../common/instant.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { EventRow, EventWakeups } from './event.ts';

export interface EventsServiceOptions {
  readonly uow: UnitOfWork;
  readonly wakeups: EventWakeups;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** One message of a feed. After `reset` the client refetches what it shows and goes on from `seq`. */
export type FeedMessage =
  | { readonly kind: 'event'; readonly event: EventRow }
  | { readonly kind: 'reset'; readonly seq: number };

/** Rows per read of a feed; a reader that is further behind is served batch by batch. */
export const FEED_BATCH_MAX = 200;
/** A feed ends after this and the client resumes, so that none outlives a deployment or a revoked session for long. */
export const FEED_AGE_MAX_MS = HOUR_MS;
/** Looks without a wake-up, so that a lost notification delays an event and never hides it. */
export const FEED_POLL_MS = 15_000;

/** Facts that a user may see, in order and at least once. */
export class EventsService {
  readonly #options: EventsServiceOptions;

  constructor(options: EventsServiceOptions) {
    this.#options = options;
  }

  /** The inbox: events after `seq`, oldest first. */
  async list(
    actor: Actor,
    input: { readonly afterSeq: number; readonly limit: number },
  ): Promise<{ readonly events: readonly EventRow[]; readonly lastSeq: number }> {
    const { events } = this.#options.uow.reads;
    const [rows, bounds] = await Promise.all([
      events.listAfter(actor.userId, input.afterSeq, input.limit),
      events.bounds(actor.userId),
    ]);
    return { events: rows, lastSeq: bounds.lastSeq };
  }

  /**
   * Follows the actor's events until the signal, the token's end or the maximum age.
   * @param input.afterSeq the last sequence the client has; null begins at the present, with a `reset` that names it, so
   *   that a client which loses its first connection knows where to go on
   */
  async *feed(
    actor: Actor,
    input: { readonly afterSeq: number | null; readonly signal: AbortSignal },
  ): AsyncGenerator<FeedMessage, void, undefined> {
    const { clock, timers, uow, wakeups } = this.#options;
    const endsAt = clock.now() + FEED_AGE_MAX_MS;
    const bell = new Bell(input.signal, timers);
    const stop = wakeups.subscribe(actor.userId, () => {
      bell.ring();
    });
    try {
      const bounds = await uow.reads.events.bounds(actor.userId);
      let seq = input.afterSeq ?? bounds.lastSeq;
      const isTooOld = bounds.oldestSeq > 0 && seq + 1 < bounds.oldestSeq;
      if (input.afterSeq === null || isTooOld || seq > bounds.lastSeq) {
        seq = bounds.lastSeq;
        yield { kind: 'reset', seq };
      }
      while (!input.signal.aborted && clock.now() < endsAt) {
        const batch = await uow.reads.events.listAfter(actor.userId, seq, FEED_BATCH_MAX);
        for (const event of batch) {
          seq = event.seq;
          yield { kind: 'event', event };
        }
        if (batch.length < FEED_BATCH_MAX) await bell.wait(FEED_POLL_MS);
      }
    } finally {
      stop();
    }
  }
}

/** Remembers that it rang while nobody listened, so that no wake-up is lost between a read and a wait. */
class Bell {
  readonly #signal: AbortSignal;
  readonly #timers: Timers;
  #rang = false;
  #wake: (() => void) | null = null;

  constructor(signal: AbortSignal, timers: Timers) {
    this.#signal = signal;
    this.#timers = timers;
  }

  ring(): void {
    this.#rang = true;
    this.#wake?.();
  }

  async wait(timeoutMs: number): Promise<void> {
    if (this.#signal.aborted) return;
    if (!this.#rang) {
      await new Promise<void>((resolve) => {
        const finish = () => {
          cancel();
          this.#signal.removeEventListener('abort', finish);
          resolve();
        };
        const cancel = this.#timers.after(timeoutMs, finish);
        this.#wake = finish;
        this.#signal.addEventListener('abort', finish);
      });
      this.#wake = null;
    }
    this.#rang = false;
  }
}
