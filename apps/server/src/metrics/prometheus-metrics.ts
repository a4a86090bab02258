import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics, PoolName, PoolState } from './metrics.ts';

/** Seconds. From a prepared statement (a tenth of a millisecond) to the longest request. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const STATEMENT_BUCKETS = [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];
/** From a look at a row to a benchmark or a wipe. */
const JOB_BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1800];
const START_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30, 300];

export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** The text that Prometheus reads. */
  read(): Promise<string>;
}

/** The metrics of this process in a registry of their own, those of Node (memory, event loop, garbage collection) with them. */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'rsm_http_request_seconds',
    help: 'Time from the arrival of a request to the end of its answer; feeds, which never end, are not in it.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const statements = new Histogram({
    name: 'rsm_statement_seconds',
    help: 'Time of a statement of the pool for queries, by the name of a prepared one.',
    labelNames: ['statement', 'failed'] as const,
    buckets: STATEMENT_BUCKETS,
    registers,
  });
  const jobs = new Histogram({
    name: 'rsm_job_seconds',
    help: 'Time of one run of a job.',
    labelNames: ['job', 'outcome'] as const,
    buckets: JOB_BUCKETS,
    registers,
  });
  const jobStarts = new Histogram({
    name: 'rsm_job_start_delay_seconds',
    help: 'Time between when a job was due and when it began.',
    labelNames: ['job'] as const,
    buckets: START_BUCKETS,
    registers,
  });
  const commands = new Histogram({
    name: 'rsm_ssh_command_seconds',
    help: 'Time of a command on a machine.',
    labelNames: ['kind', 'outcome'] as const,
    buckets: JOB_BUCKETS,
    registers,
  });
  const feeds = new Gauge({ name: 'rsm_feeds_open', help: 'Event feeds that are open now.', registers });
  const feedsOpened = new Counter({ name: 'rsm_feeds_opened_total', help: 'Event feeds that were opened.', registers });
  const pools = new Map<PoolName, () => PoolState>();
  const pool = new Gauge({
    name: 'rsm_pool_connections',
    help: 'Connections of a pool for queries that are used and free, and how much work waits for one.',
    labelNames: ['pool', 'state'] as const,
    registers,
    collect: () => {
      for (const [name, state] of pools) {
        const { used, free, waiting } = state();
        pool.set({ pool: name, state: 'used' }, used);
        pool.set({ pool: name, state: 'free' }, free);
        pool.set({ pool: name, state: 'waiting' }, waiting);
      }
    },
  });
  const staleReads = new Counter({
    name: 'rsm_stale_reads_total',
    help: 'Reads that may be a little old, by the server that has answered them.',
    labelNames: ['by'] as const,
    registers,
  });

  return {
    contentType: registry.contentType,
    read: async () => registry.metrics(),
    requestAnswered: ({ route, method, status, durationMs }) =>
      requests.observe({ route, method, status: String(status) }, durationMs / 1_000),
    statementAnswered: ({ name, durationMs, hasFailed }) =>
      statements.observe({ statement: name ?? 'other', failed: hasFailed ? 'yes' : 'no' }, durationMs / 1_000),
    jobEnded: ({ name, outcome, durationMs, startDelayMs }) => {
      jobs.observe({ job: name, outcome }, durationMs / 1_000);
      jobStarts.observe({ job: name }, Math.max(0, startDelayMs) / 1_000);
    },
    commandEnded: ({ kind, outcome, durationMs }) => commands.observe({ kind, outcome }, durationMs / 1_000),
    feedOpened: () => {
      feeds.inc();
      feedsOpened.inc();
    },
    feedClosed: () => feeds.dec(),
    watchPool: (name, state) => {
      pools.set(name, state);
    },
    // Made when it is wanted: without a replica there is no age.
    watchReplica: (ageMs) => {
      const age: Gauge = new Gauge({
        name: 'rsm_replica_age_seconds',
        help: 'How old what the replica shows can be at most; infinite while nothing is known of it.',
        registers,
        collect: () => age.set(ageMs() / 1_000),
      });
    },
    staleReadAnswered: (by) => staleReads.inc({ by }),
  };
}
