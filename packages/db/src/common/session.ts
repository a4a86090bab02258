import type { Clock } from '@rsm/domain/common/instant';
import type { Knex } from 'knex';

import { toDomainError } from './constraint-errors.ts';

/** Values that pg sends as they are. Instants go in as the text that `timestamp` makes of them. */
export type SqlValue = string | number | bigint | boolean | null | Buffer | string[];

export type SessionOptions = {
  /** The pool for reads, or one transaction. */
  readonly connection: Knex;
  readonly clock: Clock;
  /** Whether hot statements are prepared by name; off behind a pooler that can't follow them. */
  readonly prepared: boolean;
  /** The one connection of the pool that is used; any without. */
  readonly pinned?: object;
};

/**
 * What every repository works with: one connection (a pool or a transaction), the clock, and the one place where the
 * database's refusals become errors that a person may read.
 */
export class Session {
  readonly connection: Knex;
  readonly clock: Clock;
  readonly #prepared: boolean;
  readonly #pinned: object | undefined;

  constructor(options: SessionOptions) {
    this.connection = options.connection;
    this.clock = options.clock;
    this.#prepared = options.prepared;
    this.#pinned = options.pinned;
  }

  /** The same on another connection, such as a transaction. */
  on(connection: Knex): Session {
    return new Session({ connection, clock: this.clock, prepared: this.#prepared });
  }

  /**
   * The same on one connection of the pool, for a transaction that has to be cheaper than knex makes it. Whoever pins ends the
   * transaction and releases the connection, whatever happens.
   */
  async pin(): Promise<{ readonly session: Session; readonly release: () => void }> {
    if (this.connection.isTransaction === true) throw new Error('A transaction has its connection already.');
    const pool = poolOf(this.connection);
    const pinned = await pool.acquireConnection();
    const session = new Session({ connection: this.connection, clock: this.clock, prepared: this.#prepared, pinned });
    return { session, release: () => void pool.releaseConnection(pinned) };
  }

  /**
   * Runs a hot statement and returns its rows.
   * @param name names the prepared statement; one name, one text. Null for a text that is put together anew each time
   * @param sql with `?` for each value
   * @throws DomainError when a named constraint refuses
   */
  async rows<Row>(name: string | null, sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    const raw = this.connection.raw<{ rows: Row[] }>(sql, values.map(toBinding));
    const query = this.#pinned === undefined ? raw : raw.connection(this.#pinned);
    const result = await this.refusing(
      this.#prepared && name !== null ? query.options({ name: `rsm_${name}` }) : query,
    );
    return result.rows;
  }

  /** The first row of a hot statement, or null. */
  async row<Row>(name: string, sql: string, values: readonly SqlValue[]): Promise<Row | null> {
    return (await this.rows<Row>(name, sql, values))[0] ?? null;
  }

  /**
   * Waits for any other query and turns the refusal of a named constraint into its DomainError.
   * @throws DomainError when a named constraint refuses; other errors pass as they are
   */
  async refusing<Result>(query: PromiseLike<Result>): Promise<Result> {
    try {
      return await query;
    } catch (error) {
      throw toDomainError(error);
    }
  }
}

/**
 * Sends what comes next right behind a statement, instead of first waiting for its answer: on one connection Postgres answers in
 * the order of asking. Should the statement fail, that is what is thrown, whatever became of the rest.
 */
export async function rightBehind<Result>(sent: Promise<unknown>, next: () => Promise<Result>): Promise<Result> {
  const [before, after] = await Promise.allSettled([sent, next()]);
  if (before.status === 'rejected') throw before.reason;
  if (after.status === 'rejected') throw after.reason;
  return after.value;
}

/** What knex' client has to say about its pool; its type hides it. */
interface ConnectionPool {
  acquireConnection(): Promise<object>;
  releaseConnection(connection: object): Promise<void>;
}

function poolOf({ client }: Knex): ConnectionPool {
  const found: unknown = client;
  if (!isPool(found)) throw new Error('knex does not lend connections where it used to.');
  return found;
}

function isPool(value: unknown): value is ConnectionPool {
  if (typeof value !== 'object' || value === null) return false;
  return ['acquireConnection', 'releaseConnection'].every((name) => typeof Reflect.get(value, name) === 'function');
}

/** knex' types know no bigint; pg takes the same digits as text. */
function toBinding(value: SqlValue): Knex.RawBinding {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Rows for `jsonb_to_recordset`: the way to hand a whole batch to one statement. */
export function batch(rows: readonly Readonly<Record<string, SqlValue>>[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
