import type { Knex } from 'knex';

/**
 * Machines by region, and within one by model: a model in a region is one stretch of this index. A search for both looked up
 * all machines of the model, which grows with the market, in every order but that by price.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE INDEX market_listings_region_idx ON market_listings (region_key, gpu_key, gpu_count)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX market_listings_region_idx');
}
