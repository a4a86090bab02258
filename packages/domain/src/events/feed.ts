import { HOUR_MS } from '../common/instant.ts';
import type { EventRow } from './event.ts';

/** One message of a feed. After `reset` the client refetches what it shows and goes on from `seq`. */
export type FeedMessage =
  | { readonly kind: 'event'; readonly event: EventRow }
  | { readonly kind: 'reset'; readonly seq: number };

/** Where the messages of one feed go. Everything comes in order, and nothing after `end`. */
export interface FeedSink {
  /**
   * Takes messages; the very same object goes to every window of a person, so that it is made ready for the wire once.
   * @returns whether it can take more now. After false it gets nothing until its feed is resumed, and the feed keeps nothing
   *   for it but its place.
   */
  take(messages: readonly FeedMessage[]): boolean;
  /** The feed is over, by its maximum age or with its token: the client resumes with a fresh one. */
  end(): void;
}

/** A feed that is being followed. */
export interface Feed {
  /** The sink can take messages again. */
  resume(): void;
  /** Nothing is sent any more; may be called twice. */
  close(): void;
}

/** Rows per read of one person's events; whoever is further behind is served batch by batch, in turn with the others. */
export const FEED_BATCH_MAX = 200;
/** People whose events are read by one statement. */
export const FEED_PEOPLE_PER_READ_MAX = 100;
/** A feed ends after this and the client resumes, so that none outlives a deployment or a revoked session for long. */
export const FEED_AGE_MAX_MS = HOUR_MS;
/** Looks without a wake-up, so that a lost notification delays an event and never hides it. */
export const FEED_POLL_MS = 15_000;
/** After a read that failed; a client that loses its feed waits about as long. */
export const FEED_RETRY_MS = 1_000;

export interface FeedLimits {
  /** Windows of one person at once: a desktop and a browser on each of several computers. */
  readonly perUser: number;
  /** Feeds of one process at once; one listener costs about 20 KB. */
  readonly perProcess: number;
}
export const FEED_LIMITS: FeedLimits = { perUser: 20, perProcess: 12_000 };
