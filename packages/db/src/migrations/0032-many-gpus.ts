import type { Knex } from 'knex';

/** From how many GPUs on a search by price has an index of its own; a released list is never changed. */
const GPU_FLOORS = [2, 4, 8] as const;

/**
 * Machines with many GPUs by price. They are rare and expensive: in a million listings, a search for those with eight that
 * are free for a month followed the order by price past most others, and was given up after its three seconds.
 */
export async function up(knex: Knex): Promise<void> {
  for (const floor of GPU_FLOORS) {
    await knex.raw(
      `CREATE INDEX market_listings_price_of_${String(floor)}_gpus_idx ON market_listings (price_per_hour_micros, listing_id)
       WHERE gpu_count >= ${String(floor)}`,
    );
  }
}

export async function down(knex: Knex): Promise<void> {
  for (const floor of GPU_FLOORS) await knex.raw(`DROP INDEX market_listings_price_of_${String(floor)}_gpus_idx`);
}
