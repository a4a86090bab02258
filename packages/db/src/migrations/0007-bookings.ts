import { accessGrantStateGraph, accessGrantStatuses } from '@rsm/domain/access/access-grant';
import {
  bookingStateGraph,
  bookingStatuses,
  endReasons,
  PUBLIC_KEYS_PER_BOOKING_MAX,
} from '@rsm/domain/bookings/booking';
import { cancellationPolicies } from '@rsm/domain/listings/listing';
import { accessModes } from '@rsm/domain/machines/machine';
import { blockKinds } from '@rsm/domain/occupancies/occupancy';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger, sqlEdges, sqlList, sqlStateMoveTrigger } from './sql.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE bookings (
      id uuid CONSTRAINT bookings_pkey PRIMARY KEY,
      listing_id uuid NOT NULL,
      machine_id uuid NOT NULL,
      unit_id uuid NOT NULL,
      renter_id uuid NOT NULL CONSTRAINT bookings_renter_id_fkey REFERENCES users,
      provider_id uuid NOT NULL,
      start_at timestamptz(3) NOT NULL,
      end_at timestamptz(3) NOT NULL,
      turnaround_ms bigint NOT NULL,
      status text NOT NULL,
      status_reason text,
      status_changed_at timestamptz(3) NOT NULL,
      end_reason text,
      access_mode text NOT NULL,
      currency text NOT NULL,
      fee_basis_points integer NOT NULL,
      cancellation_policy text NOT NULL,
      hold_amount_micros bigint NOT NULL,
      charged_amount_micros bigint,
      released_amount_micros bigint,
      ready_at timestamptz(3),
      access_ended_at timestamptz(3),
      cancel_requested_at timestamptz(3),
      end_requested_at timestamptz(3),
      end_requested_by text,
      deadline_at timestamptz(3),
      canary_consent boolean NOT NULL,
      public_keys text[] NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT bookings_listing_fkey FOREIGN KEY (listing_id, unit_id, machine_id, provider_id)
        REFERENCES listings (id, unit_id, machine_id, provider_id),
      CONSTRAINT bookings_not_own_machine CHECK (renter_id <> provider_id),
      CONSTRAINT bookings_end_after_start CHECK (end_at > start_at),
      CONSTRAINT bookings_turnaround_not_negative CHECK (turnaround_ms >= 0),
      CONSTRAINT bookings_status_known CHECK (status IN (${sqlList(bookingStatuses)})),
      CONSTRAINT bookings_end_reason_known CHECK (end_reason IN (${sqlList(endReasons)})),
      CONSTRAINT bookings_end_has_reason
        CHECK (status NOT IN ('revoking', 'wiping', 'quarantined', 'completed') OR end_reason IS NOT NULL),
      CONSTRAINT bookings_active_has_ready_at CHECK (status <> 'active' OR ready_at IS NOT NULL),
      CONSTRAINT bookings_access_mode_known CHECK (access_mode IN (${sqlList(accessModes)})),
      CONSTRAINT bookings_cancellation_policy_known CHECK (cancellation_policy IN (${sqlList(cancellationPolicies)})),
      CONSTRAINT bookings_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT bookings_fee_range CHECK (fee_basis_points BETWEEN 0 AND 10000),
      CONSTRAINT bookings_hold_not_negative CHECK (hold_amount_micros >= 0),
      -- The hold is the most that a booking can cost: what is not charged is released, to the last millionth.
      CONSTRAINT bookings_settled_whole CHECK (num_nulls(charged_amount_micros, released_amount_micros) IN (0, 2)),
      CONSTRAINT bookings_charge_and_release_are_hold CHECK (
        charged_amount_micros IS NULL
        OR (charged_amount_micros >= 0 AND released_amount_micros >= 0
            AND charged_amount_micros + released_amount_micros = hold_amount_micros)),
      CONSTRAINT bookings_end_requested_whole CHECK ((end_requested_at IS NULL) = (end_requested_by IS NULL)),
      CONSTRAINT bookings_end_requested_by_known CHECK (end_requested_by IN (${sqlList(endReasons)})),
      CONSTRAINT bookings_public_keys_count CHECK (cardinality(public_keys) BETWEEN 1 AND ${PUBLIC_KEYS_PER_BOOKING_MAX})
    );
    CREATE INDEX bookings_renter_idx ON bookings (renter_id, start_at DESC, id DESC);
    CREATE INDEX bookings_provider_idx ON bookings (provider_id, start_at DESC, id DESC);
    CREATE INDEX bookings_machine_idx ON bookings (machine_id, start_at DESC, id DESC);
    CREATE INDEX bookings_unit_idx ON bookings (unit_id, start_at DESC, id DESC);
    CREATE INDEX bookings_open_idx ON bookings (start_at)
      WHERE status IN ('scheduled', 'provisioning', 'active', 'revoking', 'wiping', 'quarantined');
    ${sqlStateMoveTrigger('bookings', bookingStateGraph)}

    ALTER TABLE machine_uids ADD CONSTRAINT machine_uids_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings;

    CREATE TABLE booking_price_segments (
      booking_id uuid NOT NULL CONSTRAINT booking_price_segments_booking_id_fkey REFERENCES bookings,
      seq integer NOT NULL,
      start_at timestamptz(3) NOT NULL,
      end_at timestamptz(3) NOT NULL,
      price_per_hour_micros bigint NOT NULL,
      CONSTRAINT booking_price_segments_pkey PRIMARY KEY (booking_id, seq),
      CONSTRAINT booking_price_segments_seq_positive CHECK (seq >= 1),
      CONSTRAINT booking_price_segments_end_after_start CHECK (end_at > start_at),
      CONSTRAINT booking_price_segments_price_not_negative CHECK (price_per_hour_micros >= 0)
    );

    -- Each row names the state that the row before it ended in, so that a history is a path of the graph by itself.
    CREATE TABLE booking_state_changes (
      booking_id uuid NOT NULL CONSTRAINT booking_state_changes_booking_id_fkey REFERENCES bookings,
      seq integer NOT NULL,
      previous_seq integer GENERATED ALWAYS AS (nullif(seq - 1, 0)) STORED,
      from_status text,
      to_status text NOT NULL,
      reason text,
      at timestamptz(3) NOT NULL,
      CONSTRAINT booking_state_changes_pkey PRIMARY KEY (booking_id, seq),
      CONSTRAINT booking_state_changes_link_key UNIQUE (booking_id, seq, to_status),
      CONSTRAINT booking_state_changes_link_fkey FOREIGN KEY (booking_id, previous_seq, from_status)
        REFERENCES booking_state_changes (booking_id, seq, to_status),
      CONSTRAINT booking_state_changes_edge CHECK (CASE
        WHEN seq = 1 THEN from_status IS NULL AND to_status = 'scheduled'
        ELSE seq > 1 AND from_status IS NOT NULL AND (from_status, to_status) IN (${sqlEdges(bookingStateGraph)}) END)
    );
    ${sqlAppendOnlyTrigger('booking_state_changes')}

    CREATE TABLE blocks (
      id uuid CONSTRAINT blocks_pkey PRIMARY KEY,
      unit_id uuid NOT NULL CONSTRAINT blocks_unit_id_fkey REFERENCES units,
      kind text NOT NULL,
      note text,
      created_by uuid NOT NULL CONSTRAINT blocks_created_by_fkey REFERENCES users,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT blocks_kind_known CHECK (kind IN (${sqlList(blockKinds)}))
    );

    CREATE TABLE occupancies (
      id uuid CONSTRAINT occupancies_pkey PRIMARY KEY,
      unit_id uuid NOT NULL CONSTRAINT occupancies_unit_id_fkey REFERENCES units,
      during tstzrange NOT NULL,
      kind text NOT NULL,
      -- Deferred, because a taken window is found out before the booking's own row is worth writing.
      booking_id uuid CONSTRAINT occupancies_booking_id_fkey REFERENCES bookings DEFERRABLE INITIALLY DEFERRED,
      block_id uuid CONSTRAINT occupancies_block_id_fkey REFERENCES blocks DEFERRABLE INITIALLY DEFERRED,
      live boolean NOT NULL,
      CONSTRAINT occupancies_kind_known CHECK (kind IN ('booking', 'block')),
      CONSTRAINT occupancies_of_one_thing
        CHECK ((kind = 'booking') = (booking_id IS NOT NULL) AND (kind = 'block') = (block_id IS NOT NULL)),
      CONSTRAINT occupancies_during_half_open CHECK (
        NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)
        AND isfinite(lower(during)) AND isfinite(upper(during))
        AND NOT lower_inf(during) AND NOT upper_inf(during)),
      CONSTRAINT occupancies_booking_id_key UNIQUE (booking_id),
      CONSTRAINT occupancies_block_id_key UNIQUE (block_id),
      -- The judge of every overlap: no two live stretches of a unit share an instant.
      CONSTRAINT occupancies_no_overlap EXCLUDE USING gist (unit_id WITH =, during WITH &&) WHERE (live)
    );

    CREATE TABLE access_grants (
      id uuid CONSTRAINT access_grants_pkey PRIMARY KEY,
      booking_id uuid NOT NULL CONSTRAINT access_grants_booking_id_fkey REFERENCES bookings,
      machine_id uuid NOT NULL CONSTRAINT access_grants_machine_id_fkey REFERENCES machines,
      mode text NOT NULL,
      status text NOT NULL,
      account_name text NOT NULL,
      uid integer NOT NULL,
      endpoint_address text NOT NULL,
      endpoint_port integer NOT NULL,
      host_key_type text NOT NULL,
      host_key_public text NOT NULL,
      host_key_fingerprint text NOT NULL,
      watchdog_deadline_at timestamptz(3),
      granted_at timestamptz(3),
      revoked_at timestamptz(3),
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT access_grants_booking_id_key UNIQUE (booking_id),
      CONSTRAINT access_grants_machine_id_uid_key UNIQUE (machine_id, uid),
      CONSTRAINT access_grants_machine_id_account_name_key UNIQUE (machine_id, account_name),
      CONSTRAINT access_grants_mode_known CHECK (mode IN (${sqlList(accessModes)})),
      CONSTRAINT access_grants_status_known CHECK (status IN (${sqlList(accessGrantStatuses)})),
      -- Access counts only once the machine itself will end it.
      CONSTRAINT access_grants_active_has_watchdog
        CHECK (status <> 'active' OR (watchdog_deadline_at IS NOT NULL AND granted_at IS NOT NULL)),
      CONSTRAINT access_grants_revoked_dated CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
      CONSTRAINT access_grants_endpoint_port_range CHECK (endpoint_port BETWEEN 1 AND 65535)
    );
    ${sqlStateMoveTrigger('access_grants', accessGrantStateGraph)}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE access_grants; DROP TABLE occupancies; DROP TABLE blocks; DROP TABLE booking_state_changes;
    DROP TABLE booking_price_segments;
    ALTER TABLE machine_uids DROP CONSTRAINT machine_uids_booking_id_fkey; DROP TABLE bookings;
  `);
}
