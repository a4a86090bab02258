import { benchmarkOrigins } from '@rsm/domain/benchmarks/benchmark';
import { REMEASURE_AFTER_MS } from '@rsm/domain/benchmarks/remeasuring';
import type { Knex } from 'knex';

import { clearOutdatedScores } from './outdated-scores.ts';
import { sqlList } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/**
 * When a machine is due for a new measurement, why a run was made, which facts it is of, and how far its score lies from
 * those before it. Runs from before this were asked for by providers; which facts they are of is not known.
 */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    ALTER TABLE benchmarks
      ADD COLUMN origin text NOT NULL DEFAULT 'requested',
      ADD COLUMN facts_fingerprint text,
      ADD COLUMN drift_percent integer,
      ADD CONSTRAINT benchmarks_origin_known CHECK (origin IN (${sqlList(benchmarkOrigins)})),
      ADD CONSTRAINT benchmarks_drift_of_result CHECK (drift_percent IS NULL OR result IS NOT NULL);
    ALTER TABLE benchmarks ALTER COLUMN origin DROP DEFAULT;
    ALTER TABLE machines
      ADD COLUMN memory_score integer,
      ADD COLUMN remeasure_at timestamptz(3);
    UPDATE machines SET remeasure_at = benchmarked_at + interval '${String(REMEASURE_AFTER_MS)} milliseconds'
      WHERE benchmarked_at IS NOT NULL;
    CREATE INDEX machines_remeasure_idx ON machines (remeasure_at) WHERE status = 'verified' AND remeasure_at IS NOT NULL;
  `);
  await clearOutdatedScores(knex, ['cpu', 'memory', 'storage']);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX machines_remeasure_idx;
    ALTER TABLE machines DROP COLUMN remeasure_at, DROP COLUMN memory_score;
    ALTER TABLE benchmarks DROP COLUMN origin, DROP COLUMN facts_fingerprint, DROP COLUMN drift_percent;
  `);
}
