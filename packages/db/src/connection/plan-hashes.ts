import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

/** Hex digits of a hash: enough to tell some thousand plans apart, short enough to read aloud. */
const HASH_DIGITS = 12;
const TEXTS_MAX = 200;
/** A plan changes with the statistics, so an old hash is asked for again. */
const KEPT_MS = 60_000;

interface Kept {
  readonly planHash: Promise<string | null>;
  readonly untilMs: number;
}

/**
 * The shapes of plans. Postgres is asked by EXPLAIN (GENERIC_PLAN) (PostgreSQL manual, EXPLAIN; from version 16 on), which runs nothing
 * and needs no values, at most once a minute for each text and once at a time.
 */
export class PlanHashes {
  readonly #knex: Knex;
  readonly #kept = new Map<string, Kept>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Never throws: null is the answer where there is no plan. */
  of(text: string): Promise<string | null> {
    const nowMs = performance.now();
    const kept = this.#kept.get(text);
    if (kept !== undefined && kept.untilMs > nowMs) return kept.planHash;
    const planHash = this.#last.then(async () => this.#ask(text)).catch(() => null);
    this.#last = planHash;
    if (this.#kept.size >= TEXTS_MAX) this.#kept.clear();
    this.#kept.set(text, { planHash, untilMs: nowMs + KEPT_MS });
    return planHash;
  }

  async #ask(text: string): Promise<string> {
    const { rows } = await this.#knex.raw<{ rows: readonly object[] }>(
      `EXPLAIN (GENERIC_PLAN, COSTS OFF, FORMAT JSON) ${text}`,
    );
    return createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, HASH_DIGITS);
  }
}
