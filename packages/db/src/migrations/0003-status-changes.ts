import { accessGrantStateGraph } from '@rsm/domain/access/access-grant';
import { benchmarkStateGraph } from '@rsm/domain/benchmarks/benchmark';
import { dataWipeStateGraph } from '@rsm/domain/data-wipes/data-wipe';
import { listingStateGraph } from '@rsm/domain/listings/listing';
import { machineStateGraph } from '@rsm/domain/machines/machine';
import { paymentStateGraph } from '@rsm/domain/payments/payment';
import { userStateGraph } from '@rsm/domain/users/user';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger, sqlEdges } from './sql.ts';

/** The nouns whose history lies here; bookings have a stricter table of their own. */
const graphs = {
  access_grant: accessGrantStateGraph,
  benchmark: benchmarkStateGraph,
  data_wipe: dataWipeStateGraph,
  listing: listingStateGraph,
  machine: machineStateGraph,
  payment: paymentStateGraph,
  user: userStateGraph,
};

export async function up(knex: Knex): Promise<void> {
  const branches = Object.entries(graphs).map(
    ([noun, graph]) => `WHEN '${noun}' THEN (from_status, to_status) IN (${sqlEdges<string>(graph)})`,
  );
  await knex.raw(`
    CREATE TABLE status_changes (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT status_changes_pkey PRIMARY KEY,
      subject text NOT NULL,
      subject_id uuid NOT NULL,
      from_status text NOT NULL,
      to_status text NOT NULL,
      reason text,
      at timestamptz(3) NOT NULL,
      CONSTRAINT status_changes_edge CHECK (CASE subject ${branches.join('\n        ')} ELSE false END)
    );
    CREATE INDEX status_changes_subject_idx ON status_changes (subject_id, id);
    ${sqlAppendOnlyTrigger('status_changes')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE status_changes;');
}
