import type { UserId } from '@rsm/domain/common/ids';
import { userIdSchema } from '@rsm/domain/common/ids';
import type { EventWakeups } from '@rsm/domain/events/event';
import pg from 'pg';

import { BackOff } from './back-off.ts';
import { EVENTS_CHANNEL, EVERYBODY, JOBS_CHANNEL } from './commit-notifier.ts';

export interface PgEventWakeupsOptions {
  /** Straight to Postgres: LISTEN belongs to a session, which a PgBouncer in transaction mode does not give. */
  readonly url: string;
  readonly onProblem?: (problem: { readonly message: string; readonly error: unknown }) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A silent connection may be a dead one (a firewall that forgot it); a query finds out. */
const HEARTBEAT_MS = 15_000;

/**
 * The one listener of a process: wakes the readers of an audience, and the job mover, after commits anywhere. What was
 * missed while the connection was away is made good by waking everybody when it is back.
 */
export class PgEventWakeups implements EventWakeups {
  readonly #options: PgEventWakeupsOptions;
  readonly #readers = new Map<UserId, Set<() => void>>();
  readonly #jobListeners = new Set<() => void>();
  readonly #backOff = new BackOff();
  #client: pg.Client | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: PgEventWakeupsOptions) {
    this.#options = options;
  }

  /**
   * Connects and listens; afterwards it reconnects by itself.
   * @throws Error when the first connection fails, so that a wrong address is found at the start.
   */
  async start(): Promise<void> {
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#backOff.cancel();
    clearInterval(this.#heartbeat);
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  subscribe(audience: UserId, wake: () => void): () => void {
    // A closure of its own, so that one function subscribed twice is two subscriptions.
    const reader = (): void => wake();
    const readers = this.#readers.get(audience) ?? new Set();
    this.#readers.set(audience, readers.add(reader));
    return () => {
      readers.delete(reader);
      if (readers.size === 0 && this.#readers.get(audience) === readers) this.#readers.delete(audience);
    };
  }

  /** Calls `wake` whenever there may be new job requests. Returns the way to stop. */
  onJobs(wake: () => void): () => void {
    const listener = (): void => wake();
    this.#jobListeners.add(listener);
    return () => this.#jobListeners.delete(listener);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'rsm listener',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    // pg emits `error` on a lost connection and then `end`; without a listener the process would die.
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('Postgres closed the connection of the listener.')));
    client.on('notification', ({ channel, payload }) => this.#onNotification(channel, payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${EVENTS_CHANNEL}; LISTEN ${JOBS_CHANNEL}`);
    } catch (error) {
      client.removeAllListeners('end');
      await client.end().catch(() => undefined);
      throw error;
    }
    if (this.#stopped) {
      await client.end();
      return;
    }
    this.#client = client;
    this.#backOff.reset();
    this.#heartbeat = setInterval(() => this.#beat(client), HEARTBEAT_MS).unref();
    this.#wakeAll();
  }

  #beat(client: pg.Client): void {
    const late = setTimeout(() => this.#lost(client, new Error('The listener got no answer.')), CONNECT_TIMEOUT_MS);
    client.query('SELECT 1').then(
      () => clearTimeout(late),
      (error: unknown) => {
        clearTimeout(late);
        this.#lost(client, error);
      },
    );
  }

  #lost(client: pg.Client, error: unknown): void {
    if (this.#client !== client || this.#stopped) return;
    this.#client = undefined;
    clearInterval(this.#heartbeat);
    client.end().catch(() => undefined);
    this.#options.onProblem?.({ message: 'The listener lost its connection; it connects again', error });
    this.#reconnect();
  }

  #reconnect(): void {
    this.#backOff.schedule(() => {
      this.#connect().catch((error: unknown) => {
        if (this.#stopped) return;
        this.#options.onProblem?.({ message: 'The listener could not connect; it tries again', error });
        this.#reconnect();
      });
    });
  }

  #onNotification(channel: string, payload: string): void {
    if (channel === JOBS_CHANNEL) {
      for (const wake of this.#jobListeners) wake();
    } else if (payload === EVERYBODY) {
      this.#wakeReaders();
    } else {
      for (const part of payload.split(',')) {
        const audience = userIdSchema.safeParse(part);
        if (audience.success) this.#wake(this.#readers.get(audience.data));
      }
    }
  }

  #wakeAll(): void {
    this.#wakeReaders();
    for (const wake of this.#jobListeners) wake();
  }

  #wakeReaders(): void {
    for (const readers of this.#readers.values()) this.#wake(readers);
  }

  #wake(readers: ReadonlySet<() => void> | undefined): void {
    for (const wake of readers ?? []) wake();
  }
}
