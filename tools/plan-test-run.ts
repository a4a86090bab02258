/** What `npm test` does with its arguments and the environment it was called in. */
export interface TestRun {
  /** All checks come first, unless only some tests were asked for. */
  readonly hasChecks: boolean;
  readonly vitestArgs: readonly string[];
  /** What vitest.config.ts is told. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * `--deep` asks for the full counts; every other argument goes to Vitest and is taken to mean "only these tests, no checks". Without any,
 * somebody waits for the run, and what takes long (tag `ci`) is left to CI (docs/adr/0020-tests-that-wait-for-ci.md).
 */
export function planTestRun(args: readonly string[], env: Readonly<Record<string, string | undefined>>): TestRun {
  const isDeep = args.includes('--deep');
  const vitestArgs = args.filter((arg) => arg !== '--deep');
  const isWhole = vitestArgs.length === 0;
  const isQuick = isWhole && !isDeep && env['CI'] !== 'true';
  return {
    hasChecks: isWhole,
    vitestArgs,
    environment: {
      ...(isDeep ? { RSM_TEST_DEPTH: 'deep' } : {}),
      // Whoever names tests may name one of the projects too.
      ...(isWhole ? { RSM_TEST_TOGETHER: '1' } : {}),
      ...(isQuick ? { RSM_TEST_QUICK: '1' } : {}),
    },
  };
}
