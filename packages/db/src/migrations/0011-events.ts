import { eventKinds, eventSubjects } from '@rsm/domain/events/event';
import type { Knex } from 'knex';

import { sqlList } from './sql.ts';

/** Partitions are made for so many months after the current one when the schema is made. */
const MONTHS_AHEAD = 3;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE event_streams (
      audience uuid CONSTRAINT event_streams_pkey PRIMARY KEY,
      last_seq bigint NOT NULL,
      CONSTRAINT event_streams_last_seq_positive CHECK (last_seq > 0)
    ) WITH (fillfactor = 50);

    CREATE TABLE events (
      audience uuid NOT NULL,
      seq bigint NOT NULL,
      created_at timestamptz(3) NOT NULL,
      kind text NOT NULL,
      subject text NOT NULL,
      subject_id text NOT NULL,
      body text NOT NULL,
      CONSTRAINT events_pkey PRIMARY KEY (audience, seq, created_at),
      CONSTRAINT events_kind_known CHECK (kind IN (${sqlList(eventKinds)})),
      CONSTRAINT events_subject_known CHECK (subject IN (${sqlList(eventSubjects)}))
    ) PARTITION BY RANGE (created_at);
    -- A month without a partition must not stop bookings: its events lie here until ensure_event_partitions moves them.
    CREATE TABLE events_default PARTITION OF events DEFAULT;

    -- Makes the partition of the month of "from_time" and of "months_ahead" months after it; returns how many it made.
    -- It runs as the owner of the tables, because the application owns none.
    CREATE FUNCTION ensure_event_partitions(from_time timestamptz, months_ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      month timestamptz; next_month timestamptz; partition_name text; made integer := 0;
    BEGIN
      IF months_ahead NOT BETWEEN 0 AND 24 THEN
        RAISE EXCEPTION 'months_ahead must be between 0 and 24';
      END IF;
      -- Two workers that come at once take turns.
      PERFORM pg_advisory_xact_lock(hashtext('ensure_event_partitions'));
      FOR i IN 0..months_ahead LOOP
        month := (date_trunc('month', from_time AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
        next_month := (date_trunc('month', from_time AT TIME ZONE 'UTC') + make_interval(months => i + 1)) AT TIME ZONE 'UTC';
        partition_name := 'events_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING CONSTRAINTS)', partition_name);
        EXECUTE format(
          'WITH moved AS (DELETE FROM events_default WHERE created_at >= %L AND created_at < %L RETURNING *)
           INSERT INTO %I SELECT * FROM moved', month, next_month, partition_name);
        EXECUTE format(
          'ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition_name, month, next_month);
        made := made + 1;
      END LOOP;
      RETURN made;
    END $$;

    -- Drops the partitions that end before the given time; returns how many. Only whole months go.
    CREATE FUNCTION drop_event_partitions_before(keep_from timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      partition_name text; dropped integer := 0;
    BEGIN
      FOR partition_name IN
        SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = 'events'::regclass AND child.relname ~ '^events_[0-9]{4}_[0-9]{2}$'
          AND (to_timestamp(substr(child.relname, 8), 'YYYY_MM')::date + interval '1 month') AT TIME ZONE 'UTC' <= keep_from
        ORDER BY child.relname
      LOOP
        EXECUTE format('DROP TABLE %I', partition_name);
        dropped := dropped + 1;
      END LOOP;
      RETURN dropped;
    END $$;
    REVOKE ALL ON FUNCTION ensure_event_partitions, drop_event_partitions_before FROM PUBLIC;

    SELECT ensure_event_partitions(now(), ${MONTHS_AHEAD});
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP FUNCTION drop_event_partitions_before; DROP FUNCTION ensure_event_partitions;
    DROP TABLE events; DROP TABLE event_streams;
  `);
}
