import type { AppRouter } from '@rsm/api';
import type { EventListItem } from '@rsm/api/schemas/events';
import type { TRPCClient } from '@trpc/client';

export type FeedState =
  | { readonly kind: 'off' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `retryAtMs` is when the next try begins. */
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly retryAtMs: number };

export interface LiveFeedOptions {
  readonly client: TRPCClient<AppRouter>;
  readonly onEvent: (event: EventListItem) => void;
  /** The client missed more than the server keeps: everything that is shown must be fetched again. */
  readonly onReset: () => void;
  readonly onState: (state: FeedState) => void;
}

const RETRY_FIRST_MS = 250;
/** A reconnect heals within two seconds. */
const RETRY_MAX_MS = 2_000;
/** A feed that ends sooner was no good end: without a pause a server that closes at once would be asked without one, too. */
const GOOD_FEED_MS_MIN = 5_000;

/** One stream of events for a window. It resumes after the last event it saw, so a cut connection misses nothing. */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  #lastEventId: string | null = null;
  #failures = 0;
  #lostSinceMs: number | null = null;
  #stopped = true;
  #unsubscribe: (() => void) | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #connectedAtMs = 0;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#drop();
    this.#lastEventId = null;
    this.#options.onState({ kind: 'off' });
  }

  /** Tries at once, as when the computer woke up or the person asked. */
  retryNow(): void {
    if (this.#stopped || this.#lostSinceMs === null) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  #connect(): void {
    this.#drop();
    this.#connectedAtMs = Date.now();
    if (this.#lostSinceMs === null) this.#options.onState({ kind: 'connecting' });
    let over = false;
    const ended = (failed: boolean): void => {
      if (over || this.#stopped) return;
      over = true;
      this.#again(failed);
    };
    const subscription = this.#options.client.events.feed.subscribe(
      { lastEventId: this.#lastEventId },
      {
        onStarted: () => this.#live(),
        onData: ({ id, data }) => {
          this.#failures = 0;
          this.#live();
          this.#lastEventId = id;
          if (data.kind === 'reset') this.#options.onReset();
          else this.#options.onEvent(data.event);
        },
        // The server ends a feed when its token ends; a fresh token resumes it at once.
        onComplete: () => ended(false),
        onStopped: () => ended(false),
        onError: () => ended(true),
        onConnectionStateChange: (state) => {
          if (state.state === 'connecting' && state.error !== null) ended(true);
        },
      },
    );
    this.#unsubscribe = () => {
      over = true;
      subscription.unsubscribe();
    };
  }

  #live(): void {
    this.#lostSinceMs = null;
    this.#options.onState({ kind: 'live' });
  }

  #again(failed: boolean): void {
    const held = Date.now() - this.#connectedAtMs >= GOOD_FEED_MS_MIN;
    if (held) this.#failures = 0;
    if (held && !failed) {
      this.#connect();
      return;
    }
    this.#drop();
    this.#failures += 1;
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 4);
    this.#lostSinceMs ??= Date.now();
    this.#options.onState({ kind: 'lost', sinceMs: this.#lostSinceMs, retryAtMs: Date.now() + waitMs });
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  #drop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }
}
