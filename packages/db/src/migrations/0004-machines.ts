import {
  accessModes,
  hostKeyStates,
  machineStateGraph,
  machineStatuses,
  quarantineReasons,
  reachabilities,
} from '@rsm/domain/machines/machine';
import { probeOutcomes } from '@rsm/domain/machines/machine-minutes';
import { RENTER_UID_FIRST, RENTER_UID_LAST } from '@rsm/domain/machines/machine-repository';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger, sqlLength, sqlList, sqlStateMoveTrigger } from './sql.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE machines (
      id uuid CONSTRAINT machines_pkey PRIMARY KEY,
      provider_id uuid NOT NULL CONSTRAINT machines_provider_id_fkey REFERENCES users,
      name text NOT NULL,
      control_address text NOT NULL,
      control_port integer NOT NULL,
      renter_address text NOT NULL,
      renter_port integer NOT NULL,
      ssh_user text NOT NULL,
      declared_region text NOT NULL,
      access_mode text NOT NULL,
      status text NOT NULL,
      status_reason text,
      quarantine_reason text,
      reachability text NOT NULL,
      reachability_changed_at timestamptz(3),
      host_key_state text NOT NULL,
      host_key_type text,
      host_key_public text,
      host_key_fingerprint text,
      last_error text,
      control_public_key text NOT NULL,
      control_private_key_sealed text NOT NULL,
      verifier_public_key text NOT NULL,
      verifier_private_key_sealed text NOT NULL,
      facts jsonb,
      facts_read_at timestamptz(3),
      -- What searches ask for, taken out of the facts whenever they are read.
      cpu_model text,
      cpu_threads integer,
      memory_bytes bigint,
      disk_free_bytes bigint,
      gpu_model text,
      gpu_count integer NOT NULL DEFAULT 0,
      vram_bytes bigint,
      -- The newest measured scores, for sorting.
      cpu_score integer,
      storage_score integer,
      benchmarked_at timestamptz(3),
      verified_at timestamptz(3),
      uid_next integer NOT NULL DEFAULT ${RENTER_UID_FIRST},
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT machines_id_provider_id_key UNIQUE (id, provider_id),
      CONSTRAINT machines_access_mode_known CHECK (access_mode IN (${sqlList(accessModes)})),
      CONSTRAINT machines_status_known CHECK (status IN (${sqlList(machineStatuses)})),
      CONSTRAINT machines_reachability_known CHECK (reachability IN (${sqlList(reachabilities)})),
      CONSTRAINT machines_host_key_state_known CHECK (host_key_state IN (${sqlList(hostKeyStates)})),
      CONSTRAINT machines_quarantine_reason_known CHECK (quarantine_reason IN (${sqlList(quarantineReasons)})),
      CONSTRAINT machines_quarantine_has_reason CHECK ((status = 'quarantined') = (quarantine_reason IS NOT NULL)),
      CONSTRAINT machines_host_key_whole CHECK (num_nulls(host_key_type, host_key_public, host_key_fingerprint) IN (0, 3)),
      CONSTRAINT machines_host_key_present CHECK (CASE host_key_state
        WHEN 'none' THEN host_key_fingerprint IS NULL WHEN 'changed' THEN true ELSE host_key_fingerprint IS NOT NULL END),
      CONSTRAINT machines_verified_was_pinned CHECK (status <> 'verified' OR host_key_state IN ('pinned', 'changed')),
      CONSTRAINT machines_control_port_range CHECK (control_port BETWEEN 1 AND 65535),
      CONSTRAINT machines_renter_port_range CHECK (renter_port BETWEEN 1 AND 65535),
      CONSTRAINT machines_facts_dated CHECK ((facts IS NULL) = (facts_read_at IS NULL)),
      CONSTRAINT machines_uid_next_range CHECK (uid_next BETWEEN ${RENTER_UID_FIRST} AND ${RENTER_UID_LAST} + 1),
      ${sqlLength('machines', 'name', 200)},
      ${sqlLength('machines', 'control_address', 255)},
      ${sqlLength('machines', 'renter_address', 255)},
      ${sqlLength('machines', 'ssh_user', 64)}
    );
    -- One server that is offered twice could be booked twice at once. Only a machine that let us in counts, so that
    -- nobody can keep an address from its owner by naming it first.
    CREATE UNIQUE INDEX machines_control_endpoint_key ON machines (lower(control_address), control_port)
      WHERE status IN ('verified', 'quarantined');
    CREATE INDEX machines_provider_idx ON machines (provider_id, created_at DESC, id DESC);
    ${sqlStateMoveTrigger('machines', machineStateGraph)}

    CREATE TABLE units (
      id uuid CONSTRAINT units_pkey PRIMARY KEY,
      machine_id uuid NOT NULL CONSTRAINT units_machine_id_fkey REFERENCES machines,
      CONSTRAINT units_machine_id_key UNIQUE (machine_id),
      CONSTRAINT units_id_machine_id_key UNIQUE (id, machine_id)
    );
    -- Nothing but a lock: whoever changes a unit's time takes this row first.
    CREATE TABLE unit_calendars (
      unit_id uuid CONSTRAINT unit_calendars_pkey PRIMARY KEY CONSTRAINT unit_calendars_unit_id_fkey REFERENCES units
    );

    -- Which uid was given to which booking. Rows stay for ever, so that a uid is never given twice.
    CREATE TABLE machine_uids (
      machine_id uuid NOT NULL CONSTRAINT machine_uids_machine_id_fkey REFERENCES machines,
      uid integer NOT NULL,
      booking_id uuid NOT NULL,
      CONSTRAINT machine_uids_pkey PRIMARY KEY (machine_id, uid),
      CONSTRAINT machine_uids_booking_id_key UNIQUE (booking_id),
      CONSTRAINT machine_uids_uid_range CHECK (uid BETWEEN ${RENTER_UID_FIRST} AND ${RENTER_UID_LAST})
    );

    CREATE TABLE machine_inspections (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT machine_inspections_pkey PRIMARY KEY,
      machine_id uuid NOT NULL CONSTRAINT machine_inspections_machine_id_fkey REFERENCES machines,
      at timestamptz(3) NOT NULL,
      -- Null when the machine could not be read.
      facts jsonb
    );
    CREATE INDEX machine_inspections_newest_idx ON machine_inspections (machine_id, id DESC);
    ${sqlAppendOnlyTrigger('machine_inspections')}
    CREATE TABLE machine_checks (
      inspection_id bigint NOT NULL CONSTRAINT machine_checks_inspection_id_fkey REFERENCES machine_inspections,
      position integer NOT NULL,
      check_id text NOT NULL,
      title text NOT NULL,
      actual text NOT NULL,
      required text NOT NULL,
      passed boolean NOT NULL,
      remedy text,
      CONSTRAINT machine_checks_pkey PRIMARY KEY (inspection_id, position),
      CONSTRAINT machine_checks_failed_has_remedy CHECK (passed OR remedy IS NOT NULL)
    );
    ${sqlAppendOnlyTrigger('machine_checks')}

    CREATE TABLE machine_commands (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT machine_commands_pkey PRIMARY KEY,
      machine_id uuid NOT NULL CONSTRAINT machine_commands_machine_id_fkey REFERENCES machines,
      purpose text NOT NULL,
      template text NOT NULL,
      exit_status integer,
      duration_ms bigint NOT NULL,
      output_bytes bigint NOT NULL,
      started_at timestamptz(3) NOT NULL,
      CONSTRAINT machine_commands_duration_ms_not_negative CHECK (duration_ms >= 0),
      CONSTRAINT machine_commands_output_bytes_not_negative CHECK (output_bytes >= 0)
    );
    CREATE INDEX machine_commands_newest_idx ON machine_commands (machine_id, started_at DESC, id DESC);

    CREATE TABLE machine_probes (
      machine_id uuid NOT NULL CONSTRAINT machine_probes_machine_id_fkey REFERENCES machines,
      at timestamptz(3) NOT NULL,
      outcome text NOT NULL,
      detail text,
      CONSTRAINT machine_probes_pkey PRIMARY KEY (machine_id, at),
      CONSTRAINT machine_probes_outcome_known CHECK (outcome IN (${sqlList(probeOutcomes)}))
    );
    -- A row of its own, so that a sample never rewrites the machine's row.
    CREATE TABLE machine_probe_times (
      machine_id uuid CONSTRAINT machine_probe_times_pkey PRIMARY KEY
        CONSTRAINT machine_probe_times_machine_id_fkey REFERENCES machines,
      last_probe_at timestamptz(3)
    );
    CREATE INDEX machine_probe_times_oldest_idx ON machine_probe_times (last_probe_at NULLS FIRST);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE machine_probe_times; DROP TABLE machine_probes; DROP TABLE machine_commands; DROP TABLE machine_checks;
    DROP TABLE machine_inspections; DROP TABLE machine_uids; DROP TABLE unit_calendars; DROP TABLE units;
    DROP TABLE machines;
  `);
}
