import { Replica } from '@rsm/db';
import type { Config } from './config.ts';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics/metrics.ts';
import { watchDatabase } from './metrics/watch-database.ts';
import type { Tracing } from './tracing/tracing.ts';

/** The replica that the configuration names, measured and logged; null where it names none. */
export function composeReplica(options: {
  readonly config: Config;
  readonly database: { readonly replica?: { readonly url: string; readonly staleMsMax: number } | null };
  readonly primary: ConstructorParameters<typeof Replica>[0]['primary'];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}): Replica | null {
  const { config, database, log, metrics, primary, tracing } = options;
  if (database.replica === undefined || database.replica === null) return null;
  const replica = new Replica({
    ...database.replica,
    primary,
    poolMax: config.database.poolMax,
    onChange: ({ error, isFresh }) => {
      if (isFresh) log.info('The replica is used for stale reads');
      else log.warn({ err: error }, 'The replica is away or too far behind; its reads go to the primary');
    },
  });
  watchDatabase({ pool: 'replica', knex: replica.knex, metrics, tracing, log, slowMs: config.slowStatementMs });
  metrics.watchReplica(() => replica.ageMs());
  return replica;
}
