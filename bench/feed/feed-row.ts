import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommitNotifier, createKnex, createUnitOfWork } from '@rsm/db';
import { userIdSchema, type UserId } from '@rsm/domain/common/ids';
import { systemClock } from '@rsm/server/bench';
import { v7 } from 'uuid';
import { besideOf, type Figure, type Row } from '../frame/row.ts';
import { quantileOf, spreadOf } from '../frame/spread.ts';
import { startChild, type Child } from '../process/child.ts';
import { withScratchPostgres, type ScratchPostgres } from '../process/scratch-postgres.ts';
import { Listeners } from './listeners.ts';

/** quality.md */
const MEMORY_RATIO_MAX = 2;
const LATENCY_P99_MS_MAX = 50;
const LISTENERS_MIN = 10_000;
const EVENTS_PER_SECOND = 2_000;

/** Events of one commit, each of another person: as many as a busy minute of the product has, so that commits are not the limit. */
const EVENTS_PER_COMMIT = 10;
const WINDOWS_PER_PERSON = 2;
/** Commits under way. A machine that can't write at the wanted rate writes slower, which the table says, instead of piling them up. */
const COMMITS_AT_ONCE_MAX = 32;
const WARM_LISTENERS = 50;
/** What is still on its way when the last event was written. */
const ARRIVAL_MS = 1_500;

interface Sizes {
  readonly listeners: number;
  readonly memoryRounds: number;
  readonly people: number;
  readonly rounds: number;
  readonly roundMs: number;
}
const FULL: Sizes = { listeners: LISTENERS_MIN, memoryRounds: 2, people: 1_000, rounds: 3, roundMs: 5_000 };
const QUICK: Sizes = { listeners: 60, memoryRounds: 1, people: 20, rounds: 1, roundMs: 300 };

type Start = () => Promise<Child>;
const peopleOf = (count: number): readonly UserId[] => Array.from({ length: count }, () => userIdSchema.parse(v7()));

/** Memory of a listener, and how long an event takes from its commit to its windows, beside bare Server-Sent Events. */
export const feedRow: Row = {
  name: 'feed',
  title: 'The live feed against bare Server-Sent Events of node:http',
  run: async ({ quick, say }) => withScratchPostgres(async (postgres) => measure(postgres, quick ? QUICK : FULL, say)),
};

async function measure(
  postgres: ScratchPostgres,
  sizes: Sizes,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const product: Start = async () => startChild(join(import.meta.dirname, 'feed-server.ts'), [postgres.url]);
  const bare: Start = async () => startChild(join(import.meta.dirname, 'bare-server.ts'), []);

  const memory: { readonly product: number; readonly beside: number }[] = [];
  for (let round = 0; round < sizes.memoryRounds; round += 1) {
    memory.push({ product: await memoryKb(product, sizes.listeners), beside: await memoryKb(bare, sizes.listeners) });
    say(`memory: ${JSON.stringify(memory.at(-1))}`);
  }
  const held = besideOf(memory);

  const latencies: { readonly product: Delivery; readonly beside: Delivery }[] = [];
  for (let round = 0; round < sizes.rounds; round += 1) {
    latencies.push({
      product: await withWriter(postgres, async (commit) => deliver(product, sizes, () => commit)),
      beside: await deliver(bare, sizes, (child) => async (events) => {
        child.send(events);
        return Promise.resolve();
      }),
    });
    say(`delivery: ${JSON.stringify(latencies.at(-1))}`);
  }
  const quantile = (which: keyof Delivery) =>
    besideOf(latencies.map(({ beside, product }) => ({ product: product[which], beside: beside[which] })));
  const [p50, p99, effort] = [quantile('p50Ms'), quantile('p99Ms'), quantile('cpuMicros')];
  const windows = `${String(sizes.people * WINDOWS_PER_PERSON)} windows`;
  return [
    {
      what: `memory per listener, ${String(sizes.listeners)} listeners of as many people`,
      unit: 'KB',
      measured: spreadOf(held.product),
      beside: { what: 'bare SSE', measured: spreadOf(held.beside) },
      ratio: spreadOf(held.ratio),
      goals: [{ atMost: MEMORY_RATIO_MAX, of: 'ratio' }],
    },
    {
      what: `events written, ${windows}`,
      unit: '/s',
      measured: spreadOf(latencies.map(({ product: { perSecond } }) => perSecond)),
      goals: [{ atLeast: EVENTS_PER_SECOND * 0.98, of: 'figure' }],
    },
    {
      what: `commit to window, p50, ${windows}`,
      unit: 'ms',
      measured: spreadOf(p50.product),
      beside: { what: 'bare SSE without a database', measured: spreadOf(p50.beside) },
      ratio: spreadOf(p50.ratio),
      goals: [],
    },
    {
      what: `commit to window, p99, ${windows}`,
      unit: 'ms',
      measured: spreadOf(p99.product),
      beside: { what: 'bare SSE without a database', measured: spreadOf(p99.beside) },
      ratio: spreadOf(p99.ratio),
      goals: [{ atMost: LATENCY_P99_MS_MAX, of: 'figure' }],
    },
    {
      what: `processor time of the server per event and window, ${windows}`,
      unit: 'µs',
      measured: spreadOf(effort.product),
      beside: { what: 'bare SSE without a database', measured: spreadOf(effort.beside) },
      ratio: spreadOf(effort.ratio),
      goals: [],
    },
  ];
}

/** Resident memory that each further listener takes. */
async function memoryKb(start: Start, listeners: number): Promise<number> {
  const child = await start();
  const clients = new Listeners(() => undefined);
  try {
    await clients.open(child.port, peopleOf(WARM_LISTENERS));
    const before = await child.memory();
    await clients.open(child.port, peopleOf(listeners));
    const after = await child.memory();
    return (after.rss - before.rss) / listeners / 1_024;
  } finally {
    clients.close();
    await child.stop();
  }
}

interface Delivery {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMicros: number;
  readonly perSecond: number;
}
type Told = readonly { readonly to: UserId; readonly text: string }[];

/**
 * Tells events at the wanted rate. Their texts are their numbers; an age counts from when the commit has returned to the writer,
 * and is nothing when the event was faster than that.
 */
async function deliver(
  start: Start,
  { people: count, roundMs }: Sizes,
  tellerOf: (child: Child) => (events: Told) => Promise<void>,
): Promise<Delivery> {
  const child = await start();
  const toldAt: number[] = [];
  const arrivals: { readonly number: number; readonly at: number }[] = [];
  const clients = new Listeners((text) => arrivals.push({ number: Number(text), at: performance.now() }));
  try {
    const people = peopleOf(count);
    await clients.open(child.port, Array.from({ length: WINDOWS_PER_PERSON }, () => people).flat());
    const tell = tellerOf(child);
    const underWay = new Set<Told>();
    const noteTold = async (events: Told): Promise<void> => {
      underWay.add(events);
      await tell(events);
      underWay.delete(events);
      for (const { text } of events) toldAt[Number(text)] = performance.now();
    };
    const { cpuMs: cpuBeforeMs } = await child.memory();
    const begin = performance.now();
    const telling: Promise<void>[] = [];
    let told = 0;
    while (performance.now() - begin < roundMs) {
      const due = ((performance.now() - begin) * EVENTS_PER_SECOND) / 1_000;
      for (; told < due && underWay.size < COMMITS_AT_ONCE_MAX; told += EVENTS_PER_COMMIT) {
        const first = told;
        const events = Array.from({ length: EVENTS_PER_COMMIT }, (_, index) => ({
          to: people[(first + index) % count] ?? userIdSchema.parse(v7()),
          text: String(first + index),
        }));
        telling.push(noteTold(events));
      }
      await sleep(1);
    }
    await Promise.all(telling);
    const perSecond = (told * 1_000) / (performance.now() - begin);
    for (let waited = 0; arrivals.length < told * WINDOWS_PER_PERSON && waited < ARRIVAL_MS; waited += 50)
      await sleep(50);
    if (arrivals.length !== told * WINDOWS_PER_PERSON) {
      throw new Error(`${String(arrivals.length)} of ${String(told * WINDOWS_PER_PERSON)} events arrived.`);
    }
    const cpuMicros = (((await child.memory()).cpuMs - cpuBeforeMs) * 1_000) / arrivals.length;
    const ages = arrivals.map(({ at, number }) => Math.max(0, at - (toldAt[number] ?? 0)));
    return { p50Ms: quantileOf(ages, 0.5), p99Ms: quantileOf(ages, 0.99), cpuMicros, perSecond };
  } finally {
    clients.close();
    await child.stop();
  }
}

/** Writes events as the product does: in transactions of the unit of work, told by the notifier after their commit. */
async function withWriter<Result>(
  { url }: ScratchPostgres,
  work: (commit: (events: Told) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const knex = createKnex({ url, poolMax: 16, applicationName: 'rsm bench writer' });
  const notifier = new CommitNotifier({ url });
  const { uow } = createUnitOfWork({
    knex,
    clock: systemClock,
    prepared: true,
    onCommitted: (committed) => notifier.notifyAfterCommit(committed),
  });
  try {
    return await work(async (events) =>
      uow.run(async (tx) => {
        for (const { text, to } of events) {
          tx.events.add({ audience: to, kind: 'wallet_changed', subject: 'user', subjectId: to, text });
        }
        return Promise.resolve();
      }),
    );
  } finally {
    await notifier.stop();
    await knex.destroy();
  }
}
