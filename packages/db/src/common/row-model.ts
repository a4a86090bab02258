import { Model, type Pojo } from 'objection';

/**
 * A row as Objection maps it, and nothing more: no hooks with rules, no validation, no relations that write. Columns keep
 * their names; subclasses `declare` them. Instants are numbers in rows and are written as text that Postgres reads.
 */
export abstract class RowModel extends Model {
  /** Columns that hold an instant. */
  $instantColumns(): readonly string[] {
    return [];
  }

  /** Columns that hold a JSON document: pg would write a JavaScript array as a Postgres array. */
  $documentColumns(): readonly string[] {
    return [];
  }

  override $formatDatabaseJson(json: Pojo): Pojo {
    const row = super.$formatDatabaseJson(json);
    for (const column of this.$instantColumns()) {
      const value: unknown = row[column];
      if (typeof value === 'number') row[column] = new Date(value).toISOString();
    }
    for (const column of this.$documentColumns()) {
      const value: unknown = row[column];
      if (value !== undefined && value !== null) row[column] = JSON.stringify(value);
    }
    return row;
  }
}
