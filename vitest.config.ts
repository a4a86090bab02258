import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { MixingSequencer } from './tools/vitest/mixing-sequencer.ts';
import { SlowestReporter } from './tools/vitest/slowest-reporter.ts';
import { temporaryFolder } from './tools/vitest/temporary-folder.ts';
import { breadthOf, breadthTags } from './tools/vitest/test-breadth.ts';

/**
 * One root run, five projects, three of them together in `npm test`. All share one queue: what computes fills the time in which
 * what waits for hosts, processes and deadlines would leave a processor idle. Unit tests come first in it, so that a broken rule
 * is seen in seconds.
 *
 * A file's name says where it belongs: `*.test.ts` needs nothing but Node, `*.integration.test.ts` a real Postgres,
 * `*.lab.test.ts` real hosts (Linux and root), `*.e2e.test.ts` the whole product.
 */

const BREADTH = breadthOf(process.env);
const DEEP = BREADTH.isDeep;

/** A failure prints this seed; `RSM_TEST_SEED=<seed> npx vitest run <file>` replays it. */
const SEED = Number(process.env['RSM_TEST_SEED'] ?? randomInt(2 ** 31 - 1));
if (!Number.isSafeInteger(SEED)) {
  throw new Error(`RSM_TEST_SEED must be an integer, but it is "${process.env['RSM_TEST_SEED'] ?? ''}"`);
}

/** Global setups run in this process, tests and what they start inherit it. */
process.env['TMPDIR'] = temporaryFolder();
/** Some thirty processes of the product are started by tests; most of what each does is to compile the same files. */
process.env['NODE_COMPILE_CACHE'] ??= resolve('.cache/compiled');

/** Where the machine-readable result goes; `.ci/run` counts from it. */
const REPORT_FILE = process.env['RSM_TEST_REPORT'] ?? '.cache/tests.json';

const NOT_TESTS = ['**/node_modules/**', '**/.cache/**', '**/.data/**', '**/dist/**', 'tools/boundaries/fixtures/**'];
const SPECIAL = ['**/*.integration.test.ts', '**/*.lab.test.ts', '**/*.e2e.test.ts'];
/** These replace modules (`vi.mock`), and have a process each. */
const ALONE = '{apps,packages,tools,bench}/**/*.alone.test.{ts,tsx}';

const seconds = (count: number): number => count * 1000 * (DEEP ? 20 : 1);

/**
 * Vitest would leave one processor for itself, which is half of a small build server; and many files wait for hosts and processes and need
 * no processor then.
 */
const WORKERS = Math.min(availableParallelism(), 8) + 2;

/**
 * `npm test` runs the three kinds that start real parts as one project. A process is handed on within a project only, and each
 * new one loads the whole product first: in three projects side by side that was a hundred seconds of processor.
 */
const TOGETHER = process.env['RSM_TEST_TOGETHER'] === '1';

/** Tests that need Postgres share the one that the db package starts. */
const databaseSetup = existsSync('packages/db/src/testing/global-setup.ts') ? ['tools/vitest/database-setup.ts'] : [];

const integration: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'integration',
    include: ['{apps,packages,tools,bench}/**/*.integration.test.ts'],
    globalSetup: databaseSetup,
    // As with unit tests: each of these files loads the whole product. MixingSequencer deals them out so that they can share it.
    isolate: false,
    // A limit against hanging, no measure of speed: real hosts and processes share the processor with these tests.
    testTimeout: seconds(90),
    hookTimeout: seconds(120),
  },
};

const lab: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'lab',
    include: ['{apps,packages,tools,bench}/**/*.lab.test.ts'],
    globalSetup: [...databaseSetup, 'tools/vitest/lab-setup.ts'],
    setupFiles: ['tools/vitest/lab-skip.ts'],
    isolate: false,
    testTimeout: seconds(120),
    hookTimeout: seconds(300),
  },
};

const e2e: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'e2e',
    isolate: false,
    // The first PDF of a process loads its library, and real hosts and processes share the processor.
    expect: { poll: { timeout: seconds(20) } },
    include: ['{apps,packages,tools,bench}/**/*.e2e.test.ts'],
    globalSetup: [...databaseSetup, 'tools/vitest/lab-setup.ts', 'apps/desktop/testing/host/browser-setup.ts'],
    testTimeout: seconds(180),
    hookTimeout: seconds(300),
  },
};

const system: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    ...e2e.test,
    name: 'system',
    include: ['{apps,packages,tools,bench}/**/*.{integration,lab,e2e}.test.ts'],
    setupFiles: ['tools/vitest/lab-skip.ts'],
  },
};

export default defineConfig({
  test: {
    pool: 'forks',
    // Projects that share a queue need the same number.
    maxWorkers: WORKERS,
    exclude: NOT_TESTS,
    setupFiles: ['tools/vitest/property-setup.ts'],
    env: { RSM_TEST_SEED: String(SEED), RSM_TEST_DEPTH: DEEP ? 'deep' : 'sample' },
    // Workspace packages are TypeScript reached through symlinks in node_modules: Vite has to transform them, Node will not.
    server: { deps: { inline: [/^@rsm\//] } },
    sequence: { sequencer: MixingSequencer },
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    passWithNoTests: true,
    // Vitest's own limit of a second is a measure of speed.
    expect: { poll: { timeout: seconds(8) } },
    tags: breadthTags(BREADTH),
    reporters: [
      'default',
      ['json', { outputFile: REPORT_FILE }],
      new SlowestReporter({ count: 10, seed: SEED, breadth: BREADTH }),
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{apps,packages,tools,bench}/**/*.test.{ts,tsx}'],
          exclude: [...NOT_TESTS, ...SPECIAL, ALONE],
          // Files share a process and what it has loaded. To start one for each and to load it all again took half of the time.
          isolate: false,
          // Against hanging: one of ten seconds was met by a hundred seals on a machine that built two lab hosts beside them.
          testTimeout: seconds(60),
          hookTimeout: seconds(60),
        },
      },
      {
        extends: true,
        test: {
          name: 'unit-alone',
          include: [ALONE],
          exclude: [...NOT_TESTS, ...SPECIAL],
          testTimeout: seconds(60),
          hookTimeout: seconds(60),
        },
      },
      ...(TOGETHER ? [system] : [integration, lab, e2e]),
    ],
  },
});
