import { paymentKinds, paymentStateGraph, paymentStatuses, processorNames } from '@rsm/domain/payments/payment';
import type { Knex } from 'knex';

import { sqlList, sqlStateMoveTrigger } from './sql.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE payments (
      id uuid CONSTRAINT payments_pkey PRIMARY KEY,
      user_id uuid NOT NULL CONSTRAINT payments_user_id_fkey REFERENCES users,
      kind text NOT NULL,
      status text NOT NULL,
      processor text NOT NULL,
      processor_reference text,
      amount_micros bigint NOT NULL,
      currency text NOT NULL,
      note text,
      created_by uuid NOT NULL CONSTRAINT payments_created_by_fkey REFERENCES users,
      created_at timestamptz(3) NOT NULL,
      settled_at timestamptz(3),
      CONSTRAINT payments_kind_known CHECK (kind IN (${sqlList(paymentKinds)})),
      CONSTRAINT payments_status_known CHECK (status IN (${sqlList(paymentStatuses)})),
      CONSTRAINT payments_processor_known CHECK (processor IN (${sqlList(processorNames)})),
      CONSTRAINT payments_amount_positive CHECK (amount_micros > 0),
      CONSTRAINT payments_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT payments_settled_dated CHECK ((status = 'pending') = (settled_at IS NULL))
    );
    -- One event of a processor settles one payment.
    CREATE UNIQUE INDEX payments_processor_reference_key ON payments (processor, processor_reference)
      WHERE processor_reference IS NOT NULL;
    CREATE INDEX payments_user_idx ON payments (user_id, created_at DESC, id DESC);
    ${sqlStateMoveTrigger('payments', paymentStateGraph)}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE payments;');
}
