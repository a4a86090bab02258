import type { TestProject } from 'vitest/node';

/**
 * Several projects need Postgres, and one is enough: the first project that asks starts the one of the db package, and what
 * it provides is provided to all. The flag lives on `globalThis` because Vitest loads this file once per project.
 */
const STARTED = Symbol.for('rsm.tests.database');
const DATABASE_SETUP = '../../packages/db/src/testing/global-setup.ts';

type Setup = (project: TestProject) => unknown;

/** What a Vitest global setup file may export. */
interface SetupModule {
  readonly default?: Setup;
  readonly setup?: Setup;
  readonly teardown?: () => unknown;
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (Reflect.has(globalThis, STARTED)) return undefined;
  Reflect.set(globalThis, STARTED, true);
  const module = (await import(DATABASE_SETUP)) as SetupModule;
  const start = module.default ?? module.setup;
  if (start === undefined) throw new Error(`${DATABASE_SETUP} exports neither a default function nor "setup"`);
  const stop = await start(project.vitest.getRootProject());
  return async () => {
    if (typeof stop === 'function') await (stop as () => unknown)();
    await module.teardown?.();
  };
}
