import type { Composition, OpenDatabase } from '../composition.ts';
import type { Config } from '../config.ts';
import { ensureSchema, openDatabase } from '../database.ts';
import type { Logger } from '../logging.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import type { CommandContext } from './command.ts';
import type { Part } from './run-until-stopped.ts';

type Start = () => Promise<Part>;

/** Who is told what the process does. */
export interface Watch {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/**
 * What every process begins with, in order: the database, then the services over it. The parts that follow are made from
 * the composition when their turn comes.
 */
export function startProduct(
  options: { readonly config: Config; readonly log: Logger; readonly compose: CommandContext['compose'] },
  then: readonly ((composition: Composition, watch: Watch) => Promise<Part>)[],
): readonly Start[] {
  const { compose, config, log } = options;
  let database: OpenDatabase;
  let composition: Composition;
  let metrics: Metrics = noMetrics;
  let tracing: Tracing = noTracing;
  const { metrics: wanted, tracing: collector } = config;
  return [
    ...(wanted === null
      ? []
      : [
          async () => {
            const running = await openMetrics(wanted, log);
            metrics = running.metrics;
            return { name: 'The metrics', stop: running.stop };
          },
        ]),
    ...(collector === null
      ? []
      : [
          async () => {
            // Loaded only where somebody collects, as with the metrics.
            const { createOtlpTracing } = await import('../tracing/otlp-tracing.ts');
            const running = createOtlpTracing({ ...collector, service: 'remote-servers-marketplace', log });
            tracing = running;
            return { name: 'The traces', stop: async () => running.stop() };
          },
        ]),
    async () => {
      database = await openDatabase(config, log);
      return { name: 'The database', stop: async () => database.close() };
    },
    async () => {
      await ensureSchema(config, database, log);
      composition = await compose({ config, database, log, metrics, tracing });
      return { name: 'The services', stop: async () => composition.close() };
    },
    ...then.map((start) => async () => start(composition, { metrics, tracing })),
  ];
}

/** Loaded only where somebody collects: a process without is smaller by it. */
async function openMetrics(
  place: { readonly host: string; readonly port: number },
  log: Logger,
): Promise<{ readonly metrics: Metrics; readonly stop: () => Promise<void> }> {
  const [{ createPrometheusMetrics }, { startMetrics }] = await Promise.all([
    import('../metrics/prometheus-metrics.ts'),
    import('../metrics/start-metrics.ts'),
  ]);
  const metrics = createPrometheusMetrics();
  const running = await startMetrics({ ...place, metrics, log });
  log.info({ host: place.host, port: running.port }, 'Metrics can be read');
  return { metrics, stop: async () => running.stop() };
}
