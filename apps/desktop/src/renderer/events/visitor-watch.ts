import type { QueryClient } from '@tanstack/react-query';
import { detached } from '../app/detached.ts';
import { OFFLINE_CODE, toClientError } from '../api/client-error.ts';
import type { FeedState } from './live-feed.ts';

export interface VisitorWatchOptions {
  readonly queryClient: QueryClient;
  /** Any question that the server answers to anybody. */
  readonly ask: () => Promise<unknown>;
  readonly onState: (state: FeedState) => void;
}

/** As often as a feed that was lost tries again. */
const RETRY_MS = 2_000;

/**
 * What somebody has who is not signed in, and so has no feed: that the server does not answer is seen by what his screens ask, and from
 * then on it is asked until it does.
 */
export class VisitorWatch {
  readonly #options: VisitorWatchOptions;
  #lostSinceMs: number | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: (() => void) | null = null;

  constructor(options: VisitorWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#unsubscribe ??= this.#options.queryClient.getQueryCache().subscribe((event) => {
      // Each try that failed, not only the last: somebody who reads what is old is to know it at once.
      if (event.type !== 'updated' || (event.action.type !== 'failed' && event.action.type !== 'error')) return;
      if (toClientError(event.action.error).code === OFFLINE_CODE) this.#lost();
    });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    clearTimeout(this.#retry);
    this.#lostSinceMs = null;
    this.#options.onState({ kind: 'off' });
  }

  /** Tries at once, as when the computer woke up or the person asked. */
  retryNow(): void {
    if (this.#unsubscribe === null || this.#lostSinceMs === null) return;
    clearTimeout(this.#retry);
    detached(this.#try());
  }

  #lost(): void {
    if (this.#lostSinceMs !== null) return;
    this.#lostSinceMs = Date.now();
    this.#tryLater();
  }

  #tryLater(): void {
    if (this.#lostSinceMs === null) return;
    this.#options.onState({ kind: 'lost', sinceMs: this.#lostSinceMs, retryAtMs: Date.now() + RETRY_MS });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => detached(this.#try()), RETRY_MS);
  }

  async #try(): Promise<void> {
    try {
      await this.#options.ask();
    } catch (error) {
      if (toClientError(error).code === OFFLINE_CODE) {
        this.#tryLater();
        return;
      }
    }
    // Meanwhile somebody may have signed in, or another try was answered.
    if (this.#unsubscribe === null || this.#lostSinceMs === null) return;
    this.#lostSinceMs = null;
    this.#options.onState({ kind: 'live' });
  }
}
