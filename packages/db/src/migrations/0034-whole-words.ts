import type { Knex } from 'knex';

/**
 * The words of a listing as a whole each. A typed word is turned into the words that have it in them, of which there are
 * few; their rows stand ready in this index, where trigrams bring rows that have to be looked at.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `CREATE INDEX market_listings_whole_words_idx ON market_listings USING gin (string_to_array(words, ' '))`,
  );
  // The planner learns from it how common each word is.
  await knex.raw('ANALYZE market_listings');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX market_listings_whole_words_idx');
}
