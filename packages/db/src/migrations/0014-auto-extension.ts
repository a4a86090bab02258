import { eventKinds } from '@rsm/domain/events/event';
import { jobPayloadSchemas } from '@rsm/domain/jobs/job';
import type { Knex } from 'knex';

import { sqlList } from './sql.ts';

const jobNames = Object.keys(jobPayloadSchemas)
  .map((name) => `'${name}'`)
  .join(', ');

/** A renter's wish that a booking gets longer by itself, step by step, up to a limit for the whole booking. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE bookings
      ADD COLUMN auto_extend_step_ms bigint,
      ADD COLUMN auto_extend_maximum_micros bigint,
      ADD CONSTRAINT bookings_auto_extend_whole CHECK (num_nulls(auto_extend_step_ms, auto_extend_maximum_micros) IN (0, 2)),
      ADD CONSTRAINT bookings_auto_extend_step_positive CHECK (auto_extend_step_ms > 0),
      ADD CONSTRAINT bookings_auto_extend_maximum_positive CHECK (auto_extend_maximum_micros > 0);
    CREATE INDEX bookings_auto_extend_idx ON bookings (end_at)
      WHERE status = 'active' AND auto_extend_step_ms IS NOT NULL;
    -- An installation from before this knows one kind of event and one job less.
    ALTER TABLE events DROP CONSTRAINT events_kind_known;
    ALTER TABLE events ADD CONSTRAINT events_kind_known CHECK (kind IN (${sqlList(eventKinds)}));
    ALTER TABLE job_requests DROP CONSTRAINT job_requests_name_known;
    ALTER TABLE job_requests ADD CONSTRAINT job_requests_name_known CHECK (name IN (${jobNames}));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE bookings DROP COLUMN auto_extend_step_ms, DROP COLUMN auto_extend_maximum_micros;');
}
