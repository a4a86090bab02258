import type { Knex } from 'knex';

/**
 * Machines of one model and number of GPUs by price: one stretch of this index, already in order. A search for a model found
 * its rows by trigrams and sorted them, which grew with the market.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `CREATE INDEX market_listings_gpu_kind_idx ON market_listings (gpu_key, gpu_count, price_per_hour_micros, listing_id)`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX market_listings_gpu_kind_idx');
}
