import { benchmarkKinds } from '@rsm/domain/benchmarks/benchmark';
import type { Knex } from 'knex';

import { clearOutdatedScores } from './outdated-scores.ts';

/** What the market was made of before, as 0027 has it, and what it is made of now. */
type MarketColumns = {
  /** Copied from listing and machine as they are. */
  readonly copied: string;
  /** Made from the copied ones. */
  readonly made: string;
  /** What of a machine a search compares or shows: only a change of these touches the market. */
  readonly ofMachine: string;
  readonly keys: string;
};

const SCORES = 'cpu_score, memory_score, storage_score';
const OF_MACHINE = `reachability, declared_region, access_mode, cpu_model, cpu_threads, memory_bytes, disk_free_bytes, disk_kind,
  gpu_model, gpu_count, vram_bytes, cuda_version, cuda_version_number, benchmarked_at, reliability_ppm, reliability_at`;
const COPIED = `listing_id, unit_id, machine_id, title, price_per_hour_micros, currency, created_at, ${OF_MACHINE}`;
const MADE = 'score_key, price_per_score_key, reliability_key, gpu_key, region_key, words';

const before: MarketColumns = {
  copied: `${COPIED}, ${SCORES}`,
  made: MADE,
  ofMachine: `status, ${OF_MACHINE}, ${SCORES}`,
  keys: '',
};
const now: MarketColumns = {
  copied: `${COPIED}, ${SCORES}, gpu_score, network_score`,
  made: `${MADE}, gpu_score_key, network_score_key`,
  ofMachine: `status, ${OF_MACHINE}, ${SCORES}, gpu_score, network_score`,
  keys: ', coalesce(gpu_score, 0) AS gpu_score_key, coalesce(network_score, 0) AS network_score_key',
};

/**
 * The measured speed of GPUs and of the network as something that searches filter and sort by, as they do by the other scores. The
 * version of the `memory` method was raised with it: scores of the version before leave the searches.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE machines ADD COLUMN gpu_score integer, ADD COLUMN network_score integer;
    ALTER TABLE market_listings
      ADD COLUMN gpu_score integer,
      ADD COLUMN network_score integer,
      ADD COLUMN gpu_score_key integer NOT NULL DEFAULT 0,
      ADD COLUMN network_score_key integer NOT NULL DEFAULT 0;
    ALTER TABLE market_listings ALTER gpu_score_key DROP DEFAULT, ALTER network_score_key DROP DEFAULT;
    DROP TRIGGER machines_on_the_market ON machines; DROP VIEW market_source;
    CREATE INDEX market_listings_gpu_score_idx ON market_listings (gpu_score_key, listing_id);
    CREATE INDEX market_listings_network_score_idx ON market_listings (network_score_key, listing_id);
    ${marketOf(now)}
    UPDATE machines SET gpu_score = newest.gpu, network_score = newest.network
      FROM (SELECT machine_id, max(score) FILTER (WHERE kind = 'gpu') AS gpu, max(score) FILTER (WHERE kind = 'network') AS network
            FROM (SELECT DISTINCT ON (machine_id, kind) machine_id, kind, (result ->> 'score')::integer AS score FROM benchmarks
                  WHERE status = 'succeeded' AND kind IN ('gpu', 'network')
                  ORDER BY machine_id, kind, finished_at DESC, id DESC) latest
            GROUP BY machine_id) newest
      WHERE machines.id = newest.machine_id;
  `);
  await clearOutdatedScores(knex, benchmarkKinds);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER machines_on_the_market ON machines; DROP VIEW market_source;
    ALTER TABLE market_listings DROP COLUMN gpu_score, DROP COLUMN network_score, DROP COLUMN gpu_score_key,
      DROP COLUMN network_score_key;
    ALTER TABLE machines DROP COLUMN gpu_score, DROP COLUMN network_score;
    ${marketOf(before)}
  `);
}

/** The parts of 0027's market that name its columns one by one. */
function marketOf({ copied, made, ofMachine, keys }: MarketColumns): string {
  const all = `${copied}, ${made}`;
  return `
    CREATE VIEW market_source AS
      SELECT listings.id AS listing_id, listings.unit_id, ${copied.replace('listing_id, unit_id, ', '').replace('created_at', 'listings.created_at')},
        coalesce(cpu_score, 0) AS score_key,
        coalesce(price_per_hour_micros * 1000 / nullif(cpu_score, 0), 999999999999999999) AS price_per_score_key,
        coalesce(reliability_ppm, -1) AS reliability_key,
        market_words_of(coalesce(gpu_model, '')) AS gpu_key,
        ' ' || market_words_of(declared_region) AS region_key,
        concat_ws(' ', market_words_of(concat_ws(' ', title, cpu_model, gpu_model, declared_region)),
          market_key_of(cpu_model), market_key_of(gpu_model)) AS words${keys}
      FROM listings JOIN machines ON machines.id = listings.machine_id
      WHERE listings.status = 'active' AND visibility = 'public' AND machines.status = 'verified' AND reachability = 'reachable';

    CREATE OR REPLACE FUNCTION refresh_market_listing(wanted uuid) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE listed market_listings;
    BEGIN
      INSERT INTO market_listings (${all}) SELECT ${all} FROM market_source WHERE listing_id = wanted
      ON CONFLICT (listing_id) DO UPDATE SET (${all}) = ROW (${prefixed(all, 'excluded')})
      RETURNING * INTO listed;
      IF NOT FOUND THEN
        DELETE FROM market_listings WHERE listing_id = wanted;
      ELSE
        INSERT INTO market_words SELECT DISTINCT word FROM regexp_split_to_table(listed.words, ' ') word
        WHERE NOT EXISTS (SELECT FROM market_words known WHERE known.word = word.word) ORDER BY word ON CONFLICT DO NOTHING;
      END IF;
    END $$;

    CREATE OR REPLACE FUNCTION rebuild_market_listings() RETURNS void LANGUAGE sql AS $$
      DELETE FROM market_listings;
      INSERT INTO market_listings (${all}) SELECT ${all} FROM market_source;
      INSERT INTO market_words SELECT DISTINCT word FROM market_listings, regexp_split_to_table(words, ' ') word
      ON CONFLICT DO NOTHING;
    $$;

    CREATE TRIGGER machines_on_the_market AFTER UPDATE ON machines FOR EACH ROW
      WHEN ((${prefixed(ofMachine, 'OLD')}) IS DISTINCT FROM (${prefixed(ofMachine, 'NEW')})) EXECUTE FUNCTION follow_machine();`;
}

function prefixed(columns: string, row: string): string {
  return columns
    .split(',')
    .map((column) => `${row}.${column.trim()}`)
    .join(', ');
}
