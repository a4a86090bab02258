import { prepareLab } from '@rsm/lab';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there are no lab hosts in this run; empty when there are. */
    labMissing: string;
  }
}

/**
 * Makes the machine ready for lab hosts before the first lab test, outside any test's time limit. What a missing lab means is
 * decided in lab-skip.ts.
 */
export async function setup(project: TestProject): Promise<void> {
  const prepared = await prepareLab({ log: (line) => console.log(line) });
  project.provide('labMissing', prepared.available ? '' : prepared.reason);
}
