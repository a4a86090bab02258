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
};

/**
 * What every repository works with: one connection (a pool or a transaction), the clock, and the one place where the
 * database's refusals become errors that a person may read.
 */
export class Session {
  readonly connection: Knex;
  readonly clock: Clock;
  readonly #prepared: boolean;

  constructor(options: SessionOptions) {
    this.connection = options.connection;
    this.clock = options.clock;
    this.#prepared = options.prepared;
  }

  /** The same on another connection, such as a transaction. */
  on(connection: Knex): Session {
    return new Session({ connection, clock: this.clock, prepared: this.#prepared });
  }

  /**
   * Runs a hot statement and returns its rows.
   * @param name names the prepared statement; one name, one text. Null for a text that is put together anew each time
   * @param sql with `?` for each value
   * @throws DomainError when a named constraint refuses
   */
  async rows<Row>(name: string | null, sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    const query = this.connection.raw<{ rows: Row[] }>(sql, values.map(toBinding));
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

/** knex' types know no bigint; pg takes the same digits as text. */
function toBinding(value: SqlValue): Knex.RawBinding {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Rows for `jsonb_to_recordset`: the way to hand a whole batch to one statement. */
export function batch(rows: readonly Readonly<Record<string, SqlValue>>[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
