import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeWorkerUtils, run, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Logger } from '../logging.ts';
import { createGraphileLogger } from './graphile-logger.ts';
import { createJobsPool } from './jobs-pool.ts';

export interface JobRunnerOptions {
  readonly url: string;
  /** Jobs at once. */
  readonly concurrency: number;
  readonly taskList: TaskList;
  readonly log: Logger;
  /** Longer than any handler may take to end: interrupting handlers is not the engine's business but ours. */
  readonly handlersEndWithinMs: number;
}

export interface JobRunner {
  /** Takes no new job and waits for the running handlers; whoever calls sees to it that they end. */
  stop(): Promise<void>;
}

/** Only retries wait for this poll: new jobs are notified. */
const POLL_INTERVAL_MS = 1_000;
const RESTART_PAUSE_MS = 500;
/** One connection listens, some answer to the engine's own needs. */
const SPARE_CONNECTIONS = 3;

/**
 * Keeps a graphile-worker running. It shuts itself down when it can't record what became of a job, as when Postgres restarts;
 * then another one is begun beside it at once, and what the old one held is unlocked when its last handler has ended.
 * @throws Error when Postgres can't be reached at the start
 */
export async function startJobRunner(options: JobRunnerOptions): Promise<JobRunner> {
  const { log } = options;
  const logger = createGraphileLogger(log);
  const stopping = new AbortController();
  const watched = new Set<Promise<void>>();
  let current: Runner | undefined;

  async function begin(): Promise<void> {
    const events: WorkerEvents = new EventEmitter();
    let poolId: string | undefined;
    events.on('pool:create', ({ workerPool }) => {
      poolId = workerPool.id;
    });
    const givesUp = new Promise<void>((resolve) => {
      events.once('pool:gracefulShutdown', () => resolve());
    });
    const connections = createJobsPool({ url: options.url, max: options.concurrency + SPARE_CONNECTIONS, log });
    const running = run({
      pgPool: connections.pool,
      concurrency: options.concurrency,
      taskList: options.taskList,
      parsedCronItems: [],
      noHandleSignals: true,
      pollInterval: POLL_INTERVAL_MS,
      gracefulShutdownAbortTimeout: options.handlersEndWithinMs * 2,
      events,
      logger,
      // Without batches the engine records results by promises that nobody looks at: one lost connection would end the process.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    const runner = await running.catch(async (error: unknown) => {
      await connections.end();
      throw error;
    });
    current = runner;
    const ended = runner.promise
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, 'A job runner ended by itself');
      })
      .then(() => connections.end());
    watch(replaceWhen(Promise.race([givesUp, ended])));
    watch(unlockWhen(ended, () => poolId));
  }

  async function unlockWhen(ended: Promise<void>, poolId: () => string | undefined): Promise<void> {
    await ended;
    const id = poolId();
    if (!stopping.signal.aborted && id !== undefined) await unlock(id);
  }

  async function replaceWhen(over: Promise<void>): Promise<void> {
    await over;
    while (!stopping.signal.aborted) {
      log.warn('A new job runner is started');
      try {
        await begin();
        // It was begun while the stop began, which has not seen it.
        if (stopping.signal.aborted) await current?.stop();
        return;
      } catch (error) {
        log.error({ err: error }, 'The job runner could not be started; trying again');
        await sleep(RESTART_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** Its jobs would stay locked for four hours. They may have been done: every handler can be repeated. */
  async function unlock(poolId: string): Promise<void> {
    const connections = createJobsPool({ url: options.url, max: 1, log });
    try {
      const utils = await makeWorkerUtils({ pgPool: connections.pool, logger });
      await utils.forceUnlockWorkers([poolId]);
      await utils.release();
    } catch (error) {
      log.warn({ err: error }, 'The jobs of an ended runner stay locked; the sweep asks for them again');
    } finally {
      await connections.end();
    }
  }

  function watch(work: Promise<void>): void {
    const watching = work
      .catch((error: unknown) => log.error({ err: error }, 'The job runner could not be looked after'))
      .finally(() => watched.delete(watching));
    watched.add(watching);
  }

  await begin();
  return {
    stop: async () => {
      stopping.abort();
      // It rejects when it had given up by itself; then it is among the watched ones, and they are waited for.
      await current?.stop().catch(() => undefined);
      await Promise.all(watched);
    },
  };
}
