import type { Clock, Instant } from '../common/instant.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { EventRow } from './event.ts';
import type { FeedHub } from './feed-hub.ts';
import { readFeed } from './feed-reader.ts';
import type { Feed, FeedMessage, FeedSink } from './feed.ts';

export interface EventsServiceOptions {
  readonly uow: UnitOfWork;
  readonly feeds: Pick<FeedHub, 'follow'>;
  readonly clock: Clock;
}

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
   * Sends the actor's events to a sink until the token's end or the maximum age; see `FeedHub.follow`.
   * @throws DomainError limit_reached, busy
   */
  async follow(
    actor: Actor,
    input: { readonly afterSeq: number | null; readonly endsAt: Instant | null; readonly sink: FeedSink },
  ): Promise<Feed> {
    return this.#options.feeds.follow(actor.userId, input);
  }

  /**
   * The same for whoever reads at his own pace; it ends with the signal too.
   * @throws DomainError limit_reached, busy
   */
  feed(
    actor: Actor,
    input: { readonly afterSeq: number | null; readonly signal: AbortSignal },
  ): AsyncGenerator<FeedMessage, void, undefined> {
    return readFeed(this.#options.feeds, actor.userId, input);
  }
}
