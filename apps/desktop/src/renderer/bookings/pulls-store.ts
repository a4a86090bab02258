import type { FilesBridge, PullEvent } from '../../shared/bridge.ts';
import type { Session } from '../auth/session.ts';

export interface Pull {
  readonly pullId: string;
  readonly bookingId: string;
  readonly remotePath: string;
  readonly state:
    | { readonly kind: 'running'; readonly files: number; readonly bytes: number; readonly path: string | null }
    | { readonly kind: 'done'; readonly files: number; readonly bytes: number; readonly skipped: number }
    | { readonly kind: 'failed'; readonly message: string };
}

/** More finished copies than this are not remembered. */
const PULLS_MAX = 20;

/** The copies of a window. They go on while another screen is shown, so they are kept beside React and not in it. */
export class PullsStore {
  readonly #bridge: FilesBridge;
  readonly #listeners = new Set<() => void>();
  /** News of a copy may arrive before the answer that names it. */
  readonly #early = new Map<string, PullEvent>();
  #pulls: readonly Pull[] = [];

  constructor(bridge: FilesBridge) {
    this.#bridge = bridge;
    bridge.onPull((event) => this.#hear(event));
  }

  get = (): readonly Pull[] => this.#pulls;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A copy that the person agreed to begin. */
  began(pull: Pick<Pull, 'pullId' | 'bookingId' | 'remotePath'>): void {
    const running = { kind: 'running', files: 0, bytes: 0, path: null } as const;
    this.#become([{ ...pull, state: running }, ...this.#pulls].slice(0, PULLS_MAX));
    const early = this.#early.get(pull.pullId);
    this.#early.delete(pull.pullId);
    if (early !== undefined) this.#hear(early);
  }

  async cancel(pullId: string): Promise<void> {
    await this.#bridge.cancelPull({ pullId });
  }

  forget(pullId: string): void {
    this.#become(this.#pulls.filter((pull) => pull.pullId !== pullId));
  }

  /** Stops what still runs, and forgets all. */
  end(): void {
    for (const { pullId, state } of this.#pulls) {
      // The program may have stopped it already, which is all the same.
      if (state.kind === 'running') this.cancel(pullId).catch(() => undefined);
    }
    this.#early.clear();
    this.#become([]);
  }

  #hear(event: PullEvent): void {
    if (!this.#pulls.some(({ pullId }) => pullId === event.pullId)) {
      if (this.#early.size < PULLS_MAX) this.#early.set(event.pullId, event);
      return;
    }
    this.#become(this.#pulls.map((pull) => (pull.pullId === event.pullId ? { ...pull, state: stateOf(event) } : pull)));
  }

  #become(pulls: readonly Pull[]): void {
    this.#pulls = pulls;
    for (const listener of this.#listeners) listener();
  }
}

function stateOf(event: PullEvent): Pull['state'] {
  switch (event.kind) {
    case 'progress':
      return { kind: 'running', files: event.files, bytes: event.bytes, path: event.path };
    case 'done':
      return { kind: 'done', files: event.files, bytes: event.bytes, skipped: event.skipped };
    case 'failed':
      return { kind: 'failed', message: event.message };
  }
}

/** One store for each bridge, and so one for each window. */
const stores = new WeakMap<FilesBridge, PullsStore>();

/** What tells when nobody is signed in any more. */
type SignedInSession = Pick<Session, 'state' | 'subscribe'>;

/** The copies of this window. They end with the session. */
export function pullsOf(bridge: FilesBridge, session: SignedInSession): PullsStore {
  const known = stores.get(bridge);
  if (known !== undefined) return known;
  const store = new PullsStore(bridge);
  stores.set(bridge, store);
  session.subscribe(() => {
    if (session.state.kind === 'signed_out') store.end();
  });
  return store;
}
