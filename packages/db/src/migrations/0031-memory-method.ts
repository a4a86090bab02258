import type { Knex } from 'knex';

import { clearOutdatedScores } from './outdated-scores.ts';

/** The version of the `memory` method was raised to 3: scores of the version before leave the searches. */
export async function up(knex: Knex): Promise<void> {
  await clearOutdatedScores(knex, ['memory']);
}

/** The runs are still there, and the next measurement brings a score. */
export async function down(): Promise<void> {
  await Promise.resolve();
}
