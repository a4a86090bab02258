import { SPENDING_ALARM_PERCENTS } from '@rsm/domain/spending/spending';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/** Limits that renters set for their months, and that they were told when a part of one was reached. */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    -- Every decision stays, so that the audit can tell which limit stood when money was set aside. NULL: no limit.
    CREATE TABLE spending_limits (
      renter_id uuid NOT NULL CONSTRAINT spending_limits_renter_id_fkey REFERENCES users,
      seq integer NOT NULL,
      limit_micros bigint,
      currency text NOT NULL,
      set_at timestamptz(3) NOT NULL,
      CONSTRAINT spending_limits_pkey PRIMARY KEY (renter_id, seq),
      CONSTRAINT spending_limits_seq_positive CHECK (seq >= 1),
      CONSTRAINT spending_limits_amount_positive CHECK (limit_micros > 0),
      CONSTRAINT spending_limits_currency_shape CHECK (currency ~ '^[A-Z]{3}$')
    );
    ${sqlAppendOnlyTrigger('spending_limits')}

    CREATE TABLE spending_alarms (
      renter_id uuid NOT NULL CONSTRAINT spending_alarms_renter_id_fkey REFERENCES users,
      month timestamptz(3) NOT NULL,
      percent integer NOT NULL,
      limit_micros bigint NOT NULL,
      spent_micros bigint NOT NULL,
      currency text NOT NULL,
      at timestamptz(3) NOT NULL,
      -- Once per month and part of the limit, whoever comes at the same time.
      CONSTRAINT spending_alarms_pkey PRIMARY KEY (renter_id, month, percent),
      CONSTRAINT spending_alarms_percent_known CHECK (percent IN (${SPENDING_ALARM_PERCENTS.join(', ')})),
      CONSTRAINT spending_alarms_month_is_start
        CHECK (month = date_trunc('month', month AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'),
      CONSTRAINT spending_alarms_reached CHECK (limit_micros > 0 AND spent_micros * 100 >= limit_micros * percent),
      CONSTRAINT spending_alarms_currency_shape CHECK (currency ~ '^[A-Z]{3}$')
    );
    ${sqlAppendOnlyTrigger('spending_alarms')}

    -- A renter's month is the sum of what moved on his wallet in it.
    CREATE INDEX ledger_entries_account_at_idx ON ledger_entries (account_id, at) WHERE account_id IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX ledger_entries_account_at_idx; DROP TABLE spending_alarms; DROP TABLE spending_limits;
  `);
}
