import type { Knex } from 'knex';

/** The columns of `market_listings` that are copied as they are; the rest is made from them. */
const COPIED = `listing_id, unit_id, machine_id, title, price_per_hour_micros, currency, declared_region, reachability, access_mode,
  cpu_model, cpu_threads, memory_bytes, disk_free_bytes, disk_kind, gpu_model, gpu_count, vram_bytes, cuda_version,
  cuda_version_number, cpu_score, memory_score, storage_score, benchmarked_at, reliability_ppm, reliability_at, created_at`;
const MADE = 'score_key, price_per_score_key, reliability_key, gpu_key, region_key, words';

/** What of a machine a search compares or shows: only a change of these touches the market. */
const MACHINE_COLUMNS = `status, reachability, declared_region, access_mode, cpu_model, cpu_threads, memory_bytes,
  disk_free_bytes, disk_kind, gpu_model, gpu_count, vram_bytes, cuda_version, cuda_version_number, cpu_score, memory_score,
  storage_score, benchmarked_at, reliability_ppm, reliability_at`;

const TABLES = `
  CREATE TABLE market_listings (
    listing_id uuid CONSTRAINT market_listings_pkey PRIMARY KEY
      CONSTRAINT market_listings_listing_id_fkey REFERENCES listings ON DELETE CASCADE,
    unit_id uuid NOT NULL CONSTRAINT market_listings_unit_id_key UNIQUE,
    machine_id uuid NOT NULL,
    title text NOT NULL,
    price_per_hour_micros bigint NOT NULL,
    currency text NOT NULL,
    declared_region text NOT NULL,
    reachability text NOT NULL,
    access_mode text NOT NULL,
    cpu_model text,
    cpu_threads integer,
    memory_bytes bigint,
    disk_free_bytes bigint,
    disk_kind text,
    gpu_model text,
    gpu_count integer NOT NULL,
    vram_bytes bigint,
    cuda_version text,
    cuda_version_number integer,
    cpu_score integer,
    memory_score integer,
    storage_score integer,
    benchmarked_at timestamptz(3),
    reliability_ppm integer,
    reliability_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    -- What is sorted by, without nulls: what was not measured stands last in every order.
    score_key integer NOT NULL,
    price_per_score_key bigint NOT NULL,
    reliability_key integer NOT NULL,
    -- The model's words in small letters: people write RTX4090, drivers "NVIDIA GeForce RTX 4090".
    gpu_key text NOT NULL,
    -- The region's words, each after a blank, so that the start of a word can be asked for.
    region_key text NOT NULL,
    words text NOT NULL
  ) WITH (fillfactor = 90);
  -- Few hundred models and regions: with all of them known, the planner knows how rare what is asked for is.
  ALTER TABLE market_listings ALTER gpu_key SET STATISTICS 1000, ALTER region_key SET STATISTICS 1000;

  -- Every word that a listing ever had: what a mistyped word is compared with. Words stay when listings go.
  CREATE TABLE market_words (word text CONSTRAINT market_words_pkey PRIMARY KEY);

  -- The availability summary: the stretches of a unit between its live occupancies, to both infinities. A unit is free in
  -- a window exactly when one of its gaps contains it.
  CREATE TABLE unit_gaps (
    unit_id uuid NOT NULL CONSTRAINT unit_gaps_unit_id_fkey REFERENCES units ON DELETE CASCADE,
    starts_at timestamptz(3) NOT NULL,
    ends_at timestamptz(3) NOT NULL,
    gap tstzrange NOT NULL GENERATED ALWAYS AS (tstzrange(starts_at, ends_at, '[)')) STORED,
    CONSTRAINT unit_gaps_pkey PRIMARY KEY (unit_id, starts_at) INCLUDE (ends_at),
    CONSTRAINT unit_gaps_not_empty CHECK (starts_at < ends_at)
  );`;

const INDEXES = `
  CREATE INDEX market_listings_price_idx ON market_listings (price_per_hour_micros, listing_id);
  CREATE INDEX market_listings_score_idx ON market_listings (score_key, listing_id);
  CREATE INDEX market_listings_price_per_score_idx ON market_listings (price_per_score_key, listing_id);
  CREATE INDEX market_listings_reliability_idx ON market_listings (reliability_key, listing_id);
  CREATE INDEX market_listings_newest_idx ON market_listings (created_at, listing_id);
  -- Many or large GPUs are rare, and stand where a list by price ends.
  CREATE INDEX market_listings_gpus_idx ON market_listings (gpu_count, vram_bytes);
  CREATE INDEX market_listings_text_idx ON market_listings
    USING gin (words gin_trgm_ops, gpu_key gin_trgm_ops, region_key gin_trgm_ops);
  CREATE INDEX market_words_text_idx ON market_words USING gin (word gin_trgm_ops);
  CREATE INDEX unit_gaps_free_idx ON unit_gaps USING gist (gap) INCLUDE (unit_id);`;

const MARKET = `
  CREATE FUNCTION market_words_of(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT trim(regexp_replace(lower(said), '[^[:alnum:]]+', ' ', 'g')) $$;
  CREATE FUNCTION market_key_of(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT regexp_replace(lower(coalesce(said, '')), '[^[:alnum:]]+', '', 'g') $$;

  -- The rows that belong on the market: active public listings of verified, reachable machines.
  CREATE VIEW market_source AS
    SELECT listings.id AS listing_id, listings.unit_id, machine_id, title, price_per_hour_micros, currency, declared_region,
      reachability, access_mode, cpu_model, cpu_threads, memory_bytes, disk_free_bytes, disk_kind, gpu_model, gpu_count,
      vram_bytes, cuda_version, cuda_version_number, cpu_score, memory_score, storage_score, benchmarked_at, reliability_ppm,
      reliability_at, listings.created_at,
      coalesce(cpu_score, 0) AS score_key,
      coalesce(price_per_hour_micros * 1000 / nullif(cpu_score, 0), 999999999999999999) AS price_per_score_key,
      coalesce(reliability_ppm, -1) AS reliability_key,
      market_words_of(coalesce(gpu_model, '')) AS gpu_key,
      ' ' || market_words_of(declared_region) AS region_key,
      concat_ws(' ', market_words_of(concat_ws(' ', title, cpu_model, gpu_model, declared_region)),
        market_key_of(cpu_model), market_key_of(gpu_model)) AS words
    FROM listings JOIN machines ON machines.id = listings.machine_id
    WHERE listings.status = 'active' AND visibility = 'public' AND machines.status = 'verified' AND reachability = 'reachable';

  CREATE FUNCTION refresh_market_listing(wanted uuid) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE listed market_listings;
  BEGIN
    INSERT INTO market_listings (${COPIED}, ${MADE}) SELECT ${COPIED}, ${MADE} FROM market_source WHERE listing_id = wanted
    ON CONFLICT (listing_id) DO UPDATE SET (${COPIED}, ${MADE}) = ROW (${excluded(`${COPIED}, ${MADE}`)})
    RETURNING * INTO listed;
    IF NOT FOUND THEN
      DELETE FROM market_listings WHERE listing_id = wanted;
    ELSE
      INSERT INTO market_words SELECT DISTINCT word FROM regexp_split_to_table(listed.words, ' ') word
      WHERE NOT EXISTS (SELECT FROM market_words known WHERE known.word = word.word) ORDER BY word ON CONFLICT DO NOTHING;
    END IF;
  END $$;

  CREATE FUNCTION follow_listing() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    -- Waits for a change of the machine that is under way, and lets a later one wait: whoever comes second sees both.
    PERFORM FROM machines WHERE id = NEW.machine_id FOR SHARE;
    PERFORM refresh_market_listing(NEW.id);
    RETURN NULL;
  END $$;
  CREATE TRIGGER listings_on_the_market AFTER INSERT OR UPDATE OF status, visibility, title, price_per_hour_micros, currency
    ON listings FOR EACH ROW EXECUTE FUNCTION follow_listing();

  CREATE FUNCTION follow_machine() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM refresh_market_listing(id) FROM listings WHERE machine_id = NEW.id AND status <> 'archived';
    RETURN NULL;
  END $$;
  CREATE TRIGGER machines_on_the_market AFTER UPDATE ON machines FOR EACH ROW
    WHEN ((${columnsOf('OLD')}) IS DISTINCT FROM (${columnsOf('NEW')})) EXECUTE FUNCTION follow_machine();

  CREATE FUNCTION rebuild_market_listings() RETURNS void LANGUAGE sql AS $$
    DELETE FROM market_listings;
    INSERT INTO market_listings (${COPIED}, ${MADE}) SELECT ${COPIED}, ${MADE} FROM market_source;
    INSERT INTO market_words SELECT DISTINCT word FROM market_listings, regexp_split_to_table(words, ' ') word
    ON CONFLICT DO NOTHING;
  $$;`;

const GAPS = `
  -- Everything from nothing, of one unit or of all: for installations from before, for bulk loads, and to mend.
  CREATE FUNCTION rebuild_unit_gaps(wanted uuid DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    DELETE FROM unit_gaps WHERE wanted IS NULL OR unit_id = wanted;
    INSERT INTO unit_gaps (unit_id, starts_at, ends_at)
    SELECT unit_id, starts_at, ends_at FROM (
      SELECT unit_id, upper(during) AS starts_at,
        coalesce(lead(lower(during)) OVER (PARTITION BY unit_id ORDER BY during), 'infinity') AS ends_at
      FROM occupancies WHERE live AND (wanted IS NULL OR unit_id = wanted)
      UNION ALL
      SELECT units.id, '-infinity', coalesce(min(lower(during)), 'infinity')
      FROM units LEFT JOIN occupancies ON unit_id = units.id AND live
      WHERE wanted IS NULL OR units.id = wanted GROUP BY units.id) stretch
    WHERE starts_at < ends_at;
  $$;

  CREATE FUNCTION take_time(unit uuid, taken tstzrange) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE free unit_gaps;
  BEGIN
    DELETE FROM unit_gaps WHERE unit_id = unit AND starts_at <= lower(taken) AND ends_at >= upper(taken) RETURNING * INTO free;
    -- The exclusion constraint has judged already: if the summary disagrees, the summary is wrong and is made anew.
    IF NOT FOUND THEN
      PERFORM rebuild_unit_gaps(unit);
      RETURN;
    END IF;
    INSERT INTO unit_gaps (unit_id, starts_at, ends_at)
    SELECT unit, starts_at, ends_at FROM (VALUES (free.starts_at, lower(taken)), (upper(taken), free.ends_at))
      AS rest (starts_at, ends_at) WHERE starts_at < ends_at;
  END $$;

  CREATE FUNCTION give_time(unit uuid, given tstzrange) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE since timestamptz := lower(given); DECLARE until timestamptz := upper(given);
  BEGIN
    DELETE FROM unit_gaps WHERE unit_id = unit AND starts_at < since AND ends_at = since RETURNING starts_at INTO since;
    since := coalesce(since, lower(given));
    DELETE FROM unit_gaps WHERE unit_id = unit AND starts_at = until RETURNING ends_at INTO until;
    INSERT INTO unit_gaps (unit_id, starts_at, ends_at) VALUES (unit, since, coalesce(until, upper(given)));
  END $$;

  CREATE FUNCTION follow_occupancy() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    -- Writers hold the calendar already; for one that does not, two changes of a unit must not read the same gap.
    PERFORM FROM unit_calendars WHERE unit_id = coalesce(NEW.unit_id, OLD.unit_id) FOR UPDATE;
    IF TG_OP <> 'INSERT' AND OLD.live THEN PERFORM give_time(OLD.unit_id, OLD.during); END IF;
    IF TG_OP <> 'DELETE' AND NEW.live THEN PERFORM take_time(NEW.unit_id, NEW.during); END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER occupancies_gaps_added AFTER INSERT OR DELETE ON occupancies FOR EACH ROW EXECUTE FUNCTION follow_occupancy();
  CREATE TRIGGER occupancies_gaps_moved AFTER UPDATE ON occupancies FOR EACH ROW
    WHEN ((OLD.unit_id, OLD.during, OLD.live) IS DISTINCT FROM (NEW.unit_id, NEW.during, NEW.live))
    EXECUTE FUNCTION follow_occupancy();

  CREATE FUNCTION open_unit() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO unit_gaps (unit_id, starts_at, ends_at) VALUES (NEW.id, '-infinity', 'infinity');
    RETURN NULL;
  END $$;
  CREATE TRIGGER units_gaps_opened AFTER INSERT ON units FOR EACH ROW EXECUTE FUNCTION open_unit();`;

/**
 * What searches read. Both tables follow the rows they are made from inside the transaction that changes those, so that a
 * search never shows what is not so: the market in one row per listing with its sort keys, and the free time of every unit
 * (ADR 0017).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(TABLES);
  await knex.raw(MARKET);
  await knex.raw(GAPS);
  await knex.raw('SELECT rebuild_market_listings(), rebuild_unit_gaps()');
  await knex.raw(INDEXES);
  // Every search reads the one row now; nothing asks these any more, and each cost a write.
  await knex.raw(
    'DROP INDEX listings_market_price_idx; DROP INDEX listings_market_newest_idx; DROP INDEX listings_text_idx;',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX listings_market_price_idx ON listings (price_per_hour_micros, id)
      WHERE status = 'active' AND visibility = 'public';
    CREATE INDEX listings_market_newest_idx ON listings (created_at DESC, id DESC)
      WHERE status = 'active' AND visibility = 'public';
    CREATE INDEX listings_text_idx ON listings USING gin (lower(title) gin_trgm_ops)
      WHERE status = 'active' AND visibility = 'public';
    DROP TRIGGER units_gaps_opened ON units; DROP TRIGGER occupancies_gaps_moved ON occupancies;
    DROP TRIGGER occupancies_gaps_added ON occupancies; DROP TRIGGER machines_on_the_market ON machines;
    DROP TRIGGER listings_on_the_market ON listings;
    DROP FUNCTION open_unit(); DROP FUNCTION follow_occupancy(); DROP FUNCTION give_time(uuid, tstzrange);
    DROP FUNCTION take_time(uuid, tstzrange); DROP FUNCTION rebuild_unit_gaps(uuid); DROP FUNCTION rebuild_market_listings();
    DROP FUNCTION follow_machine(); DROP FUNCTION follow_listing(); DROP FUNCTION refresh_market_listing(uuid);
    DROP VIEW market_source; DROP TABLE unit_gaps; DROP TABLE market_words; DROP TABLE market_listings;
    DROP FUNCTION market_key_of(text); DROP FUNCTION market_words_of(text);
  `);
}

function columnsOf(row: 'OLD' | 'NEW'): string {
  return MACHINE_COLUMNS.split(',')
    .map((column) => `${row}.${column.trim()}`)
    .join(', ');
}

function excluded(columns: string): string {
  return columns
    .split(',')
    .map((column) => `excluded.${column.trim()}`)
    .join(', ');
}
