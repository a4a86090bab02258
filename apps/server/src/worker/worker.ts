import { JobMover } from '@rsm/db';
import { instant } from '@rsm/domain/common/instant';
import { makeWorkerUtils } from 'graphile-worker';
import type { WorkerComposition } from '../composition.ts';
import type { Logger } from '../logging.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { createGraphileLogger } from './graphile-logger.ts';
import { createHandlers } from './handlers.ts';
import { startJobRunner } from './job-runner.ts';
import { createJobsPool } from './jobs-pool.ts';

export interface StartWorkerOptions {
  readonly composition: WorkerComposition;
  readonly log: Logger;
  /** Jobs at once. */
  readonly concurrency: number;
  readonly sweepIntervalMs?: number;
  /** How long running handlers may go on after `stop`, before their signals abort. */
  readonly graceMs?: number;
  /** How long an aborted handler may take to stop, before it is left behind. */
  readonly abortMs?: number;
  /** Nothing is measured without. */
  readonly metrics?: Metrics;
  /** Nothing is traced without. */
  readonly tracing?: Tracing;
}

export interface RunningWorker {
  /** Takes no new job, waits for the running ones within the limits, and closes everything. A second call waits too. */
  stop(): Promise<void>;
}

/** A handler that throws is tried so often; graphile-worker's pauses are e^attempt seconds, here up to 2.3 hours. */
const ATTEMPTS_MAX = 10;
const SWEEP_INTERVAL_DEFAULT_MS = 15_000;
const GRACE_DEFAULT_MS = 10_000;
const ABORT_DEFAULT_MS = 5_000;
const CLEAN_UP_INTERVAL_MS = 3_600_000;

/**
 * Runs jobs: a mover brings due requests to graphile-worker, which calls the workflows. Any number of workers may run.
 * @throws Error when Postgres can't be reached at the start; later failures are survived.
 */
export async function startWorker(options: StartWorkerOptions): Promise<RunningWorker> {
  const { composition, log, concurrency } = options;
  const { clock, jobsUrl } = composition;
  const interrupted = new AbortController();
  const givenUp = new AbortController();

  const mover = new JobMover({
    url: jobsUrl,
    clock,
    attemptsMax: ATTEMPTS_MAX,
    onProblem: ({ message, error }) => log.error({ err: error }, message),
  });
  const taskList = createHandlers({
    workflows: composition.workflows,
    now: () => clock.now(),
    requestAgain: async (job) => mover.requestAgain(job),
    stopping: interrupted.signal,
    givenUp: givenUp.signal,
    metrics: options.metrics ?? noMetrics,
    tracing: options.tracing ?? noTracing,
  });
  const runner = await startJobRunner({
    url: jobsUrl,
    concurrency,
    taskList: { ...taskList },
    log,
    handlersEndWithinMs: (options.graceMs ?? GRACE_DEFAULT_MS) + (options.abortMs ?? ABORT_DEFAULT_MS),
  }).catch(async (error: unknown) => {
    await mover.stop();
    throw error;
  });
  mover.start();
  const stopListening = composition.onJobs(() => mover.wake());
  const sweep = every(
    options.sweepIntervalMs ?? SWEEP_INTERVAL_DEFAULT_MS,
    'The sweep could not be asked for',
    requestSweep,
  );
  const cleanUp = every(CLEAN_UP_INTERVAL_MS, 'Failed jobs could not be cleared away', clearAway);
  const upkeep = every(CLEAN_UP_INTERVAL_MS, 'The database could not be maintained', () => composition.maintain());
  await composition
    .maintain()
    .catch((error: unknown) => log.error({ err: error }, 'The database could not be maintained'));
  await requestSweep().catch((error: unknown) => log.error({ err: error }, 'The sweep could not be asked for'));

  /** All workers ask for the same moment and the same key, so that one sweep runs per interval, however many they are. */
  async function requestSweep(): Promise<void> {
    const intervalMs = options.sweepIntervalMs ?? SWEEP_INTERVAL_DEFAULT_MS;
    const runAt = instant((Math.floor(clock.now() / intervalMs) + 1) * intervalMs);
    await mover.requestAgain({ name: 'sweep', payload: {}, key: 'sweep', runAt });
  }

  /** What failed for ever is of no use once it was logged; its subject is found by the sweep. */
  async function clearAway(): Promise<void> {
    const connections = createJobsPool({ url: jobsUrl, max: 1, log });
    try {
      const utils = await makeWorkerUtils({ pgPool: connections.pool, logger: createGraphileLogger(log) });
      await utils.cleanup({ tasks: ['DELETE_PERMAFAILED_JOBS'] });
      await utils.release();
    } finally {
      await connections.end();
    }
  }

  function every(intervalMs: number, problem: string, work: () => Promise<void>): NodeJS.Timeout {
    return setInterval(() => {
      work().catch((error: unknown) => log.error({ err: error }, problem));
    }, intervalMs);
  }

  async function end(): Promise<void> {
    stopListening();
    clearInterval(sweep);
    clearInterval(cleanUp);
    clearInterval(upkeep);
    const graceMs = options.graceMs ?? GRACE_DEFAULT_MS;
    const grace = setTimeout(() => interrupted.abort(new Error('The server is stopping.')), graceMs);
    const limit = setTimeout(() => givenUp.abort(), graceMs + (options.abortMs ?? ABORT_DEFAULT_MS));
    try {
      await runner.stop();
    } finally {
      clearTimeout(grace);
      clearTimeout(limit);
    }
    // Last, because interrupted handlers hand their jobs back through it.
    await mover.stop();
  }

  let ended: Promise<void> | undefined;
  return { stop: async () => (ended ??= end()) };
}
