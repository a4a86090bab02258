import { currencySchema } from '@rsm/domain/common/money';
import { expect, test } from 'vitest';

import { auditInvariants } from '../audit/audit-invariants.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';
import { hardwareModels } from './hardware-models.ts';
import { loadMarket } from './load-market.ts';

const fixture = useUnitOfWork();
const LISTINGS = 150;

test('a loaded market holds everything that must always be true, can be searched, and is not loaded twice', async () => {
  const { clock, database, owner, uow } = fixture();
  const options = {
    ownerUrl: database.ownerUrl,
    listings: LISTINGS,
    seed: 1,
    nowMs: clock.now(),
    currency: currencySchema.parse('EUR'),
  };
  const loaded = await loadMarket(options);
  expect(loaded).toMatchObject({ listings: LISTINGS });
  expect(loaded.bookings).toBeGreaterThan(LISTINGS / 4);
  const broken = (await auditInvariants({ url: database.ownerUrl })).filter(({ violations }) => violations.length > 0);
  expect(broken).toEqual([]);

  const { listings } = uow.reads;
  const page = await listings.search({}, 'price_ascending', { limit: 100, cursor: null });
  expect(page.items).toHaveLength(100);
  expect((await listings.facets({ text: 'nvidai' })).total).toBeGreaterThan(10);

  // The triggers are on again, and what was made in one piece is what they keep.
  const { rows } = await owner.raw<{ rows: unknown[] }>("SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'");
  expect(rows).toEqual([]);
  await expect(loadMarket(options)).rejects.toThrow('There are people in this database.');
});

test('there are a few hundred kinds of hardware', () => {
  expect(hardwareModels.length).toBeGreaterThan(200);
});
