import { debtSides } from '@rsm/domain/debts/debt';
import type { Knex } from 'knex';

import { sqlList } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/**
 * What providers earned, one row per charge of a booking, with every reason to hold it back; what people owe; and the weeks
 * of long bookings that were charged while they run.
 */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    ALTER TABLE bookings
      ADD COLUMN settled_amount_micros bigint NOT NULL DEFAULT 0,
      ADD COLUMN settled_weeks integer NOT NULL DEFAULT 0,
      ADD CONSTRAINT bookings_settled_amount_range CHECK (settled_amount_micros BETWEEN 0 AND hold_amount_micros),
      ADD CONSTRAINT bookings_settled_weeks_not_negative CHECK (settled_weeks >= 0);

    CREATE TABLE earnings (
      id uuid CONSTRAINT earnings_pkey PRIMARY KEY,
      booking_id uuid NOT NULL CONSTRAINT earnings_booking_id_fkey REFERENCES bookings,
      provider_id uuid NOT NULL CONSTRAINT earnings_provider_id_fkey REFERENCES users,
      part integer NOT NULL,
      amount_micros bigint NOT NULL,
      taken_micros bigint NOT NULL,
      currency text NOT NULL,
      created_at timestamptz(3) NOT NULL,
      earned_at timestamptz(3),
      reserved_until timestamptz(3),
      disputed_at timestamptz(3),
      available_at timestamptz(3),
      CONSTRAINT earnings_booking_id_part_key UNIQUE (booking_id, part),
      CONSTRAINT earnings_part_not_negative CHECK (part >= 0),
      CONSTRAINT earnings_amount_positive CHECK (amount_micros > 0),
      CONSTRAINT earnings_taken_range CHECK (taken_micros BETWEEN 0 AND amount_micros),
      CONSTRAINT earnings_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT earnings_reserved_when_earned CHECK (reserved_until IS NULL OR earned_at IS NOT NULL),
      -- Nothing is paid out that a clean-up, a dispute or a reserve still holds back.
      CONSTRAINT earnings_available_when_free CHECK (
        available_at IS NULL
        OR (earned_at IS NOT NULL AND disputed_at IS NULL AND (reserved_until IS NULL OR available_at >= reserved_until)))
    );
    CREATE INDEX earnings_held_idx ON earnings (provider_id, created_at DESC, id DESC) WHERE available_at IS NULL;
    CREATE INDEX earnings_provider_idx ON earnings (provider_id, created_at DESC, id DESC);
    CREATE INDEX earnings_releasable_idx ON earnings (reserved_until) WHERE available_at IS NULL AND earned_at IS NOT NULL;

    -- An installation from before this charged each booking once: its charge is its one earning.
    INSERT INTO earnings (id, booking_id, provider_id, part, amount_micros, taken_micros, currency, created_at, earned_at,
      reserved_until, disputed_at, available_at)
    SELECT charge.id, charge.booking_id, account.user_id, 0, entry.amount_micros, 0, charge.currency, charge.at,
      available.at, NULL, NULL, available.at
    FROM ledger_transfers charge
    JOIN ledger_entries entry ON entry.transfer_id = charge.id
    JOIN ledger_accounts account ON account.id = entry.account_id AND account.kind = 'provider_pending'
    LEFT JOIN ledger_transfers available ON available.booking_id = charge.booking_id AND available.kind = 'earning_available'
    WHERE charge.kind = 'charge';

    CREATE TABLE debts (
      id uuid CONSTRAINT debts_pkey PRIMARY KEY,
      user_id uuid NOT NULL CONSTRAINT debts_user_id_fkey REFERENCES users,
      side text NOT NULL,
      booking_id uuid CONSTRAINT debts_booking_id_fkey REFERENCES bookings,
      payment_id uuid CONSTRAINT debts_payment_id_fkey REFERENCES payments,
      amount_micros bigint NOT NULL,
      repaid_micros bigint NOT NULL,
      currency text NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT debts_side_known CHECK (side IN (${sqlList(debtSides)})),
      CONSTRAINT debts_one_cause CHECK (num_nonnulls(booking_id, payment_id) = 1),
      CONSTRAINT debts_amount_positive CHECK (amount_micros > 0),
      CONSTRAINT debts_repaid_range CHECK (repaid_micros BETWEEN 0 AND amount_micros),
      CONSTRAINT debts_currency_shape CHECK (currency ~ '^[A-Z]{3}$')
    );
    CREATE INDEX debts_open_idx ON debts (user_id, side, created_at) WHERE repaid_micros < amount_micros;
    CREATE INDEX debts_user_idx ON debts (user_id);
    CREATE INDEX debts_booking_idx ON debts (booking_id) WHERE booking_id IS NOT NULL;
    CREATE INDEX debts_payment_idx ON debts (payment_id) WHERE payment_id IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE debts; DROP TABLE earnings;
    ALTER TABLE bookings DROP COLUMN settled_amount_micros, DROP COLUMN settled_weeks;
  `);
}
