import type { Knex } from 'knex';

import { appendOnlyTables } from './sql.ts';

/**
 * Gives the application's role what it needs and no more: rows of every table, but no change to the tables that only
 * grow, and no say over the schema. It may make schemas of its own (identity, job engine). Repeatable.
 */
export async function grantToApplication(knex: Knex, role: string): Promise<void> {
  await knex.transaction(async (trx) => {
    const database = await trx.raw<{ rows: { name: string }[] }>('SELECT current_database() AS name');
    const name = database.rows[0]?.name;
    if (name === undefined) throw new Error('Postgres does not say which database this is.');
    await trx.raw('GRANT CONNECT, CREATE ON DATABASE ?? TO ??', [name, role]);
    await trx.raw('GRANT USAGE ON SCHEMA public TO ??', [role]);
    await trx.raw('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ??', [role]);
    await trx.raw('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ??', [role]);
    for (const table of appendOnlyTables) await trx.raw('REVOKE UPDATE, DELETE ON ?? FROM ??', [table, role]);
    for (const table of ['schema_migrations', 'schema_migrations_lock']) {
      await trx.raw('REVOKE INSERT, UPDATE, DELETE ON ?? FROM ??', [table, role]);
    }
    await trx.raw('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ??', [role]);
    await trx.raw('GRANT EXECUTE ON FUNCTION ensure_event_partitions, drop_event_partitions_before TO ??', [role]);
  });
}
