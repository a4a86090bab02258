import { DAY_MS } from '@rsm/domain/common/instant';
import { RELIABILITY_WHOLE_PPM, lossKinds } from '@rsm/domain/reliability/reliability';
import type { Knex } from 'knex';

import { sqlList } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/**
 * Reliability of machines: the minutes of each day added up, what lowered the figure, and the figure itself in the machine's row,
 * where searches compare it without looking further.
 */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    ALTER TABLE machines
      -- Millionths; null while the machine is new.
      ADD COLUMN reliability_ppm integer,
      ADD COLUMN reliability_measured_ms bigint NOT NULL DEFAULT 0,
      ADD COLUMN reliability_bookings integer NOT NULL DEFAULT 0,
      ADD COLUMN reliability_at timestamptz(3),
      ADD CONSTRAINT machines_reliability_ppm_range CHECK (reliability_ppm BETWEEN 0 AND ${String(RELIABILITY_WHOLE_PPM)}),
      ADD CONSTRAINT machines_reliability_counts_not_negative
        CHECK (reliability_measured_ms >= 0 AND reliability_bookings >= 0),
      ADD CONSTRAINT machines_reliability_dated CHECK (reliability_ppm IS NULL OR reliability_at IS NOT NULL);
    CREATE INDEX machines_reliability_oldest_idx ON machines (reliability_at NULLS FIRST, id)
      WHERE status IN ('verified', 'quarantined');

    CREATE TABLE machine_days (
      machine_id uuid NOT NULL CONSTRAINT machine_days_machine_id_fkey REFERENCES machines,
      day_start timestamptz(3) NOT NULL,
      up_ms integer NOT NULL,
      down_ms integer NOT NULL,
      degraded_ms integer NOT NULL,
      excused_ms integer NOT NULL,
      CONSTRAINT machine_days_pkey PRIMARY KEY (machine_id, day_start),
      CONSTRAINT machine_days_midnight CHECK (extract(epoch FROM day_start) * 1000 % ${String(DAY_MS)} = 0),
      CONSTRAINT machine_days_not_negative CHECK (least(up_ms, down_ms, degraded_ms, excused_ms) >= 0),
      CONSTRAINT machine_days_one_day CHECK (up_ms + down_ms + degraded_ms <= ${String(DAY_MS)}),
      CONSTRAINT machine_days_excused_was_unusable CHECK (excused_ms <= down_ms + degraded_ms)
    );

    CREATE TABLE reliability_losses (
      machine_id uuid NOT NULL CONSTRAINT reliability_losses_machine_id_fkey REFERENCES machines,
      at timestamptz(3) NOT NULL,
      -- Newest first, from 0.
      seq integer NOT NULL,
      kind text NOT NULL,
      booking_id uuid CONSTRAINT reliability_losses_booking_id_fkey REFERENCES bookings,
      ppm integer NOT NULL,
      CONSTRAINT reliability_losses_pkey PRIMARY KEY (machine_id, seq),
      CONSTRAINT reliability_losses_kind_known CHECK (kind IN (${sqlList(lossKinds)})),
      -- Every point leads to an event: a booking, or a day of minutes.
      CONSTRAINT reliability_losses_has_event CHECK ((kind = 'unusable_minutes') = (booking_id IS NULL)),
      CONSTRAINT reliability_losses_ppm_positive CHECK (ppm > 0)
    );

    ALTER TABLE bookings
      ADD COLUMN broken_by_provider boolean NOT NULL DEFAULT false,
      ADD CONSTRAINT bookings_broken_is_over CHECK (status IN ('cancelled', 'failed') OR NOT broken_by_provider);
    -- Until now only the sentence told who had cancelled, and whether anything stood in the way of a start.
    UPDATE bookings SET broken_by_provider = true
      WHERE (status = 'cancelled' AND status_reason LIKE 'The provider cancelled: %')
        OR (status = 'failed' AND (status_reason NOT IN (
            'Access could not be given before the booked end.',
            'Access could not be given within 60 minutes of the start.')
          OR EXISTS (SELECT FROM booking_state_changes change
            WHERE change.booking_id = bookings.id AND change.from_status = 'provisioning')));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE bookings DROP COLUMN broken_by_provider;
    DROP TABLE reliability_losses; DROP TABLE machine_days;
    ALTER TABLE machines DROP COLUMN reliability_ppm, DROP COLUMN reliability_measured_ms, DROP COLUMN reliability_bookings,
      DROP COLUMN reliability_at;
  `);
}
