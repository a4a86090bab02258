import { EVENT_ID_CHARS_MAX } from '@rsm/domain/payments/processor-event';
import { processorNames } from '@rsm/domain/payments/payment';
import type { Knex } from 'knex';

import { sqlLength, sqlList } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/** Saved cards, automatic top-ups, refunds and chargebacks, and what processors say by themselves. */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    -- Whom a processor takes a person for. The version counts the pictures that were taken of its vault.
    CREATE TABLE processor_customers (
      user_id uuid NOT NULL CONSTRAINT processor_customers_user_id_fkey REFERENCES users,
      processor text NOT NULL,
      reference text NOT NULL,
      cards_version integer NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT processor_customers_pkey PRIMARY KEY (user_id, processor),
      CONSTRAINT processor_customers_reference_key UNIQUE (processor, reference),
      CONSTRAINT processor_customers_processor_known CHECK (processor IN (${sqlList(processorNames)})),
      CONSTRAINT processor_customers_cards_version_not_negative CHECK (cards_version >= 0),
      ${sqlLength('processor_customers', 'reference', 255)}
    );

    CREATE TABLE cards (
      id uuid CONSTRAINT cards_pkey PRIMARY KEY,
      user_id uuid NOT NULL CONSTRAINT cards_user_id_fkey REFERENCES users,
      processor text NOT NULL,
      reference text NOT NULL,
      brand text NOT NULL,
      last_four text NOT NULL,
      expiry_month integer NOT NULL,
      expiry_year integer NOT NULL,
      is_default boolean NOT NULL,
      created_at timestamptz(3) NOT NULL,
      removed_at timestamptz(3),
      CONSTRAINT cards_reference_key UNIQUE (processor, reference),
      CONSTRAINT cards_processor_known CHECK (processor IN (${sqlList(processorNames)})),
      -- Never more than what a screen shows of a card.
      CONSTRAINT cards_last_four_shape CHECK (last_four ~ '^[0-9]{4}$'),
      CONSTRAINT cards_expiry_month_range CHECK (expiry_month BETWEEN 1 AND 12),
      CONSTRAINT cards_expiry_year_range CHECK (expiry_year BETWEEN 2000 AND 2199),
      CONSTRAINT cards_removed_not_default CHECK (removed_at IS NULL OR NOT is_default),
      ${sqlLength('cards', 'reference', 255)},
      ${sqlLength('cards', 'brand', 50)}
    );
    CREATE UNIQUE INDEX cards_one_default_key ON cards (user_id, processor) WHERE is_default;
    CREATE INDEX cards_user_idx ON cards (user_id, created_at, id) WHERE removed_at IS NULL;

    ALTER TABLE payments
      ADD COLUMN original_payment_id uuid CONSTRAINT payments_original_payment_id_fkey REFERENCES payments,
      ADD COLUMN card_id uuid CONSTRAINT payments_card_id_fkey REFERENCES cards,
      ADD COLUMN is_automatic boolean NOT NULL DEFAULT false,
      ADD COLUMN action_url text,
      ADD COLUMN next_check_at timestamptz(3),
      ADD COLUMN borne_micros bigint,
      ADD COLUMN reversed_at timestamptz(3),
      ADD CONSTRAINT payments_original_named
        CHECK (CASE kind WHEN 'refund' THEN original_payment_id IS NOT NULL WHEN 'chargeback' THEN original_payment_id IS NOT NULL
          WHEN 'top_up' THEN true ELSE original_payment_id IS NULL END),
      ADD CONSTRAINT payments_automatic_is_top_up CHECK (NOT is_automatic OR kind = 'top_up'),
      ADD CONSTRAINT payments_action_is_awaited CHECK (action_url IS NULL OR status = 'pending'),
      ADD CONSTRAINT payments_check_is_awaited CHECK (next_check_at IS NULL OR status = 'pending'),
      ADD CONSTRAINT payments_borne_of_chargeback CHECK ((kind = 'chargeback') = (borne_micros IS NOT NULL)),
      ADD CONSTRAINT payments_borne_range CHECK (borne_micros BETWEEN 0 AND amount_micros),
      ADD CONSTRAINT payments_reversed_had_moved
        CHECK (reversed_at IS NULL OR (status = 'succeeded' AND kind IN ('refund', 'chargeback', 'payout'))),
      ADD CONSTRAINT payments_action_url_length CHECK (char_length(action_url) BETWEEN 1 AND 5000);
    CREATE INDEX payments_original_idx ON payments (original_payment_id) WHERE original_payment_id IS NOT NULL;
    CREATE INDEX payments_card_idx ON payments (card_id) WHERE card_id IS NOT NULL;
    CREATE INDEX payments_check_idx ON payments (next_check_at) WHERE next_check_at IS NOT NULL;
    -- At most one automatic top-up of a person is under way.
    CREATE UNIQUE INDEX payments_one_automatic_key ON payments (user_id) WHERE is_automatic AND status = 'pending';
    -- A top-up that was given up lends its reference to the one that makes it good, when its money arrives after all.
    DROP INDEX payments_processor_reference_key;
    CREATE UNIQUE INDEX payments_processor_reference_key ON payments (processor, processor_reference)
      WHERE processor_reference IS NOT NULL AND NOT (kind = 'top_up' AND status IN ('failed', 'cancelled'));
    CREATE INDEX payments_reference_idx ON payments (processor, processor_reference) WHERE processor_reference IS NOT NULL;

    -- A top-up that waits since before this is asked about soon.
    UPDATE payments SET next_check_at = created_at + interval '15 minutes' WHERE status = 'pending' AND kind = 'top_up';

    CREATE TABLE auto_top_ups (
      user_id uuid CONSTRAINT auto_top_ups_pkey PRIMARY KEY CONSTRAINT auto_top_ups_user_id_fkey REFERENCES users,
      card_id uuid NOT NULL CONSTRAINT auto_top_ups_card_id_fkey REFERENCES cards,
      threshold_micros bigint NOT NULL,
      amount_micros bigint NOT NULL,
      monthly_limit_micros bigint NOT NULL,
      changed_at timestamptz(3) NOT NULL,
      stopped_at timestamptz(3),
      stopped_reason text,
      paused_until timestamptz(3),
      CONSTRAINT auto_top_ups_threshold_positive CHECK (threshold_micros > 0),
      CONSTRAINT auto_top_ups_amount_positive CHECK (amount_micros > 0),
      CONSTRAINT auto_top_ups_limit_holds_one CHECK (monthly_limit_micros >= amount_micros),
      CONSTRAINT auto_top_ups_stopped_says_why CHECK ((stopped_at IS NULL) = (stopped_reason IS NULL))
    );
    CREATE INDEX auto_top_ups_card_idx ON auto_top_ups (card_id);

    -- Stored before anything is done about them; one row per event, however often it is delivered.
    CREATE TABLE processor_events (
      processor text NOT NULL,
      event_id text NOT NULL,
      type text NOT NULL,
      subject jsonb,
      at timestamptz(3) NOT NULL,
      received_at timestamptz(3) NOT NULL,
      applied_at timestamptz(3),
      attempts integer NOT NULL,
      next_attempt_at timestamptz(3) NOT NULL,
      CONSTRAINT processor_events_pkey PRIMARY KEY (processor, event_id),
      CONSTRAINT processor_events_processor_known CHECK (processor IN (${sqlList(processorNames)})),
      CONSTRAINT processor_events_attempts_not_negative CHECK (attempts >= 0),
      ${sqlLength('processor_events', 'event_id', EVENT_ID_CHARS_MAX)},
      ${sqlLength('processor_events', 'type', 200)}
    );
    CREATE INDEX processor_events_due_idx ON processor_events (next_attempt_at) WHERE applied_at IS NULL;
    CREATE INDEX processor_events_applied_idx ON processor_events (applied_at) WHERE applied_at IS NOT NULL;

    -- Up to when a processor's own list of events was read.
    CREATE TABLE processor_lists (
      processor text CONSTRAINT processor_lists_pkey PRIMARY KEY,
      listed_until timestamptz(3) NOT NULL,
      CONSTRAINT processor_lists_processor_known CHECK (processor IN (${sqlList(processorNames)}))
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE processor_lists; DROP TABLE processor_events; DROP TABLE auto_top_ups;
    DROP INDEX payments_reference_idx; DROP INDEX payments_processor_reference_key;
    CREATE UNIQUE INDEX payments_processor_reference_key ON payments (processor, processor_reference)
      WHERE processor_reference IS NOT NULL;
    ALTER TABLE payments DROP COLUMN original_payment_id, DROP COLUMN card_id, DROP COLUMN is_automatic, DROP COLUMN action_url,
      DROP COLUMN next_check_at, DROP COLUMN borne_micros, DROP COLUMN reversed_at;
    DROP TABLE cards; DROP TABLE processor_customers;
  `);
}
