// @module-tag ci

import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import { openMarket } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const setup = () => openMarket(product());

describe('a start that comes too late costs nothing', () => {
  it('when nobody was at work for longer than the booking: it is not begun after its end', async () => {
    const t = await setup();
    const booking = await t.seed.book(t.renter, t.listing, { durationMs: 20 * MINUTE_MS });
    t.clock.advance(30 * MINUTE_MS);
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({
      status: 'failed',
      statusReason: 'Access could not be given before the booked end.',
      chargedAmount: 0n,
    });
    expect(t.fake.visits).not.toContain('provision');
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });

  it('when nobody was at work for an hour after the start, although the machine is ready', async () => {
    const t = await setup();
    const booking = await t.seed.book(t.renter, t.listing, { durationMs: 5 * HOUR_MS });
    t.clock.advance(61 * MINUTE_MS);
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({
      status: 'failed',
      statusReason: 'Access could not be given within 60 minutes of the start.',
    });
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });

  it('when a machine that does not answer comes back after the end of a short booking', async () => {
    const t = await setup();
    t.fake.isUnreachable = true;
    const booking = await t.seed.book(t.renter, t.listing, { durationMs: 10 * MINUTE_MS });
    await t.jobs.advance(9 * MINUTE_MS);
    expect(await t.statusOf(booking)).toBe('provisioning');
    t.fake.isUnreachable = false;
    t.clock.advance(5 * MINUTE_MS);
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({ status: 'failed', chargedAmount: 0n });
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });

  it('when the machine takes until the booked end to let the renter in: it is wiped, and all goes back', async () => {
    const t = await setup();
    t.fake.onVisit = async ({ step, phase }) => {
      if (step === 'provision' && phase === 'after') t.clock.advance(15 * SECOND_MS);
      return Promise.resolve();
    };
    const booking = await t.seed.book(t.renter, t.listing, { durationMs: 10 * MINUTE_MS });
    t.clock.advance(10 * MINUTE_MS - 10 * SECOND_MS);
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({ status: 'failed', readyAt: null, chargedAmount: 0n });
    await t.jobs.advance(5 * MINUTE_MS);
    expect(t.fake.visits.slice(-2)).toEqual(['wipe', 'verify']);
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });
});
