import { endReasons } from '@rsm/domain/bookings/booking';
import { handoverVerdicts } from '@rsm/domain/handovers/handover';
import { lossKinds } from '@rsm/domain/reliability/reliability';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger, sqlList } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/** What is checked when a machine is handed over to a renter, and the end of a booking that he left because of it. */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    ALTER TABLE bookings DROP CONSTRAINT bookings_end_reason_known, DROP CONSTRAINT bookings_end_requested_by_known;
    ALTER TABLE bookings ADD CONSTRAINT bookings_end_reason_known CHECK (end_reason IN (${sqlList(endReasons)})),
      ADD CONSTRAINT bookings_end_requested_by_known CHECK (end_requested_by IN (${sqlList(endReasons)}));
    ALTER TABLE reliability_losses DROP CONSTRAINT reliability_losses_kind_known;
    ALTER TABLE reliability_losses ADD CONSTRAINT reliability_losses_kind_known CHECK (kind IN (${sqlList(lossKinds)}));

    CREATE TABLE handovers (
      booking_id uuid CONSTRAINT handovers_pkey PRIMARY KEY CONSTRAINT handovers_booking_id_fkey REFERENCES bookings,
      machine_id uuid NOT NULL CONSTRAINT handovers_machine_id_fkey REFERENCES machines,
      verdict text NOT NULL,
      checks jsonb NOT NULL,
      raw_output_sha256 text CONSTRAINT handovers_raw_output_sha256_fkey REFERENCES benchmark_raw_outputs,
      checked_at timestamptz(3) NOT NULL,
      CONSTRAINT handovers_verdict_known CHECK (verdict IN (${sqlList(handoverVerdicts)})),
      CONSTRAINT handovers_checks_list CHECK (jsonb_typeof(checks) = 'array' AND jsonb_array_length(checks) > 0),
      -- The verdict is that of the checks: a failed one fails the whole, and what was not measured is never passed.
      CONSTRAINT handovers_verdict_true CHECK (verdict = CASE
        WHEN checks @> '[{"verdict": "failed"}]' THEN 'failed'
        WHEN checks @> '[{"verdict": "not_measured"}]' THEN 'not_measured' ELSE 'passed' END),
      -- No claim without evidence: only a machine that was never reached has printed nothing.
      CONSTRAINT handovers_passed_has_output CHECK (verdict <> 'passed' OR raw_output_sha256 IS NOT NULL)
    );
    CREATE INDEX handovers_machine_idx ON handovers (machine_id, checked_at DESC);
    ${sqlAppendOnlyTrigger('handovers')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE handovers;');
}
