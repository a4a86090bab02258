// @module-tag ci

import { currencySchema } from '@rsm/domain/common/money';
import type { Knex } from 'knex';
import { expect, test } from 'vitest';

import { auditInvariants } from '../audit/audit-invariants.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';
import { hardwareModels } from './hardware-models.ts';
import { BATCH_LISTINGS, hasUsers, loadMarket } from './load-market.ts';

const fixture = useUnitOfWork();
const LISTINGS = 150;

// First: the others of this file share its database, and this one leaves nothing.
test('a load that is stopped leaves nothing, and takes no rule away', async () => {
  const { clock, database, owner } = fixture();
  const shapeBefore = await shapeOf(owner);
  const stop = new AbortController();
  const load = loadMarket({
    ownerUrl: database.ownerUrl,
    listings: 2 * BATCH_LISTINGS,
    seed: 1,
    nowMs: clock.now(),
    currency: currencySchema.parse('EUR'),
    onProgress: () => stop.abort(new Error('enough')),
    signal: stop.signal,
  });
  await expect(load).rejects.toThrow('enough');
  expect(await hasUsers(database.ownerUrl)).toBe(false);
  expect(await shapeOf(owner)).toEqual(shapeBefore);
});

test('a loaded market holds everything that must always be true, can be searched, and is not loaded twice', async () => {
  const { clock, database, owner, uow } = fixture();
  const options = {
    ownerUrl: database.ownerUrl,
    listings: LISTINGS,
    seed: 1,
    nowMs: clock.now(),
    currency: currencySchema.parse('EUR'),
  };
  const shapeBefore = await shapeOf(owner);
  const loaded = await loadMarket(options);
  expect(loaded).toMatchObject({ listings: LISTINGS });
  expect(loaded.bookings).toBeGreaterThan(LISTINGS / 4);
  const broken = (await auditInvariants({ url: database.ownerUrl })).filter(({ violations }) => violations.length > 0);
  expect(broken).toEqual([]);

  const { listings } = uow.reads;
  const page = await listings.search({}, 'price_ascending', { limit: 100, cursor: null });
  expect(page.items).toHaveLength(100);
  expect((await listings.facets({ text: 'nvidai' })).total).toBeGreaterThan(10);

  // What was paused is back, and what was made in one piece is what it would have made.
  expect(await shapeOf(owner)).toEqual(shapeBefore);
  await expect(loadMarket(options)).rejects.toThrow('There are people in this database.');
});

test('there are a few hundred kinds of hardware', () => {
  expect(hardwareModels.length).toBeGreaterThan(200);
});

/** Every constraint, index and trigger as Postgres writes it, and whether it is on. */
async function shapeOf(owner: Knex): Promise<string[]> {
  const { rows } = await owner.raw<{ rows: { line: string }[] }>(`
    SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) AS line FROM pg_constraint
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY line`);
  return rows.map(({ line }) => line);
}
