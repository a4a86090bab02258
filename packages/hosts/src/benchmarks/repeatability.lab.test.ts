import { availableParallelism, loadavg } from 'node:os';
import type { Lab } from '@rsm/lab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anyMachine } from '../test-support/any-machine.ts';
import { anyWork, enrol, openLab } from '../test-support/lab-machine.ts';
import { createBenchmarkRunner } from './benchmark-runner.ts';
import { CPU_BENCHMARK_SETTINGS } from './cpu-benchmark.ts';
import { MEMORY_BENCHMARK_SETTINGS } from './memory-benchmark.ts';

const RUNS = 10;
const SPREAD_PERCENT_MAX = 10;
const LIMIT_MS = 15 * 60_000;

/** As they are run on machines, but for their length: ten times five seconds for each figure would take a quarter of an hour. */
const settings = {
  cpu: { ...CPU_BENCHMARK_SETTINGS, secondsPerRun: 1 },
  memory: { ...MEMORY_BENCHMARK_SETTINGS, secondsPerRunMax: 1 },
};

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
for (const kind of ['cpu', 'memory'] as const) {
  it(
    `${kind}: ten runs on an idle host lie within ${SPREAD_PERCENT_MAX} %`,
    { tags: 'deep', timeout: LIMIT_MS },
    async (context) => {
      skipWhereBusy(context);
      const host = await lab.startHost({ flavour: 'debian' });
      const machine = await enrol(host);
      const runner = createBenchmarkRunner({ pool: machine.pool, settings });
      const scores: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const work = { ...anyWork(`benchmark:repeat-${kind}`), onProgress: () => undefined };
        scores.push((await runner.run(machine.target, anyMachine().machine, kind, work)).result.score);
      }
      machine.pool.close();
      const sorted = scores.toSorted((a, b) => a - b);
      const [lowest = 0, median = 0, highest = 0] = [sorted[0], sorted[RUNS / 2], sorted.at(-1)];
      const spreadPercent = (100 * (highest - lowest)) / median;
      process.stderr.write(`${kind}: ${scores.join(', ')}; spread ${spreadPercent.toFixed(1)} %\n`);
      expect(spreadPercent, scores.join(', ')).toBeLessThanOrEqual(SPREAD_PERCENT_MAX);
    },
  );
}

/** A host of the lab has the processors of this machine: it is as idle as this one is. */
function skipWhereBusy(context: { skip: (reason: string) => void }): void {
  const idleBelow = availableParallelism() / 2;
  if (loadBefore < idleBelow) return;
  context.skip(`this machine is not idle: a load of ${loadBefore.toFixed(1)}, not below ${idleBelow}`);
}
