import { wipeStrategyKinds } from '@rsm/domain/data-wipes/data-wipe';
import {
  cancellationPolicies,
  DESCRIPTION_LENGTH_MAX,
  listingStateGraph,
  listingStatuses,
  PRICE_PER_HOUR_MAX_MICROS,
  TITLE_LENGTH_MAX,
  visibilities,
} from '@rsm/domain/listings/listing';
import type { Knex } from 'knex';

import { sqlLength, sqlList, sqlStateMoveTrigger } from './sql.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE listings (
      id uuid CONSTRAINT listings_pkey PRIMARY KEY,
      machine_id uuid NOT NULL,
      unit_id uuid NOT NULL,
      provider_id uuid NOT NULL,
      title text NOT NULL,
      description text NOT NULL,
      price_per_hour_micros bigint NOT NULL,
      currency text NOT NULL,
      duration_min_ms bigint NOT NULL,
      duration_max_ms bigint NOT NULL,
      cancellation_policy text NOT NULL,
      extra_wipe_strategies text[] NOT NULL,
      visibility text NOT NULL,
      status text NOT NULL,
      created_at timestamptz(3) NOT NULL,
      updated_at timestamptz(3) NOT NULL,
      -- The unit belongs to the machine and the machine to the provider, whatever a caller says.
      CONSTRAINT listings_unit_fkey FOREIGN KEY (unit_id, machine_id) REFERENCES units (id, machine_id),
      CONSTRAINT listings_provider_fkey FOREIGN KEY (machine_id, provider_id) REFERENCES machines (id, provider_id),
      CONSTRAINT listings_whole_key UNIQUE (id, unit_id, machine_id, provider_id),
      CONSTRAINT listings_cancellation_policy_known CHECK (cancellation_policy IN (${sqlList(cancellationPolicies)})),
      CONSTRAINT listings_visibility_known CHECK (visibility IN (${sqlList(visibilities)})),
      CONSTRAINT listings_status_known CHECK (status IN (${sqlList(listingStatuses)})),
      CONSTRAINT listings_extra_wipe_strategies_known
        CHECK (extra_wipe_strategies <@ ARRAY[${sqlList(wipeStrategyKinds)}]),
      CONSTRAINT listings_price_range CHECK (price_per_hour_micros BETWEEN 0 AND ${PRICE_PER_HOUR_MAX_MICROS}),
      CONSTRAINT listings_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT listings_duration_order CHECK (duration_min_ms > 0 AND duration_min_ms <= duration_max_ms),
      CONSTRAINT listings_description_length CHECK (char_length(description) <= ${DESCRIPTION_LENGTH_MAX}),
      ${sqlLength('listings', 'title', TITLE_LENGTH_MAX)}
    );
    CREATE UNIQUE INDEX listings_one_live_per_unit_key ON listings (unit_id) WHERE status <> 'archived';
    CREATE INDEX listings_machine_idx ON listings (machine_id);
    CREATE INDEX listings_provider_idx ON listings (provider_id, created_at DESC, id DESC);
    CREATE INDEX listings_market_price_idx ON listings (price_per_hour_micros, id)
      WHERE status = 'active' AND visibility = 'public';
    CREATE INDEX listings_market_newest_idx ON listings (created_at DESC, id DESC)
      WHERE status = 'active' AND visibility = 'public';
    CREATE INDEX listings_text_idx ON listings USING gin (lower(title) gin_trgm_ops)
      WHERE status = 'active' AND visibility = 'public';
    ${sqlStateMoveTrigger('listings', listingStateGraph)}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE listings;');
}
