import { poolStateOf, watchStatements } from '@rsm/db';
import type { Logger } from '../logging.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { noMetrics, type Metrics, type PoolName } from './metrics.ts';

/**
 * Measures the statements of a pool and its connections, and logs the slow statements: their text with placeholders, never the values.
 * A process that neither measures nor traces nor logs them is spared the work.
 */
export function watchDatabase(options: {
  readonly knex: Parameters<typeof watchStatements>[0];
  readonly pool?: PoolName;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly log: Logger;
  /** From how long on a statement is slow; 0 for never. */
  readonly slowMs: number;
}): void {
  const { knex, log, metrics, pool = 'primary', slowMs, tracing } = options;
  metrics.watchPool(pool, () => poolStateOf(knex));
  if (metrics === noMetrics && tracing === noTracing && slowMs === 0) return;
  watchStatements(knex, {
    onStatement: (statement) => {
      metrics.statementAnswered(statement);
      const { durationMs, hasFailed, name, text } = statement;
      // The text has placeholders, never values.
      const attributes = { 'db.system.name': 'postgresql', 'db.query.text': text };
      tracing.ended({ kind: 'statement', name: name ?? text.slice(0, 40), attributes, durationMs, hasFailed });
    },
    slowMs: slowMs === 0 ? Number.POSITIVE_INFINITY : slowMs,
    onSlow: ({ name, text, durationMs, hasFailed, planHash }) =>
      log.warn({ statement: name, text, ms: Math.round(durationMs), hasFailed, planHash }, 'A statement was slow'),
  });
}
