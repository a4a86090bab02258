import type { UserId } from '@rsm/domain/common/ids';
import pg from 'pg';

import { BackOff } from './back-off.ts';

export const EVENTS_CHANNEL = 'rsm_events';
export const JOBS_CHANNEL = 'rsm_jobs';
/** Payload that wakes every audience. */
export const EVERYBODY = '*';

/**
 * A payload must be shorter than 8000 bytes (NOTIFY in the manual of Postgres). An id with its comma has 37; beyond this
 * many, waking everybody is cheaper than several notifications anyway.
 */
const AUDIENCES_MAX = 200;
const COALESCE_DEFAULT_MS = 2;
const CONNECT_TIMEOUT_MS = 10_000;
const FLUSH_TIMEOUT_MS = 2_000;

export interface CommitNotifierOptions {
  /** Any connection will do: a NOTIFY outside a transaction belongs to no session. */
  readonly url: string;
  readonly onProblem?: (problem: { readonly message: string; readonly error: unknown }) => void;
  /** The least time between two notifications: what commits meanwhile shares the second one. */
  readonly coalesceMs?: number;
}

/** What a transaction has written that somebody waits for. */
export interface Committed {
  readonly audiences: readonly UserId[];
  readonly jobs: boolean;
}

/**
 * Says after commits that there is something new, on a connection of its own and outside any transaction: a NOTIFY takes
 * a database-wide lock at commit, and bookings must not queue for it. A lost notification delays a reader until its poll.
 */
export class CommitNotifier {
  readonly #options: CommitNotifierOptions;
  readonly #backOff = new BackOff();
  readonly #audiences = new Set<UserId>();
  #everybody = false;
  #jobs = false;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #sentAtMs = -Infinity;
  #sending: Promise<void> | undefined;
  #client: Promise<pg.Client> | undefined;
  #stopped = false;

  constructor(options: CommitNotifierOptions) {
    this.#options = options;
  }

  /** Returns at once and never throws: the commit has happened, whatever becomes of the message. */
  notifyAfterCommit({ audiences, jobs }: Committed): void {
    if (this.#stopped || (audiences.length === 0 && !jobs)) return;
    for (const audience of audiences) this.#audiences.add(audience);
    if (this.#audiences.size > AUDIENCES_MAX) this.#wakeEverybody();
    this.#jobs ||= jobs;
    this.#schedule();
  }

  /** Sends what waits, at most for a limit, and closes the connection. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#backOff.cancel();
    let limit: NodeJS.Timeout | undefined;
    const flushed = (async () => {
      await this.#sending;
      await this.#send();
    })();
    await Promise.race([flushed, new Promise<void>((resolve) => (limit = setTimeout(resolve, FLUSH_TIMEOUT_MS)))]);
    clearTimeout(limit);
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  #wakeEverybody(): void {
    this.#everybody = true;
    this.#audiences.clear();
  }

  #schedule(): void {
    // While one message is on its way, or about to be, the next ones gather behind it.
    if (this.#sending !== undefined || this.#timer !== undefined || this.#immediate !== undefined) return;
    const waitMs = this.#sentAtMs + (this.#options.coalesceMs ?? COALESCE_DEFAULT_MS) - performance.now();
    // After a pause nobody waits for company; setTimeout(0) would still take a millisecond.
    if (waitMs <= 0) this.#immediate = setImmediate(() => this.#begin());
    else this.#timer = setTimeout(() => this.#begin(), waitMs);
  }

  #begin(): void {
    this.#timer = undefined;
    this.#immediate = undefined;
    this.#sentAtMs = performance.now();
    this.#sending = this.#send().finally(() => {
      this.#sending = undefined;
      if (this.#hasNews() && !this.#stopped) this.#schedule();
    });
  }

  #hasNews(): boolean {
    return this.#everybody || this.#jobs || this.#audiences.size > 0;
  }

  async #send(): Promise<void> {
    if (!this.#hasNews()) return;
    const payload = this.#everybody ? EVERYBODY : [...this.#audiences].join(',');
    const jobs = this.#jobs;
    this.#audiences.clear();
    this.#everybody = false;
    this.#jobs = false;
    try {
      this.#client ??= this.#connect();
      const client = await this.#client;
      await client.query(
        `SELECT CASE WHEN $1 <> '' THEN pg_notify('${EVENTS_CHANNEL}', $1) END, CASE WHEN $2 THEN pg_notify('${JOBS_CHANNEL}', '') END`,
        [payload, jobs],
      );
      this.#backOff.reset();
    } catch (error) {
      this.#drop();
      this.#options.onProblem?.({ message: 'A notification could not be sent; it is sent again', error });
      // Who was in the lost message is not worth remembering: all readers look once.
      if (payload !== '') this.#wakeEverybody();
      this.#jobs ||= jobs;
      if (!this.#stopped) await new Promise<void>((resolve) => this.#backOff.schedule(resolve));
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'rsm notifier',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    });
    client.on('error', () => this.#drop());
    await client.connect();
    return client;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.then((lost) => lost.end()).catch(() => undefined);
  }
}
