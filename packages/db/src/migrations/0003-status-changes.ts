import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger } from './sql.ts';
import { sqlStatusEdge } from './status-graphs.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE status_changes (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT status_changes_pkey PRIMARY KEY,
      subject text NOT NULL,
      subject_id uuid NOT NULL,
      from_status text NOT NULL,
      to_status text NOT NULL,
      reason text,
      at timestamptz(3) NOT NULL,
      ${sqlStatusEdge()}
    );
    CREATE INDEX status_changes_subject_idx ON status_changes (subject_id, id);
    ${sqlAppendOnlyTrigger('status_changes')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE status_changes;');
}
