import {
  dataWipeStateGraph,
  dataWipeStatuses,
  findingVerdicts,
  wipeStrategyKinds,
  wipeVerdicts,
} from '@rsm/domain/data-wipes/data-wipe';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger, sqlList, sqlStateMoveTrigger } from './sql.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE data_wipes (
      id uuid CONSTRAINT data_wipes_pkey PRIMARY KEY,
      booking_id uuid NOT NULL CONSTRAINT data_wipes_booking_id_fkey REFERENCES bookings,
      machine_id uuid NOT NULL CONSTRAINT data_wipes_machine_id_fkey REFERENCES machines,
      status text NOT NULL,
      plan text[] NOT NULL,
      attempt integer NOT NULL,
      failure_reason text,
      created_at timestamptz(3) NOT NULL,
      started_at timestamptz(3),
      finished_at timestamptz(3),
      -- An admin's reasoned decision to let the machine go on although this clean-up was not verified.
      released_at timestamptz(3),
      released_by uuid CONSTRAINT data_wipes_released_by_fkey REFERENCES users,
      release_reason text,
      CONSTRAINT data_wipes_release_whole CHECK (num_nulls(released_at, released_by, release_reason) IN (0, 3)),
      CONSTRAINT data_wipes_booking_id_key UNIQUE (booking_id),
      CONSTRAINT data_wipes_whole_key UNIQUE (id, booking_id, machine_id),
      CONSTRAINT data_wipes_status_known CHECK (status IN (${sqlList(dataWipeStatuses)})),
      CONSTRAINT data_wipes_plan_known
        CHECK (cardinality(plan) > 0 AND plan <@ ARRAY[${sqlList(wipeStrategyKinds)}]),
      CONSTRAINT data_wipes_attempt_not_negative CHECK (attempt >= 0),
      CONSTRAINT data_wipes_finished_dated
        CHECK ((status IN (${sqlList(wipeVerdicts)})) = (finished_at IS NOT NULL))
    );
    CREATE INDEX data_wipes_not_clean_idx ON data_wipes (machine_id) WHERE status <> 'verified' AND released_at IS NULL;
    CREATE INDEX data_wipes_machine_idx ON data_wipes (machine_id, created_at DESC, id DESC);
    CREATE INDEX data_wipes_open_idx ON data_wipes (created_at) WHERE status <> 'verified';
    ${sqlStateMoveTrigger('data_wipes', dataWipeStateGraph)}

    CREATE TABLE wipe_steps (
      data_wipe_id uuid NOT NULL CONSTRAINT wipe_steps_data_wipe_id_fkey REFERENCES data_wipes,
      attempt integer NOT NULL,
      position integer NOT NULL,
      strategy text NOT NULL,
      name text NOT NULL,
      command text NOT NULL,
      exit_status integer,
      succeeded boolean NOT NULL,
      started_at timestamptz(3) NOT NULL,
      duration_ms bigint NOT NULL,
      detail text,
      CONSTRAINT wipe_steps_pkey PRIMARY KEY (data_wipe_id, attempt, position),
      CONSTRAINT wipe_steps_strategy_known CHECK (strategy IN (${sqlList(wipeStrategyKinds)})),
      CONSTRAINT wipe_steps_duration_ms_not_negative CHECK (duration_ms >= 0)
    );
    ${sqlAppendOnlyTrigger('wipe_steps')}

    CREATE TABLE wipe_findings (
      data_wipe_id uuid NOT NULL CONSTRAINT wipe_findings_data_wipe_id_fkey REFERENCES data_wipes,
      attempt integer NOT NULL,
      position integer NOT NULL,
      check_name text NOT NULL,
      verdict text NOT NULL,
      detail text NOT NULL,
      CONSTRAINT wipe_findings_pkey PRIMARY KEY (data_wipe_id, attempt, position),
      CONSTRAINT wipe_findings_verdict_known CHECK (verdict IN (${sqlList(findingVerdicts)}))
    );
    ${sqlAppendOnlyTrigger('wipe_findings')}

    CREATE TABLE certificates (
      id uuid CONSTRAINT certificates_pkey PRIMARY KEY,
      data_wipe_id uuid NOT NULL,
      booking_id uuid NOT NULL,
      machine_id uuid NOT NULL,
      -- Place in the machine's chain, from 1.
      position integer NOT NULL,
      jws text NOT NULL,
      key_id text NOT NULL,
      sha256 text NOT NULL,
      previous_sha256 text,
      verdict text NOT NULL,
      issued_at timestamptz(3) NOT NULL,
      CONSTRAINT certificates_data_wipe_fkey FOREIGN KEY (data_wipe_id, booking_id, machine_id)
        REFERENCES data_wipes (id, booking_id, machine_id),
      CONSTRAINT certificates_verdict_known CHECK (verdict IN (${sqlList(wipeVerdicts)})),
      CONSTRAINT certificates_sha256_true CHECK (sha256 = encode(sha256(convert_to(jws, 'UTF8')), 'hex')),
      CONSTRAINT certificates_machine_id_sha256_key UNIQUE (machine_id, sha256),
      CONSTRAINT certificates_position_key UNIQUE (machine_id, position),
      CONSTRAINT certificates_first_has_no_previous CHECK ((position = 1) = (previous_sha256 IS NULL)),
      -- A chain and no tree: every certificate has at most one successor, and the first of a machine is one.
      CONSTRAINT certificates_one_successor_key UNIQUE NULLS NOT DISTINCT (machine_id, previous_sha256),
      CONSTRAINT certificates_chain_fkey FOREIGN KEY (machine_id, previous_sha256)
        REFERENCES certificates (machine_id, sha256)
    );
    CREATE INDEX certificates_data_wipe_idx ON certificates (data_wipe_id, position DESC);
    ${sqlAppendOnlyTrigger('certificates')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE certificates; DROP TABLE wipe_findings; DROP TABLE wipe_steps; DROP TABLE data_wipes;');
}
