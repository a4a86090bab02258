import type { UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import type { Knex } from 'knex';
import { afterAll, beforeAll } from 'vitest';

import { createKnex } from '../connection/create-knex.ts';
import { createUnitOfWork, type UnitOfWorkOptions } from '../unit-of-work/pg-unit-of-work.ts';
import { TestClock } from './market.ts';
import { useTestDatabase, type TestDatabase } from './test-database.ts';

/** Hundreds of units of work at once wait their turn, as long as a machine needs that is busy with other tests. */
const ACQUIRE_TIMEOUT_MS = 60_000;

/** A unit of work on a fresh database of its own, with a clock that the test sets. */
export type UnitOfWorkFixture = {
  readonly uow: UnitOfWork;
  readonly clock: TestClock;
  /** The application's pool. */
  readonly knex: Knex;
  /** The owner's pool, for looking behind and for sabotage. */
  readonly owner: Knex;
  readonly database: TestDatabase;
};

/**
 * Registers the hooks; call the result inside a test or a hook to get the fixture. Hot statements are prepared by name
 * unless the options say otherwise.
 */
export function useUnitOfWork(
  options: Partial<Omit<UnitOfWorkOptions, 'knex' | 'clock'>> & { readonly poolMax?: number } = {},
): () => UnitOfWorkFixture {
  const database = useTestDatabase();
  let fixture: UnitOfWorkFixture | undefined;
  beforeAll(() => {
    const { poolMax = 20, ...rest } = options;
    const clock = new TestClock();
    const knex = createKnex({ url: database().url, poolMax, acquireTimeoutMs: ACQUIRE_TIMEOUT_MS });
    const owner = createKnex({ url: database().ownerUrl });
    const { uow } = createUnitOfWork({ knex, clock, prepared: true, ...rest });
    fixture = { uow, clock, knex, owner, database: database() };
  });
  afterAll(async () => {
    await fixture?.knex.destroy();
    await fixture?.owner.destroy();
  });
  return () => {
    if (!fixture) throw new Error('The unit of work exists only while tests run: ask for it inside a test or a hook.');
    return fixture;
  };
}
