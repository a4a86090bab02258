import type { Knex } from 'knex';

/** What the other migrations stand on: extensions and the two functions that refuse. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE EXTENSION IF NOT EXISTS btree_gist;
    CREATE EXTENSION IF NOT EXISTS pg_trgm;

    -- The trigger's WHEN clause holds the graph; whoever comes here has left it. The trigger's name stands in for a
    -- constraint's name, so that the repositories map both in the same way.
    CREATE FUNCTION refuse_status_move() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% may not move from % to %', TG_TABLE_NAME, OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END $$;

    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END $$;
  `);
}

/** The extensions stay: another user of the database may need them, and they hold no data. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP FUNCTION refuse_change();
    DROP FUNCTION refuse_status_move();
  `);
}
