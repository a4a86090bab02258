// @module-tag ci

import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS, instant } from '@rsm/domain/common/instant';
import { openMarket } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const setup = () => openMarket(product());

describe('a worker that dies', () => {
  const steps = ['baseline', 'provision', 'revoke', 'wipe', 'verify'] as const;
  for (const step of steps) {
    // What makes an account and what removes it have the most to do twice.
    const options = step === 'provision' || step === 'wipe' ? {} : { tags: 'deep' };
    it(
      `after the effect of "${step}", before its record, is followed by another one, and nothing happens twice`,
      options,
      async () => {
        const t = await setup();
        const before = t.jobs.deaths;
        t.fake.onVisit = (visit) =>
          visit.step === step && visit.phase === 'after' && t.jobs.deaths === before ? t.jobs.die() : undefined;
        const booking = await t.seed.book(t.renter, t.listing);
        await t.jobs.advance(2 * HOUR_MS, { sweepEveryMs: 5 * MINUTE_MS });
        expect(t.jobs.deaths).toBe(before + 1);
        const ended = await t.now(booking);
        expect(ended.status).toBe('completed');
        expect(t.fake.effects.map(({ kind }) => kind)).toEqual(['account_made', 'account_ended', 'account_removed']);
        expect(t.fake.visits.filter((visited) => visited === step)).toHaveLength(2);
        // Time before access worked is not charged.
        expect(ended.chargedAmount).toBe(
          (3_600_000n * BigInt(ended.end - (ended.readyAt ?? instant(0)))) / BigInt(HOUR_MS),
        );
        const chain = { machineId: t.machine.id, limit: 10, cursor: null };
        expect((await t.services.dataWipes.listCertificates(t.provider, chain)).items).toHaveLength(1);
        await t.sound();
      },
    );
  }

  it('so slowly that its lease ran out: what it comes back with is not written down', async () => {
    const t = await setup();
    const booking = await t.seed.book(t.renter, t.listing);
    let provisionings = 0;
    t.fake.onVisit = ({ step, phase }) => {
      if (step === 'provision' && phase === 'before') provisionings += 1;
      t.fake.slowMs = step === 'provision' && provisionings === 1 ? 31 * SECOND_MS : 0;
    };
    await t.jobs.runDue();
    expect(await t.statusOf(booking)).toBe('provisioning');
    await t.jobs.advance(MINUTE_MS);
    expect(await t.now(booking)).toMatchObject({ status: 'active' });
    expect(t.fake.countOf('account_made')).toBe(1);
    await t.sound();
  });
});
