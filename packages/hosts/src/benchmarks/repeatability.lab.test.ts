import { availableParallelism, loadavg } from 'node:os';
import type { BenchmarkKind, BenchmarkResult } from '@rsm/domain/benchmarks/benchmark';
import type { Lab } from '@rsm/lab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anyMachine } from '../test-support/any-machine.ts';
import { anyWork, enrol, openLab } from '../test-support/lab-machine.ts';
import { createBenchmarkRunner, type BenchmarkSettings } from './benchmark-runner.ts';
import { CPU_BENCHMARK_SETTINGS } from './cpu-benchmark.ts';
import { scoreOf } from './measurement.ts';
import { MEMORY_BENCHMARK_SETTINGS } from './memory-benchmark.ts';
import { MEMORY_REFERENCE } from './reference-machine.ts';

const RUNS = 10;
/** How far apart the lowest and the highest of them may be, in percent of their median. */
const SPREAD_PERCENT_MAX = 10;
const LIMIT_MS = 30 * 60_000;

/** As they are run on machines. Runs of a second instead of five would make `cpu` a matter of chance: one bad second of three is a third of a run. */
const settings = { cpu: CPU_BENCHMARK_SETTINGS, memory: MEMORY_BENCHMARK_SETTINGS };
/** How memory was measured before: the median of three long runs. */
const METHOD_1 = { rounds: 3, roundsMin: 3, secondsMax: 120, mibPerThread: 16_384, secondsPerRunMax: 1 };

/** Before the first run, because a run is load too. */
const [loadBefore = 0] = loadavg();

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.stop());

/**
 * A property of an idle machine. What else runs on the processors of this one goes into the spread, so it is asked for in the deep
 * run alone, where nothing else runs (start this file by itself), and a failure prints the scores.
 */
const options = { tags: 'deep', timeout: LIMIT_MS };

it(`cpu: ten runs on an idle host lie within ${SPREAD_PERCENT_MAX} %`, options, async (context) => {
  skipWhereBusy(context);
  const machine = await enrol(await lab.startHost({ flavour: 'debian' }));
  const scores: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    scores.push((await measure(machine, 'cpu', settings)).score);
  }
  machine.pool.close();
  expect(spreadOf('cpu', scores), scores.join(', ')).toBeLessThanOrEqual(SPREAD_PERCENT_MAX);
});

/** With RSM_REPEAT_BUSY=1 it runs on a busy machine too, and asks only that today's method moves less than the one before. */
it(`memory: ten runs on an idle host lie within ${SPREAD_PERCENT_MAX} %`, options, async (context) => {
  const isBusy = process.env['RSM_REPEAT_BUSY'] === '1';
  if (!isBusy) skipWhereBusy(context);
  const machine = await enrol(await lab.startHost({ flavour: 'debian' }));
  const scores: number[] = [];
  const before: number[] = [];
  // In turn, so that both meet the same neighbours.
  for (let run = 0; run < RUNS; run += 1) {
    scores.push((await measure(machine, 'memory', settings)).score);
    before.push(scoreOf((await measure(machine, 'memory', { memory: METHOD_1 })).measurements, MEMORY_REFERENCE));
  }
  machine.pool.close();
  const [today, method1] = [spreadOf('memory', scores), spreadOf('memory, method 1', before)];
  expect(today, scores.join(', ')).toBeLessThanOrEqual(isBusy ? method1 : SPREAD_PERCENT_MAX);
});

async function measure(
  { pool, target }: Awaited<ReturnType<typeof enrol>>,
  kind: BenchmarkKind,
  kindSettings: Partial<BenchmarkSettings>,
): Promise<BenchmarkResult> {
  const runner = createBenchmarkRunner({ pool, settings: kindSettings });
  const work = { ...anyWork(`benchmark:repeat-${kind}`), onProgress: () => undefined };
  return (await runner.run(target, anyMachine().machine, kind, work)).result;
}

/** Highest minus lowest in percent of the median; how far the furthest is from the median is printed beside it. */
function spreadOf(name: string, scores: readonly number[]): number {
  const sorted = scores.toSorted((a, b) => a - b);
  const [lowest = 0, below = 0, above = 0, highest = 0] = [
    sorted[0],
    sorted[RUNS / 2 - 1],
    sorted[RUNS / 2],
    sorted.at(-1),
  ];
  const median = (below + above) / 2;
  const percent = (difference: number): number => (100 * difference) / median;
  const furthest = percent(Math.max(highest - median, median - lowest));
  const spread = percent(highest - lowest);
  process.stderr.write(
    `${name}: ${scores.join(', ')}; ${furthest.toFixed(1)} % from the median, spread ${spread.toFixed(1)} %\n`,
  );
  return spread;
}

/** A host of the lab has the processors of this machine: it is as idle as this one is. */
function skipWhereBusy(context: { skip: (reason: string) => void }): void {
  const idleBelow = availableParallelism() / 2;
  if (loadBefore < idleBelow) return;
  context.skip(`this machine is not idle: a load of ${loadBefore.toFixed(1)}, not below ${idleBelow}`);
}
