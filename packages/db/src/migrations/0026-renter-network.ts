import { RENTER_NETWORKS_MAX } from '@rsm/domain/access/renter-network';
import type { Knex } from 'knex';

/** What a provider opens to the renters of a machine beside the public internet; at first nothing. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE machines
      ADD COLUMN renter_networks text[] NOT NULL DEFAULT '{}',
      ADD COLUMN renter_mail boolean NOT NULL DEFAULT false,
      ADD CONSTRAINT machines_renter_networks_count CHECK (cardinality(renter_networks) <= ${String(RENTER_NETWORKS_MAX)});
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE machines DROP COLUMN renter_networks, DROP COLUMN renter_mail');
}
