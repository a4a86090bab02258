import type { Booking } from '@rsm/domain/bookings/booking';
import { HOUR_MS, MINUTE_MS, SECOND_MS, plusMs } from '@rsm/domain/common/instant';
import { FREE_LEAVE_MS, HANDOVER_LIMIT_MS } from '@rsm/domain/handovers/handover';
import { describe, expect, it } from 'vitest';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const handoverOf = async (t: Market, booking: Booking) => t.services.handovers.get(t.renter.actor, { id: booking.id });
const leave = async (t: Market, booking: Booking) => t.services.handovers.leave(t.renter.actor, { id: booking.id });
const listingStatus = async (t: Market) =>
  (await t.services.listings.get(t.provider, { id: t.listing.id })).listing.status;
const lossesOf = async (t: Market) =>
  (await t.services.reliability.listMachineLosses(t.provider, { id: t.machine.id, limit: 100, cursor: null })).items;

describe('a machine that is what its listing shows', () => {
  it('passes, both sides are told, and nobody may leave free', async () => {
    const t = await openMarket(product());
    const booking = await t.active();
    const view = await handoverOf(t, booking);
    expect(view).toMatchObject({
      state: 'done',
      handover: { verdict: 'passed', checkedAt: t.clock.now() },
      leaveFreeUntil: null,
      mayLeaveFree: false,
    });
    expect(view.handover?.checks.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 5 }, () => 'passed'));
    expect(await t.services.handovers.get(t.provider, { id: booking.id })).toEqual(view);
    expect(await t.eventsOf(booking)).toContain('booking_handover_checked');
    const raw = await t.services.handovers.rawOutput(t.renter.actor, { id: booking.id });
    expect(raw).toEqual({ sha256: view.handover?.rawOutputSha256, text: 'handover, nothing wrong\n' });
    await expect(leave(t, booking)).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'The check at the start of this booking did not fail.',
      remedy: expect.stringContaining('End the booking early') as string,
    });
    expect(await listingStatus(t)).toBe('active');
    await t.sound();
  });
});

describe('a machine that is not', () => {
  it('may be left with one click: the whole maximum goes back, whatever the policy, and the machine answers for it', async () => {
    const t = await openMarket(product(), { policy: 'strict' });
    t.fake.handoverFault = 'speed_all_threads';
    const booking = await t.active(100 * HOUR_MS);
    expect(await handoverOf(t, booking)).toMatchObject({
      handover: { verdict: 'failed' },
      leaveFreeUntil: plusMs(t.clock.now(), FREE_LEAVE_MS),
      mayLeaveFree: true,
      hasLeftFree: false,
    });
    // The provider sees the same, without the way out; and nobody else books it meanwhile.
    expect(await t.services.handovers.get(t.provider, { id: booking.id })).toMatchObject({ mayLeaveFree: false });
    await expect(t.services.handovers.leave(t.provider, { id: booking.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await listingStatus(t)).toBe('paused');

    t.clock.advance(FREE_LEAVE_MS - SECOND_MS);
    expect(await leave(t, booking)).toMatchObject({ endRequestedBy: 'handover' });
    // A second click changes nothing.
    expect(await leave(t, booking)).toMatchObject({ endRequestedAt: t.clock.now() });
    await t.jobs.advance(20 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
    expect(await t.now(booking)).toMatchObject({
      status: 'completed',
      endReason: 'handover',
      chargedAmount: 0n,
      releasedAmount: booking.holdAmount,
    });
    expect(await t.spent()).toBe(0n);
    expect(await lossesOf(t)).toMatchObject([{ kind: 'handover_failed', bookingId: booking.id, ppm: 100_000 }]);
    expect(await handoverOf(t, booking)).toMatchObject({ mayLeaveFree: false, hasLeftFree: true });
    await t.sound();
  });

  it('can not be left free once the 15 minutes or the booking are over, nor after the renter ended it', async () => {
    const t = await openMarket(product());
    t.fake.handoverFault = 'other_people';
    const booking = await t.active(2 * HOUR_MS);
    t.clock.advance(FREE_LEAVE_MS);
    await expect(leave(t, booking)).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'The 15 minutes in which you could leave free of charge are over.',
    });
    await t.services.bookings.endEarly(t.renter.actor, { id: booking.id });
    await expect(leave(t, booking)).rejects.toMatchObject({ message: 'This booking is not active any more.' });
    await t.jobs.advance(20 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
    // Whoever stays pays, and the machine has kept its booking.
    expect(await t.spent()).toBeGreaterThan(0n);
    expect(await lossesOf(t)).toEqual([]);
    await t.sound();
  });

  it('of other hardware is quarantined as product.md says', async () => {
    const t = await openMarket(product());
    const next = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), 10 * HOUR_MS) });
    t.fake.hardware = 'half of its memory';
    const booking = await t.active();
    expect(await handoverOf(t, booking)).toMatchObject({ mayLeaveFree: true });
    expect(await t.machineNow()).toMatchObject({
      status: 'quarantined',
      quarantineReason: 'facts_changed',
    });
    await leave(t, booking);
    await t.jobs.advance(20 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
    expect(await t.statusOf(booking)).toBe('completed');
    expect(await t.machineNow()).toMatchObject({ status: 'quarantined' });
    expect(await t.statusOf(next)).toBe('scheduled');
    await t.sound();
  });

  it('with another host key is told nothing, and its renter may leave free', async () => {
    const t = await openMarket(product());
    t.fake.onVisit = ({ phase, step }) => {
      if (step === 'provision' && phase === 'after') t.fake.changeHostKey();
    };
    const booking = await t.active();
    t.fake.onVisit = null;
    expect(t.fake.visits).not.toContain('handover');
    expect(await handoverOf(t, booking)).toMatchObject({
      handover: { verdict: 'failed', checks: [{ id: 'host_key', verdict: 'failed' }], rawOutputSha256: null },
      mayLeaveFree: true,
    });
    expect(await t.machineNow()).toMatchObject({ quarantineReason: 'host_key_changed' });
  });
});

describe('a check that can not be made', () => {
  it('is tried again until five minutes after access worked, then recorded as not measured, and is no reason to leave free', async () => {
    const t = await openMarket(product());
    t.fake.brokenSteps.add('handover');
    const booking = await t.active(2 * HOUR_MS);
    expect(await handoverOf(t, booking)).toMatchObject({ state: 'running', handover: null });
    await t.jobs.advance(HANDOVER_LIMIT_MS, { stepMs: 10 * SECOND_MS });
    const view = await handoverOf(t, booking);
    expect(view).toMatchObject({ state: 'done', handover: { verdict: 'not_measured' }, leaveFreeUntil: null });
    expect(view.handover?.checks.every(({ verdict }) => verdict === 'not_measured')).toBe(true);
    await expect(leave(t, booking)).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(t.services.handovers.rawOutput(t.renter.actor, { id: booking.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await listingStatus(t)).toBe('active');
  });

  it('succeeds when the machine comes back in time', { tags: 'deep' }, async () => {
    const t = await openMarket(product());
    t.fake.brokenSteps.add('handover');
    const booking = await t.active();
    t.fake.brokenSteps.delete('handover');
    await t.jobs.advance(MINUTE_MS, { stepMs: 10 * SECOND_MS });
    expect(await handoverOf(t, booking)).toMatchObject({ handover: { verdict: 'passed' } });
  });

  it('is made by the next worker when the first one died, once', async () => {
    const t = await openMarket(product());
    let visits = 0;
    t.fake.onVisit = async ({ phase, step }) => {
      if (step !== 'handover' || phase !== 'after') return;
      visits += 1;
      if (visits === 1) await t.jobs.die();
    };
    const booking = await t.active();
    expect(await handoverOf(t, booking)).toMatchObject({ handover: null });
    t.clock.advance(2 * MINUTE_MS);
    await t.jobs.sweep();
    await t.jobs.advance(MINUTE_MS, { stepMs: 10 * SECOND_MS });
    t.fake.onVisit = null;
    expect(await handoverOf(t, booking)).toMatchObject({ handover: { verdict: 'passed' } });
    expect((await t.eventsOf(booking)).filter((kind) => kind === 'booking_handover_checked')).toHaveLength(1);
  });
});

describe('who sees a handover', () => {
  it('is its two sides; a stranger is told that there is no such booking', async () => {
    const t = await openMarket(product());
    const booking = await t.active();
    const stranger = await t.seed.renter();
    const hidden = { code: 'not_found' };
    await expect(t.services.handovers.get(stranger.actor, { id: booking.id })).rejects.toMatchObject(hidden);
    await expect(t.services.handovers.rawOutput(stranger.actor, { id: booking.id })).rejects.toMatchObject(hidden);
    await expect(t.services.handovers.leave(stranger.actor, { id: booking.id })).rejects.toMatchObject(hidden);
  });

  it('is nobody before access worked: there is none', async () => {
    const t = await openMarket(product());
    const booking = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), 3 * HOUR_MS) });
    expect(await handoverOf(t, booking)).toEqual({
      state: 'none',
      handover: null,
      leaveFreeUntil: null,
      mayLeaveFree: false,
      hasLeftFree: false,
    });
  });
});
