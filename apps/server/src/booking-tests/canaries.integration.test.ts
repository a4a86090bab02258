// @module-tag ci

import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import type { BookingId } from '@rsm/domain/common/ids';
import { HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const setup = () => openMarket(product());

/** Of a signed report, what it says about markers. */
const reportSchema = z.looseObject({
  canaries: z.looseObject({ planted: z.boolean(), note: z.string(), markers: z.array(z.unknown()) }),
  findings: z.array(z.looseObject({ check: z.string() })),
});

async function agreedBooking(t: Market) {
  const booking = await t.seed.book(t.renter, t.listing, { canaryConsent: true });
  await t.jobs.runDue();
  expect(await t.statusOf(booking)).toBe('active');
  return booking;
}

async function reportOf(t: Market, bookingId: BookingId) {
  const wipe = await t.services.dataWipes.getByBooking(t.renter.actor, { bookingId });
  const { jws } = await t.services.dataWipes.certificate(t.renter.actor, { id: wipe.id });
  const { canaries, findings } = reportSchema.parse(
    JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')),
  );
  return { canaries, checks: findings.map(({ check }) => check) };
}

describe('markers', () => {
  it('are planted with the renter’s consent once access works, and looked for after the clean-up', async () => {
    const t = await setup();
    const plain = await t.active();
    await t.jobs.advance(2 * HOUR_MS);
    expect(t.fake.visits).not.toContain('plant_canaries');
    expect(await reportOf(t, plain.id)).toEqual({
      canaries: { planted: false, note: 'not planted: the renter did not agree to markers', markers: [] },
      checks: ['accounts', 'files_by_owner'],
    });

    t.fake.leavesCanaries = true;
    const booking = await agreedBooking(t);
    expect(t.fake.visits.indexOf('plant_canaries')).toBeGreaterThan(t.fake.visits.lastIndexOf('provision'));
    const [name = ''] = t.fake.canaries;
    expect(name).toMatch(/^[0-9a-f]{24}$/);
    // Whoever reads the rows does not know what to look for: the seed, of which this is a piece, is sealed.
    expect(JSON.stringify(await t.uow.reads.dataWipes.findCanaries(booking.id))).not.toContain(name.slice(1));
    await t.jobs.advance(HOUR_MS);
    expect(await t.statusOf(booking)).toBe('quarantined');
    const wipe = await t.services.dataWipes.getByBooking(t.provider, { bookingId: booking.id });
    expect(wipe).toMatchObject({
      status: 'failed',
      failureReason: expect.stringContaining('canaries_by_name') as string,
    });
    t.fake.leavesCanaries = false;
    await t.services.dataWipes.retry(t.provider, { id: wipe.id });
    await t.jobs.runDue();
    expect(await t.statusOf(booking)).toBe('completed');
    const { canaries, checks } = await reportOf(t, booking.id);
    expect(canaries).toMatchObject({ planted: true, note: '4 of 4 markers were planted at the start' });
    expect(canaries.markers).toHaveLength(4);
    expect(checks).toEqual(['accounts', 'files_by_owner', 'canaries_by_name']);
    await t.sound();
  });

  it('that can not be planted are a note: the booking begins all the same', async () => {
    const t = await setup();
    t.fake.brokenSteps.add('plant_canaries');
    const booking = await agreedBooking(t);
    await t.jobs.advance(HOUR_MS);
    expect(await t.statusOf(booking)).toBe('completed');
    expect(await reportOf(t, booking.id)).toMatchObject({
      canaries: { planted: false, note: 'not planted: The command for "plant_canaries" ended with status 1.' },
      // They could be there all the same.
      checks: ['accounts', 'files_by_owner', 'canaries_by_name'],
    });
    await t.sound();
  });

  it(
    'are the same when a worker dies over them: none is planted that is not looked for',
    { tags: 'deep' },
    async () => {
      const t = await setup();
      const before = t.jobs.deaths;
      t.fake.onVisit = (visit) =>
        visit.step === 'plant_canaries' && visit.phase === 'after' && t.jobs.deaths === before
          ? t.jobs.die()
          : undefined;
      const booking = await t.seed.book(t.renter, t.listing, { canaryConsent: true });
      await t.jobs.advance(30 * MINUTE_MS, { sweepEveryMs: 5 * MINUTE_MS });
      expect(t.jobs.deaths).toBe(before + 1);
      expect(t.fake.canaries.size).toBe(4);
      await t.jobs.advance(HOUR_MS, { sweepEveryMs: 5 * MINUTE_MS });
      expect(await t.statusOf(booking)).toBe('completed');
      expect((await reportOf(t, booking.id)).checks).toContain('canaries_by_name');
      await t.sound();
    },
  );
});
