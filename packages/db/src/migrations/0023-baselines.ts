import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger } from './sql.ts';

/**
 * What the verifier kept of a machine before a booking. Most bookings of a machine find it as the one before left it, so that equal
 * states are kept once. Clean-ups from before this have none, and are verified without.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE machine_baselines (
      machine_id uuid NOT NULL CONSTRAINT machine_baselines_machine_id_fkey REFERENCES machines,
      sha256 text NOT NULL,
      listing text NOT NULL,
      CONSTRAINT machine_baselines_pkey PRIMARY KEY (machine_id, sha256),
      CONSTRAINT machine_baselines_sha256_true CHECK (sha256 = encode(sha256(convert_to(listing, 'UTF8')), 'hex'))
    );
    ${sqlAppendOnlyTrigger('machine_baselines')}
    ALTER TABLE data_wipes
      ADD COLUMN baseline_sha256 text,
      ADD CONSTRAINT data_wipes_baseline_fkey FOREIGN KEY (machine_id, baseline_sha256)
        REFERENCES machine_baselines (machine_id, sha256);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE data_wipes DROP COLUMN baseline_sha256; DROP TABLE machine_baselines;');
}
