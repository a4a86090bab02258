/** The parts of turbo's run summary that say how a check ended. */
export interface TurboSummary {
  readonly tasks: readonly {
    readonly taskId: string;
    readonly execution?: { readonly exitCode?: number | null } | null;
  }[];
}

/** The parts of Vitest's JSON report that say how a test ended. */
export interface TestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** What the tour writes: each step, in order, and whether it did what it shows. */
export interface TourReport {
  readonly steps: readonly { readonly name: string; readonly ok: boolean }[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function countChecks(summary: TurboSummary | undefined): Counts {
  if (summary === undefined || summary.tasks.length === 0) return { passed: 0, failed: 1, skipped: 0 };
  // A task without an execution was cancelled. One that came from the cache has exit code 0, like one that ran.
  const passed = summary.tasks.filter((task) => task.execution?.exitCode === 0).length;
  return { passed, failed: summary.tasks.length - passed, skipped: 0 };
}

/** A file that could not even be loaded has no tests and is one failure. */
export function countTests(report: TestReport | undefined): Counts {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const statuses = report.testResults.flatMap((file) => file.assertionResults.map((test) => test.status));
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const passed = statuses.filter((status) => status === 'passed').length;
  const failed = statuses.filter((status) => status === 'failed').length;
  return { passed, failed: failed + brokenFiles.length, skipped: statuses.length - passed - failed };
}

export function countTour(report: TourReport | undefined): Counts {
  if (report === undefined || report.steps.length === 0) return { passed: 0, failed: 1, skipped: 0 };
  const passed = report.steps.filter((step) => step.ok).length;
  return { passed, failed: report.steps.length - passed, skipped: 0 };
}

/** A command that failed while all its reports look fine (an unhandled error, a crash at the end) is a failure too. */
export function withExitCode(counts: Counts, exitCode: number): Counts {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function sum(...all: readonly Counts[]): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of all) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}
