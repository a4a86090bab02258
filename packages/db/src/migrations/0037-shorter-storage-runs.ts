import type { Knex } from 'knex';

import { clearOutdatedScores } from './outdated-scores.ts';

/** The version of the `storage` method was raised to 2, runs of three seconds: scores of the version before leave the searches. */
export async function up(knex: Knex): Promise<void> {
  await clearOutdatedScores(knex, ['storage']);
}

/** The runs are still there, and the next measurement brings a score. */
export async function down(): Promise<void> {
  await Promise.resolve();
}
