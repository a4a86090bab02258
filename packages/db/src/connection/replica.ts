import { setTimeout as sleep } from 'node:timers/promises';

import type { Knex } from 'knex';

import { createKnex } from './create-knex.ts';
import { ReplicaAge } from './replica-age.ts';

export interface ReplicaOptions {
  /** One streaming replica, as the application's role; a PgBouncer may stand between. */
  readonly url: string;
  /** The pool of the server that it follows. */
  readonly primary: Knex;
  readonly poolMax?: number;
  /** How old what it shows may be. Every process of an installation needs the same limit: see `untilShown`. */
  readonly staleMsMax: number;
  /** Told when it begins to be used and when it is left. */
  readonly onChange?: (change: { readonly isFresh: boolean; readonly error: unknown }) => void;
}

const LOOK_EVERY_MS = 500;
/** While somebody waits for a commit to be shown. */
const LOOK_AGAIN_MS = 20;
/** A server that answers nothing must not hold a reader for longer; the primary still has to answer afterwards. */
const ANSWER_MS_MAX = 4_000;
const CONNECT_MS_MAX = 2_000;

/**
 * A streaming replica for reads that may be a little old. It is looked at from its first use on, so that a process which never
 * reads there opens no connection to it.
 */
export class Replica {
  readonly knex: Knex;
  readonly #options: ReplicaOptions;
  readonly #age = new ReplicaAge();
  readonly #stopping = new AbortController();
  #looking: Promise<void> | undefined;
  #wasFresh = false;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.knex = createKnex({
      url: options.url,
      applicationName: 'rsm stale reads',
      acquireTimeoutMs: CONNECT_MS_MAX,
      answerTimeoutMs: ANSWER_MS_MAX,
      ...(options.poolMax === undefined ? {} : { poolMax: options.poolMax }),
    });
  }

  /** Whether what it shows is young enough. False until the first look has ended. */
  isFresh(): boolean {
    this.#looking ??= this.#lookOn();
    return this.ageMs() <= this.#options.staleMsMax;
  }

  /** How old what it shows can be at most; infinite while nothing is known. */
  ageMs(): number {
    return this.#age.at(performance.now());
  }

  /** It did not answer as it should: nobody reads there until it was looked at again. */
  distrust(error: unknown): void {
    this.#age.forget();
    this.#tell(error);
  }

  /**
   * Waits until the stale reads of every process show what was committed before. That is so as soon as the replica has it, and at
   * the latest after the limit: then a replica that does not have it yet is too old to be read by anybody.
   */
  async untilShown(): Promise<void> {
    const giveUpAtMs = performance.now() + this.#options.staleMsMax;
    try {
      const lsn = await placeOfPrimary(this.#options.primary);
      while (performance.now() < giveUpAtMs) {
        if ((await placeOfReplica(this.knex)) >= lsn) return;
        await sleep(LOOK_AGAIN_MS);
      }
    } catch (error) {
      this.distrust(error);
      await sleep(Math.max(0, giveUpAtMs - performance.now()));
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
    await this.knex.destroy();
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const askedAtMs = performance.now();
        this.#age.primaryIsAt(await placeOfPrimary(this.#options.primary), askedAtMs);
        this.#age.replicaIsAt(await placeOfReplica(this.knex));
        this.#tell(null);
      } catch (error) {
        if (!signal.aborted) this.distrust(error);
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #tell(error: unknown): void {
    const isFresh = this.ageMs() <= this.#options.staleMsMax;
    if (isFresh === this.#wasFresh) return;
    this.#wasFresh = isFresh;
    this.#options.onChange?.({ isFresh, error });
  }
}

/** Both functions may be called by any role (PostgreSQL manual, 9.27 System Administration Functions). */
async function placeOfPrimary(knex: Knex): Promise<bigint> {
  const { rows } = await knex.raw<{ rows: { lsn: bigint }[] }>(
    `SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint AS lsn`,
  );
  return rows[0]?.lsn ?? 0n;
}

/** @throws Error when the server is none that follows another one */
async function placeOfReplica(knex: Knex): Promise<bigint> {
  const { rows } = await knex.raw<{ rows: { lsn: bigint | null }[] }>(
    `SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END AS lsn`,
  );
  const lsn = rows[0]?.lsn ?? null;
  if (lsn === null) throw new Error('The server that DATABASE_REPLICA_URL names is no streaming replica.');
  return lsn;
}
