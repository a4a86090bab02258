import type { TestProject } from 'vitest/node';

import { startTestPostgres } from './test-postgres.ts';

/** Vitest's global setup: one Postgres for the whole run. Returns what ends it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...access } = await startTestPostgres();
  project.provide('rsmTestPostgres', access);
  return stop;
}
