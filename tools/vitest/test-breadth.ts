/** How much of the tests a run does: what a person waits for, what CI lets land, or everything with full counts. */
export interface TestBreadth {
  readonly isDeep: boolean;
  readonly isQuick: boolean;
}

/** A tag that vitest.config.ts knows: `test('…', { tags: 'deep' }, …)`, or `@module-tag` for a whole file. */
interface BreadthTag {
  readonly name: string;
  readonly description: string;
  /** Whether this run leaves out what carries it. */
  readonly skip: boolean;
}

/** Reads what `npm test` (tools/plan-test-run.ts) or a person set. Full counts leave nothing out, whatever else is asked for. */
export function breadthOf(env: Readonly<Record<string, string | undefined>>): TestBreadth {
  const isDeep = env['RSM_TEST_DEPTH'] === 'deep';
  return { isDeep, isQuick: env['RSM_TEST_QUICK'] === '1' && !isDeep };
}

/**
 * `deep`: one more case of what the sample already shows once, and too slow to show it twice.
 * `ci`, often for a whole file: long stories and whole rooms that a person's `npm test` leaves to CI.
 */
export function breadthTags({ isDeep, isQuick }: TestBreadth): BreadthTag[] {
  return [
    { name: 'deep', description: 'runs with RSM_TEST_DEPTH=deep only', skip: !isDeep },
    { name: 'ci', description: 'runs with CI=true, and when its file is named', skip: isQuick },
  ];
}

/** The command that runs a test which a run of this breadth left out for its tags; none where it was left out for something else. */
export function commandThatRuns(tags: readonly string[], breadth: TestBreadth): string | undefined {
  if (tags.includes('deep') && !breadth.isDeep) return 'npm run test:deep';
  return tags.includes('ci') && breadth.isQuick ? 'CI=true npm test' : undefined;
}
