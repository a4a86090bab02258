import type { BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';
import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { Knex } from 'knex';

/**
 * Takes scores of other versions of their method out of the columns that searches sort by, where they would be compared with
 * those of today's. The runs themselves stay. Every migration that comes with a raised version calls this.
 * @param kinds those whose score is a column of the machine by then
 */
export async function clearOutdatedScores(knex: Knex, kinds: readonly BenchmarkKind[]): Promise<void> {
  for (const kind of kinds) {
    await knex.raw(
      `UPDATE machines SET ${kind}_score = NULL
       WHERE ${kind}_score IS NOT NULL AND (
         SELECT result ->> 'methodVersion' FROM benchmarks
         WHERE machine_id = machines.id AND kind = ? AND benchmarks.status = 'succeeded'
         ORDER BY finished_at DESC, id DESC LIMIT 1) IS DISTINCT FROM ?`,
      [kind, String(benchmarkMethodVersions[kind])],
    );
  }
}
