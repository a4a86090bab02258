/** @module-tag deep */
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { openMarket } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const setup = () => openMarket(product());

describe('a machine that is cut off while it is booked', () => {
  it('is charged for the minutes in which it worked, and the booking is interrupted after two hours', async () => {
    const t = await setup();
    const booking = await t.active(10 * HOUR_MS);
    await t.jobs.advance(HOUR_MS);
    t.fake.isUnreachable = true;
    await t.jobs.advance(121 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    expect(await t.now(booking)).toMatchObject({ status: 'revoking', endReason: 'interrupted' });
    expect(await t.machineNow()).toMatchObject({ reachability: 'unreachable' });
    t.fake.isUnreachable = false;
    await t.jobs.advance(10 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    const ended = await t.now(booking);
    expect(ended.status).toBe('completed');
    const hour = 3_600_000n;
    expect(ended.chargedAmount).toBeGreaterThanOrEqual(hour);
    expect(ended.chargedAmount).toBeLessThan(hour + hour / 30n);
    await t.sound();
  }, 60_000);
});
