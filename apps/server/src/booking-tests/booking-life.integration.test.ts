import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();

describe('a booking from quote to certificate', () => {
  it('runs', async () => {
    const { clock, jobs, seed, services } = product();
    const { listing, fake, provider } = await seed.listing();
    const renter = await seed.renter();
    const booking = await seed.book(renter, listing, { durationMs: HOUR_MS });
    await jobs.runDue();
    expect(jobs.failures).toEqual([]);
    expect((await services.bookings.get(renter.actor, booking)).booking.status).toBe('active');
    await jobs.advance(HOUR_MS + MINUTE_MS);
    expect(jobs.failures).toEqual([]);
    expect((await services.bookings.get(renter.actor, booking)).booking).toMatchObject({ status: 'completed' });
    expect(fake.effects.map((effect) => effect.kind)).toEqual(['account_made', 'account_ended', 'account_removed']);
    console.log(await services.payments.earnings(provider), clock.now());
  });
});
