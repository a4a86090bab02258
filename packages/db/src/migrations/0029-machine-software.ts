import { packageManagers } from '@rsm/domain/machines/machine-software';
import type { Knex } from 'knex';

import { sqlList } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/**
 * What software was seen on a machine, what its provider let us install there, and the image that a booking's container is made
 * from. Bookings from before were all made from the first image of the operator's list.
 */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    CREATE TABLE machine_software (
      machine_id uuid CONSTRAINT machine_software_pkey PRIMARY KEY
        CONSTRAINT machine_software_machine_id_fkey REFERENCES machines,
      software jsonb NOT NULL,
      seen_at timestamptz(3) NOT NULL,
      CONSTRAINT machine_software_whole CHECK (jsonb_typeof(software -> 'missingTools') = 'array')
    );

    -- Who let us install what, and when: kept for good.
    CREATE TABLE tool_consents (
      machine_id uuid NOT NULL CONSTRAINT tool_consents_machine_id_fkey REFERENCES machines,
      consented_at timestamptz(3) NOT NULL,
      consented_by uuid NOT NULL CONSTRAINT tool_consents_consented_by_fkey REFERENCES users,
      tools jsonb NOT NULL,
      package_manager text NOT NULL,
      finished_at timestamptz(3),
      problem text,
      CONSTRAINT tool_consents_pkey PRIMARY KEY (machine_id, consented_at),
      CONSTRAINT tool_consents_tools_list CHECK (jsonb_typeof(tools) = 'array' AND jsonb_array_length(tools) > 0),
      CONSTRAINT tool_consents_manager_known CHECK (package_manager IN (${sqlList(packageManagers)})),
      CONSTRAINT tool_consents_finished_later CHECK (finished_at >= consented_at),
      CONSTRAINT tool_consents_problem_of_end CHECK (problem IS NULL OR finished_at IS NOT NULL)
    );
    -- One at a time, and what the sweep looks for.
    CREATE UNIQUE INDEX tool_consents_one_open_key ON tool_consents (machine_id) WHERE finished_at IS NULL;

    ALTER TABLE bookings
      ADD COLUMN container_image jsonb,
      ADD CONSTRAINT bookings_container_image_whole CHECK (container_image IS NULL
        OR access_mode = 'container' AND container_image ->> 'name' <> '' AND container_image ->> 'reference' <> '');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE bookings DROP COLUMN container_image;
    DROP TABLE tool_consents; DROP TABLE machine_software;
  `);
}
