import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { SEED_PRICE } from '../testing/seeder.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct({ env: { RENTER_MONTHLY_LIMIT: '7.20' } });

describe('the operator’s limit', () => {
  it('binds renters who decided nothing, until they decide', async () => {
    const { clock, seed, services } = product();
    const { listing } = await seed.listing();
    const renter = await seed.renter();
    const book = async (hours: number) => seed.book(renter, listing, { start: plusMs(clock.now(), hours * HOUR_MS) });
    expect(await services.spending.get(renter.actor)).toMatchObject({
      limit: 7_200_000n,
      decidedBy: 'operator',
      left: 7_200_000n,
    });
    await book(1);
    await book(3);
    await expect(book(5)).rejects.toMatchObject({ code: 'limit_reached', field: 'spending' });

    const own = amountMicros(3n * SEED_PRICE);
    expect(await services.spending.setLimit(renter.actor, { limit: own })).toMatchObject({ decidedBy: 'renter' });
    await book(5);
    await expect(book(7)).rejects.toMatchObject({ code: 'limit_reached' });

    expect(await services.spending.clearLimit(renter.actor)).toMatchObject({ limit: null, decidedBy: 'renter' });
    await book(7);
  });
});
