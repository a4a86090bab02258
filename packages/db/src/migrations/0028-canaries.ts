import type { Knex } from 'knex';

/**
 * The markers that renters agree to. What their names and contents derive from is sealed, and the hashes of what was planted tell nobody what
 * to look for: who reads or copies this table can't remove them from a machine. Clean-ups from before this have none.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE wipe_canaries (
      data_wipe_id uuid CONSTRAINT wipe_canaries_pkey PRIMARY KEY
        CONSTRAINT wipe_canaries_data_wipe_id_fkey REFERENCES data_wipes,
      seed_sealed text NOT NULL,
      -- When planting was over; until then nobody knows what is on the machine.
      planted_at timestamptz(3),
      planted jsonb,
      note text,
      CONSTRAINT wipe_canaries_planted_whole
        CHECK ((planted_at IS NULL) = (planted IS NULL) AND (planted_at IS NOT NULL OR note IS NULL)),
      CONSTRAINT wipe_canaries_planted_list CHECK (jsonb_typeof(planted) = 'array')
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE wipe_canaries;');
}
