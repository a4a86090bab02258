import { processorNames } from '@rsm/domain/payments/payment';
import { payoutOrigins } from '@rsm/domain/payouts/payout';
import type { Knex } from 'knex';

import { sqlLength, sqlList } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/** Providers' accounts at the processor, their payouts, and how far the weekly run has come. */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    CREATE TABLE payout_accounts (
      user_id uuid NOT NULL CONSTRAINT payout_accounts_user_id_fkey REFERENCES users,
      processor text NOT NULL,
      reference text NOT NULL,
      takes_payouts boolean NOT NULL,
      missing text[] NOT NULL,
      disabled_reason text,
      closed_at timestamptz(3),
      refreshed_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT payout_accounts_pkey PRIMARY KEY (user_id, processor),
      -- Two people never share an account: one could take what the other earned.
      CONSTRAINT payout_accounts_reference_key UNIQUE (processor, reference),
      CONSTRAINT payout_accounts_processor_known CHECK (processor IN (${sqlList(processorNames)})),
      CONSTRAINT payout_accounts_closed_takes_none CHECK (closed_at IS NULL OR NOT takes_payouts),
      ${sqlLength('payout_accounts', 'reference', 255)}
    );

    -- What a payment of the kind payout is beside its amount and status. Its boundary is its own entry in the ledger: what it is
    -- made of are the entries of the same account after the payout before. They are numbered under the account's lock.
    CREATE TABLE payouts (
      payment_id uuid CONSTRAINT payouts_pkey PRIMARY KEY CONSTRAINT payouts_payment_id_fkey REFERENCES payments,
      provider_id uuid NOT NULL CONSTRAINT payouts_provider_id_fkey REFERENCES users,
      origin text NOT NULL,
      week_start timestamptz(3),
      account text,
      after_entry_id bigint NOT NULL,
      entry_id bigint NOT NULL CONSTRAINT payouts_entry_id_fkey REFERENCES ledger_entries,
      carried_in_micros bigint NOT NULL,
      remainder_micros bigint NOT NULL,
      attempts integer NOT NULL,
      next_check_at timestamptz(3),
      reversed_at timestamptz(3),
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT payouts_entry_id_key UNIQUE (entry_id),
      CONSTRAINT payouts_after_key UNIQUE (provider_id, after_entry_id),
      CONSTRAINT payouts_entries_in_order CHECK (after_entry_id >= 0 AND after_entry_id < entry_id),
      CONSTRAINT payouts_origin_known CHECK (origin IN (${sqlList(payoutOrigins)})),
      CONSTRAINT payouts_weekly_has_week CHECK ((origin = 'weekly') = (week_start IS NOT NULL)),
      CONSTRAINT payouts_carried_in_less_than_a_cent CHECK (carried_in_micros BETWEEN 0 AND 9999),
      CONSTRAINT payouts_remainder_less_than_a_cent CHECK (remainder_micros BETWEEN 0 AND 9999),
      CONSTRAINT payouts_attempts_not_negative CHECK (attempts >= 0),
      CONSTRAINT payouts_by_hand_asks_nobody CHECK (account IS NOT NULL OR (attempts = 0 AND next_check_at IS NULL)),
      ${sqlLength('payouts', 'account', 255)}
    );
    -- The weekly run pays a provider once, however often it runs.
    CREATE UNIQUE INDEX payouts_one_weekly_key ON payouts (provider_id, week_start) WHERE week_start IS NOT NULL;
    CREATE INDEX payouts_provider_idx ON payouts (provider_id, created_at DESC, payment_id DESC);
    CREATE INDEX payouts_check_idx ON payouts (next_check_at) WHERE next_check_at IS NOT NULL;
    CREATE INDEX payments_pending_payouts_idx ON payments (created_at, id) WHERE kind = 'payout' AND status = 'pending';

    CREATE TABLE payout_runs (
      week_start timestamptz(3) CONSTRAINT payout_runs_pkey PRIMARY KEY,
      after_user_id uuid,
      finished_at timestamptz(3)
    );
    -- An installation that learns payouts in the middle of a week waits for the next Monday.
    INSERT INTO payout_runs (week_start, finished_at)
    SELECT date_trunc('week', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', now();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE payout_runs; DROP INDEX payments_pending_payouts_idx; DROP TABLE payouts; DROP TABLE payout_accounts;
  `);
}
