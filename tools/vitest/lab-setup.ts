import type { TestProject } from 'vitest/node';
import { prepareLab } from '@rsm/lab';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there are no lab hosts in this run; empty when there are. */
    labMissing: string;
  }
}

/**
 * Makes the machine ready for lab hosts before the first lab test, outside any test's time limit. Where that cannot be, lab tests
 * are skipped with the reason, but with `CI=true` it is a failure: a green run there means that real hosts were used.
 */
export async function setup(project: TestProject): Promise<void> {
  const prepared = await prepareLab({ log: (line) => console.log(line) });
  if (!prepared.available && process.env['CI'] === 'true') throw new Error(`CI=true and no lab: ${prepared.reason}`);
  project.provide('labMissing', prepared.available ? '' : prepared.reason);
}
