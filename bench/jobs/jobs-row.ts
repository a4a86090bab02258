import { setTimeout as sleep } from 'node:timers/promises';
import { CommitNotifier, PgEventWakeups, createKnex, createUnitOfWork } from '@rsm/db';
import { machineIdSchema } from '@rsm/domain/common/ids';
import { jobPayloadSchemas, type NewJob } from '@rsm/domain/jobs/job';
import { DONE, type Workflow } from '@rsm/domain/workflows/workflow';
import { type Workflows, createGraphileLogger, createLogger, startWorker, systemClock } from '@rsm/server/bench';
import { makeWorkerUtils, run } from 'graphile-worker';
import { v7 } from 'uuid';
import { besideOf, type Figure, type Row } from '../frame/row.ts';
import { quantileOf, spreadOf } from '../frame/spread.ts';
import { withScratchPostgres, type ScratchPostgres } from '../process/scratch-postgres.ts';

/** quality.md: a job's start after its commit. */
const START_P99_MS_MAX = 10;
/** The product's default. */
const CONCURRENCY = 8;
const JOBS_PER_COMMIT = 100;
const LIMIT_MS = 120_000;

interface Sizes {
  readonly rounds: number;
  readonly single: number;
  readonly pauseMs: number;
  readonly many: number;
}
const FULL: Sizes = { rounds: 3, single: 300, pauseMs: 20, many: 3_000 };
const QUICK: Sizes = { rounds: 1, single: 10, pauseMs: 5, many: 100 };

/** How soon a job begins after the commit that asked for it, and how many are done in a second, beside graphile-worker alone. */
export const jobsRow: Row = {
  name: 'jobs',
  title: 'Jobs against graphile-worker fed directly',
  run: async ({ quick, say }) => withScratchPostgres(async (postgres) => measure(postgres, quick ? QUICK : FULL, say)),
};

async function measure(
  { url }: ScratchPostgres,
  sizes: Sizes,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const product = await openProduct(url);
  const engine = await openEngine(url);
  const starts: { readonly p50: number; readonly p99: number }[] = [];
  const rates: { readonly product: number; readonly beside: number }[] = [];
  try {
    // The first jobs of a worker find cold connections.
    await product.startDelays(Math.ceil(sizes.single / 10), sizes.pauseMs);
    for (let round = 0; round < sizes.rounds; round += 1) {
      const delays = await product.startDelays(sizes.single, sizes.pauseMs);
      starts.push({ p50: quantileOf(delays, 0.5), p99: quantileOf(delays, 0.99) });
      rates.push({ product: await product.perSecond(sizes.many), beside: await engine.perSecond(sizes.many) });
      say(`${JSON.stringify(starts.at(-1))} ${JSON.stringify(rates.at(-1))}`);
    }
  } finally {
    await engine.stop();
    await product.stop();
  }
  const rate = besideOf(rates);
  return [
    { what: 'start after commit, p50', unit: 'ms', measured: spreadOf(starts.map(({ p50 }) => p50)), goals: [] },
    {
      what: 'start after commit, p99',
      unit: 'ms',
      measured: spreadOf(starts.map(({ p99 }) => p99)),
      goals: [{ atMost: START_P99_MS_MAX, of: 'figure' }],
    },
    {
      what: `${String(sizes.many)} empty jobs, ${String(CONCURRENCY)} at once`,
      unit: '/s',
      measured: spreadOf(rate.product),
      beside: { what: 'graphile-worker alone', measured: spreadOf(rate.beside) },
      ratio: spreadOf(rate.ratio),
      goals: [],
    },
  ];
}

/** The product's way of a job: a transaction, the notifier, the listener, the mover, the worker, a handler that notes the time. */
async function openProduct(url: string) {
  const begun = new Map<string, number>();
  const nothing: Workflow<unknown> = { run: async () => DONE };
  const noting: Workflows['machine.probe'] = {
    run: async ({ machineId }) => {
      begun.set(machineId, performance.now());
      return Promise.resolve(DONE);
    },
  };
  // Every other job has nothing to do here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names come from the list that the type itself is made of
  const workflows = {
    ...Object.fromEntries(Object.keys(jobPayloadSchemas).map((name) => [name, nothing])),
    'machine.probe': noting,
  } as unknown as Workflows;
  const knex = createKnex({ url, poolMax: 10, applicationName: 'rsm bench jobs' });
  const notifier = new CommitNotifier({ url });
  const wakeups = new PgEventWakeups({ url });
  const { uow } = createUnitOfWork({
    knex,
    clock: systemClock,
    prepared: true,
    onCommitted: (committed) => notifier.notifyAfterCommit(committed),
  });
  await wakeups.start();
  const worker = await startWorker({
    composition: {
      clock: systemClock,
      jobsUrl: url,
      workflows,
      maintain: async () => undefined,
      onJobs: (wake) => wakeups.onJobs(wake),
    },
    log: createLogger({ level: 'silent' }),
    concurrency: CONCURRENCY,
  });
  const jobFor = (id: string): NewJob<'machine.probe'> => ({
    name: 'machine.probe',
    payload: { machineId: machineIdSchema.parse(id) },
    key: `probe:${id}`,
  });
  const ask = async (ids: readonly string[]): Promise<void> =>
    uow.run(async (tx) => {
      for (const id of ids) tx.jobs.add(jobFor(id));
      return Promise.resolve();
    });
  const untilBegun = async (count: number): Promise<void> => {
    const giveUpAt = performance.now() + LIMIT_MS;
    while (begun.size < count) {
      if (performance.now() > giveUpAt) throw new Error(`${String(begun.size)} of ${String(count)} jobs began.`);
      await sleep(2);
    }
  };
  return {
    startDelays: async (count: number, pauseMs: number): Promise<readonly number[]> => {
      begun.clear();
      const committed = new Map<string, number>();
      for (let index = 0; index < count; index += 1) {
        const id = v7();
        await ask([id]);
        committed.set(id, performance.now());
        await sleep(pauseMs * (0.5 + Math.random()));
      }
      await untilBegun(count);
      return [...committed].map(([id, at]) => (begun.get(id) ?? Infinity) - at);
    },
    perSecond: async (count: number): Promise<number> => {
      begun.clear();
      const begin = performance.now();
      for (let done = 0; done < count; done += JOBS_PER_COMMIT) {
        await ask(Array.from({ length: JOBS_PER_COMMIT }, () => v7()));
      }
      await untilBegun(count);
      return (count * 1_000) / (performance.now() - begin);
    },
    stop: async () => {
      await worker.stop();
      await wakeups.stop();
      await notifier.stop();
      await knex.destroy();
    },
  };
}

/** The same engine fed by its own function and asked for nothing else, over a queue of its own. */
async function openEngine(url: string) {
  const seen = { done: 0 };
  const schema = 'bench_worker';
  const logger = createGraphileLogger(createLogger({ level: 'silent' }));
  const preset = { worker: { connectionString: url, schema } };
  const utils = await makeWorkerUtils({ preset, logger });
  const runner = await run({
    preset: { worker: { ...preset.worker, concurrentJobs: CONCURRENCY, pollInterval: 1_000 } },
    logger,
    noHandleSignals: true,
    parsedCronItems: [],
    taskList: {
      nothing: () => {
        seen.done += 1;
      },
    },
  });
  return {
    perSecond: async (count: number): Promise<number> => {
      seen.done = 0;
      const begin = performance.now();
      for (let asked = 0; asked < count; asked += JOBS_PER_COMMIT) {
        await utils.addJobs(
          Array.from({ length: JOBS_PER_COMMIT }, () => ({ identifier: 'nothing', payload: { machineId: v7() } })),
        );
      }
      while (seen.done < count) {
        if (performance.now() - begin > LIMIT_MS)
          throw new Error(`${String(seen.done)} of ${String(count)} jobs were done.`);
        await sleep(2);
      }
      return (count * 1_000) / (performance.now() - begin);
    },
    stop: async () => {
      await runner.stop();
      await utils.release();
    },
  };
}
