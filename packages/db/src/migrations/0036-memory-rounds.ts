import { RAW_OUTPUT_BYTES_MAX } from '@rsm/domain/benchmarks/benchmark';
import type { Knex } from 'knex';

import { clearOutdatedScores } from './outdated-scores.ts';

/** The version of the `memory` method was raised to 4: scores of the version before leave the searches. Its 97 rounds print more. */
export async function up(knex: Knex): Promise<void> {
  await setRawOutputBytesMax(knex, RAW_OUTPUT_BYTES_MAX);
  await clearOutdatedScores(knex, ['memory']);
}

/** Longer outputs that were kept by then stay: the limit holds for new ones alone. */
export async function down(knex: Knex): Promise<void> {
  await setRawOutputBytesMax(knex, 262_144, 'NOT VALID');
}

async function setRawOutputBytesMax(knex: Knex, bytesMax: number, option: 'NOT VALID' | '' = ''): Promise<void> {
  await knex.raw(`
    ALTER TABLE benchmark_raw_outputs
      DROP CONSTRAINT benchmark_raw_outputs_size,
      ADD CONSTRAINT benchmark_raw_outputs_size CHECK (octet_length(output) <= ${bytesMax}) ${option}`);
}
