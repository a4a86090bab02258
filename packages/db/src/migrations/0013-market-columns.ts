import { diskKinds } from '@rsm/domain/machines/machine-facts';
import type { Knex } from 'knex';

import { sqlList } from './sql.ts';

/** What searches ask for beside the rest: the CUDA version that every GPU has, and the kind of the disk with the most free space. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE machines
      ADD COLUMN cuda_version text,
      -- By which versions compare: 12.10 is newer than 12.9.
      ADD COLUMN cuda_version_number integer,
      ADD COLUMN disk_kind text,
      ADD CONSTRAINT machines_cuda_version_whole CHECK ((cuda_version IS NULL) = (cuda_version_number IS NULL)),
      ADD CONSTRAINT machines_disk_kind_known CHECK (disk_kind IN (${sqlList(diskKinds)}));
    UPDATE machines SET
      disk_kind = (SELECT disk ->> 'kind'
        FROM jsonb_array_elements(CASE jsonb_typeof(facts -> 'disks') WHEN 'array' THEN facts -> 'disks' ELSE '[]' END) disk
        ORDER BY (disk ->> 'freeBytes')::bigint DESC LIMIT 1),
      (cuda_version, cuda_version_number) = (SELECT version, number
        FROM jsonb_array_elements(CASE jsonb_typeof(facts -> 'gpus') WHEN 'array' THEN facts -> 'gpus' ELSE '[]' END) gpu,
          LATERAL (SELECT gpu ->> 'cudaVersion' AS version,
            split_part(gpu ->> 'cudaVersion', '.', 1)::integer * 1000 + split_part(gpu ->> 'cudaVersion', '.', 2)::integer
              AS number WHERE gpu ->> 'cudaVersion' ~ '^[0-9]{1,3}[.][0-9]{1,3}$') known
        ORDER BY number LIMIT 1)
      WHERE facts IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'ALTER TABLE machines DROP COLUMN cuda_version, DROP COLUMN cuda_version_number, DROP COLUMN disk_kind;',
  );
}
