import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import { commandThatRuns, type TestBreadth } from './test-breadth.ts';

interface Options {
  /** How many tests to list. */
  readonly count: number;
  /** The seed of this run's random tests. */
  readonly seed: number;
  readonly breadth: TestBreadth;
}

/**
 * Ends each run with what the next reader needs: the slowest tests, every test that was skipped with its reason (a run that
 * skipped is not the same as a run that passed), and the seed with which the random ones can be replayed.
 */
export class SlowestReporter implements Reporter {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  onTestRunEnd(modules: readonly TestModule[], _errors: readonly SerializedError[]): void {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const lines = [...slowest(cases, this.#options.count), ...skipped(cases, this.#options.breadth)];
    lines.push(
      `Seed ${this.#options.seed}, ${this.#options.breadth.isDeep ? 'full counts' : 'sample counts'}. Replay: RSM_TEST_SEED=${this.#options.seed}`,
    );
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }
}

function slowest(cases: readonly TestCase[], count: number): string[] {
  const timed = cases
    .filter((test) => test.result().state !== 'skipped')
    .map((test) => ({ test, durationMs: test.diagnostic()?.duration ?? 0 }))
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, count);
  if (timed.length === 0) return [];
  return [
    `Slowest ${timed.length} tests`,
    ...timed.map(({ test, durationMs }) => `${Math.round(durationMs).toString().padStart(8)} ms  ${name(test)}`),
  ];
}

function skipped(cases: readonly TestCase[], breadth: TestBreadth): string[] {
  const reasons = new Map<string, number>();
  for (const test of cases) {
    const result = test.result();
    if (result.state !== 'skipped') continue;
    const reason = result.note ?? reasonOf(test.tags, breadth);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [...reasons].map(([reason, count]) => `Skipped ${count}: ${reason}`);
}

function reasonOf(tags: readonly string[], breadth: TestBreadth): string {
  const command = commandThatRuns(tags, breadth);
  return command === undefined ? 'no reason given' : `${command} runs it`;
}

function name(test: TestCase): string {
  const [, kind = 'unit'] = /\.(integration|lab|e2e)\.test\.tsx?$/.exec(test.module.relativeModuleId) ?? [];
  return `[${kind}] ${test.module.relativeModuleId} > ${test.fullName}`;
}
