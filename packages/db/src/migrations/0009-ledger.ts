import { guardedAccountKinds, houseAccountKinds, transferKinds } from '@rsm/domain/ledger/ledger';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger, sqlList } from './sql.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Accounts of people and bookings. The house's accounts (revenue, clearing, adjustments, losses) have no row: they are
    -- the sum of their entries, so that no booking waits for another one's lock.
    CREATE TABLE ledger_accounts (
      id uuid CONSTRAINT ledger_accounts_pkey PRIMARY KEY,
      kind text NOT NULL,
      user_id uuid CONSTRAINT ledger_accounts_user_id_fkey REFERENCES users,
      booking_id uuid CONSTRAINT ledger_accounts_booking_id_fkey REFERENCES bookings,
      currency text NOT NULL,
      balance_micros bigint NOT NULL,
      CONSTRAINT ledger_accounts_kind_known CHECK (kind IN (${sqlList(guardedAccountKinds)})),
      CONSTRAINT ledger_accounts_owner
        CHECK ((kind = 'hold') = (booking_id IS NOT NULL) AND (kind <> 'hold') = (user_id IS NOT NULL)),
      CONSTRAINT ledger_accounts_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT ledger_accounts_balance_not_negative CHECK (balance_micros >= 0),
      CONSTRAINT ledger_accounts_owner_key UNIQUE NULLS NOT DISTINCT (kind, user_id, booking_id, currency),
      CONSTRAINT ledger_accounts_id_currency_key UNIQUE (id, currency)
    ) WITH (fillfactor = 70);
    CREATE INDEX ledger_accounts_user_idx ON ledger_accounts (user_id) WHERE user_id IS NOT NULL;
    CREATE INDEX ledger_accounts_booking_idx ON ledger_accounts (booking_id) WHERE booking_id IS NOT NULL;

    CREATE TABLE ledger_transfers (
      id uuid CONSTRAINT ledger_transfers_pkey PRIMARY KEY,
      kind text NOT NULL,
      idempotency_key text NOT NULL,
      booking_id uuid CONSTRAINT ledger_transfers_booking_id_fkey REFERENCES bookings,
      payment_id uuid CONSTRAINT ledger_transfers_payment_id_fkey REFERENCES payments,
      explanation text NOT NULL,
      currency text NOT NULL,
      at timestamptz(3) NOT NULL,
      CONSTRAINT ledger_transfers_idempotency_key_key UNIQUE (idempotency_key),
      CONSTRAINT ledger_transfers_id_currency_key UNIQUE (id, currency),
      CONSTRAINT ledger_transfers_kind_known CHECK (kind IN (${sqlList(transferKinds)})),
      CONSTRAINT ledger_transfers_currency_shape CHECK (currency ~ '^[A-Z]{3}$')
    );
    CREATE INDEX ledger_transfers_booking_idx ON ledger_transfers (booking_id) WHERE booking_id IS NOT NULL;
    CREATE INDEX ledger_transfers_payment_idx ON ledger_transfers (payment_id) WHERE payment_id IS NOT NULL;
    ${sqlAppendOnlyTrigger('ledger_transfers')}

    CREATE TABLE ledger_entries (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT ledger_entries_pkey PRIMARY KEY,
      transfer_id uuid NOT NULL,
      account_id uuid,
      house_account text,
      currency text NOT NULL,
      amount_micros bigint NOT NULL,
      at timestamptz(3) NOT NULL,
      -- The currency stands in the keys: an entry can't have another one than its transfer or its account.
      CONSTRAINT ledger_entries_transfer_fkey FOREIGN KEY (transfer_id, currency)
        REFERENCES ledger_transfers (id, currency),
      CONSTRAINT ledger_entries_account_fkey FOREIGN KEY (account_id, currency) REFERENCES ledger_accounts (id, currency),
      CONSTRAINT ledger_entries_one_account CHECK (num_nulls(account_id, house_account) = 1),
      CONSTRAINT ledger_entries_house_account_known CHECK (house_account IN (${sqlList(houseAccountKinds)})),
      CONSTRAINT ledger_entries_amount_not_zero CHECK (amount_micros <> 0),
      CONSTRAINT ledger_entries_once_per_account_key UNIQUE NULLS NOT DISTINCT (transfer_id, account_id, house_account)
    );
    CREATE INDEX ledger_entries_account_idx ON ledger_entries (account_id, id DESC) WHERE account_id IS NOT NULL;
    CREATE INDEX ledger_entries_house_idx ON ledger_entries (house_account, currency, id DESC)
      WHERE house_account IS NOT NULL;
    ${sqlAppendOnlyTrigger('ledger_entries')}

    CREATE FUNCTION check_transfer_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE total numeric;
    BEGIN
      SELECT sum(amount_micros) INTO total FROM public.ledger_entries
      WHERE transfer_id = NEW.transfer_id AND currency = NEW.currency;
      IF total <> 0 THEN
        RAISE EXCEPTION 'transfer % does not sum to zero in %: %', NEW.transfer_id, NEW.currency, total
          USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
      END IF;
      RETURN NULL;
    END $$;
    -- Deferred to the commit, so that the entries of a transfer may come one by one.
    CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_transfer_balanced();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE ledger_entries; DROP TABLE ledger_transfers; DROP TABLE ledger_accounts;
    DROP FUNCTION check_transfer_balanced();
  `);
}
