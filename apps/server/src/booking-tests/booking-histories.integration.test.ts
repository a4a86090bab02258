import { createTestDatabase } from '@rsm/db/testing';
import { DAY_MS, plusMs } from '@rsm/domain/common/instant';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { historyCommand } from '../testing/history-commands.ts';
import { HistoryWorld } from '../testing/history-world.ts';
import { createTestProduct, type TestProduct } from '../testing/test-product.ts';

/**
 * Random histories over the real product: people who book, extend, end and cancel, providers who block and give back, machines
 * that fail in every way, workers that die, and time. `RSM_TEST_SEED` replays a run; a failure prints its shortest history.
 */
const isDeep = process.env['RSM_TEST_DEPTH'] === 'deep';
const OPERATIONS = isDeep ? 100_000 : 100;
const HISTORY_LENGTH_MIN = 60;
const HISTORY_LENGTH_MAX = 140;
const BATCH = 5;
/** The checks read whole tables, so a database is left behind before it grows large. */
const OPERATIONS_PER_DATABASE = 1_000;
const HISTORY_LENGTH_MEAN = (HISTORY_LENGTH_MIN + HISTORY_LENGTH_MAX) / 2;

let current: { readonly product: TestProduct; readonly close: () => Promise<void>; operations: number } | undefined;

async function productWithRoom(): Promise<TestProduct> {
  if (current !== undefined && current.operations < OPERATIONS_PER_DATABASE) return current.product;
  await current?.close();
  const database = await createTestDatabase();
  const product = await createTestProduct({ database });
  const close = async () => {
    await product.close();
    await database.drop();
  };
  current = { product, close, operations: 0 };
  return product;
}

afterAll(async () => current?.close());

describe('random histories', () => {
  const done = { operations: 0, bookings: 0 };

  it(
    `of ${String(OPERATIONS)} operations in all never break what must always be true, and always come to an end`,
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(historyCommand, { minLength: HISTORY_LENGTH_MIN, maxLength: HISTORY_LENGTH_MAX, size: 'max' }),
          async (commands) => {
            const product = await productWithRoom();
            product.jobs.failures.length = 0;
            const world = await HistoryWorld.open(product);
            // Chance alone can break both machines before anybody has booked, and such a history would prove nothing.
            await world.run({ kind: 'book', renter: 0, machine: 0, inMinutes: 60, minutes: 60 });
            expect(world.bookings).toBe(1);
            for (const [index, command] of commands.entries()) {
              await world.run(command);
              done.operations += 1;
              if (current !== undefined) current.operations += 1;
              if (index % BATCH === BATCH - 1) expect(await world.violations()).toEqual([]);
            }
            expect(await world.violations()).toEqual([]);
            expect(await world.finish()).toEqual([]);
            expect(await world.violations()).toEqual([]);
            done.bookings += world.bookings;
          },
        ),
        { numRuns: Math.ceil(OPERATIONS / HISTORY_LENGTH_MEAN), endOnFailure: !isDeep },
      );
      console.log(`${String(done.operations)} operations, ${String(done.bookings)} bookings.`);
      // How many are booked is known of many histories only: a single short one may well be all trouble.
      if (isDeep) expect(done.bookings).toBeGreaterThan(done.operations / 20);
    },
    isDeep ? 14_400_000 : 120_000,
  );

  it('go red when the judge of overlaps is taken away', async () => {
    const database = await createTestDatabase();
    const product = await createTestProduct({ database });
    try {
      await product.sql.query('ALTER TABLE occupancies DROP CONSTRAINT occupancies_no_overlap');
      const world = await HistoryWorld.open(product);
      const book = { kind: 'book', machine: 0, inMinutes: 60, minutes: 60 } as const;
      await world.run({ ...book, renter: 0 });
      expect(await world.violations()).toEqual([]);
      await world.run({ ...book, renter: 2 });
      expect(await world.violations()).toEqual([expect.stringContaining('no two live occupancies of a unit overlap')]);
    } finally {
      await product.close();
      await database.drop();
    }
  });

  it('go red when an account outlives its booking', async () => {
    const database = await createTestDatabase();
    const product = await createTestProduct({ database });
    try {
      const world = await HistoryWorld.open(product);
      await world.run({ kind: 'book', renter: 0, machine: 0, inMinutes: null, minutes: 30 });
      await world.run({ kind: 'pass', minutes: 10, stepMinutes: 1 });
      expect(await world.violations()).toEqual([]);
      for (const machine of product.machines.all()) {
        for (const account of machine.accounts.values()) account.deadlineAt = plusMs(product.clock.now(), DAY_MS);
        machine.isUnreachable = true;
      }
      await world.run({ kind: 'pass', minutes: 30, stepMinutes: 1 });
      expect(await world.violations()).toEqual([expect.stringContaining('can log in outside its booking')]);
    } finally {
      await product.close();
      await database.drop();
    }
  });
});
