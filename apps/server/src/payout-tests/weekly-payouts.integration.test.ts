// @module-tag ci

import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { payoutWeekOf } from '@rsm/domain/payouts/payout';
import { HOURS_PAYOUT, HOURS_SHARE, usePayoutMarket } from '../testing/payout-market.ts';

const market = usePayoutMarket();
const byHand = usePayoutMarket('by_hand');
const work = () => ({ signal: new AbortController().signal });

type Weekly = Awaited<ReturnType<typeof market>>;

/** The clock stands at Monday, 00:00 UTC; no worker has looked yet. */
function monday({ clock }: Pick<Weekly, 'clock'>) {
  clock.set(plusMs(payoutWeekOf(clock.now()), 7 * DAY_MS));
  return clock.now();
}

describe('the payout run of every Monday', () => {
  it('pays what is available, without being asked', async () => {
    const t = await market();
    const account = await t.onboarded();
    await t.earnAnHour();
    const week = monday(t);
    await t.jobs.sweep();
    expect(await t.payouts()).toMatchObject([
      { origin: 'weekly', week, amount: HOURS_PAYOUT, remainder: 33n, status: 'succeeded', account },
    ]);
    await t.audited();
  });

  it('does not come before Monday', { tags: 'deep' }, async () => {
    const t = await market();
    await t.onboarded();
    await t.earnAnHour();
    // The week's own run is over: it ran with the first sweep of the week.
    await t.jobs.sweep();
    const made = (await t.payouts()).length;
    await t.earnAnHour();
    t.clock.set(plusMs(payoutWeekOf(t.clock.now()), 7 * DAY_MS - 1));
    await t.jobs.sweep();
    expect(await t.payouts()).toHaveLength(made);
    t.clock.advance(1);
    await t.jobs.sweep();
    expect(await t.payouts()).toHaveLength(made + 1);
    await t.audited();
  });

  it('pays once a week, however often and by however many workers it runs', async () => {
    const t = await market();
    await t.onboarded();
    await t.earnAnHour();
    monday(t);
    const run = t.workflows['payouts.run'];
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => run.run({}, work())));
    expect(outcomes.some(({ kind }) => kind === 'done')).toBe(true);
    expect(await t.payouts()).toHaveLength(1);
    // As if the run's own note of how far it came was lost with its worker, and more was earned meanwhile.
    await t.earnAnHour();
    await t.sql.query('DELETE FROM payout_runs');
    await run.run({}, work());
    expect(await t.payouts()).toHaveLength(1);
    expect(await t.earnings()).toMatchObject({ available: HOURS_SHARE + 33n });
    monday(t);
    await t.jobs.sweep();
    expect(await t.payouts()).toHaveLength(2);
    await t.audited();
  });

  it('and a provider who asks at that moment: one of them pays', async () => {
    const t = await market();
    await t.onboarded();
    await t.earnAnHour();
    monday(t);
    await Promise.allSettled([t.workflows['payouts.run'].run({}, work()), t.request(t.key())]);
    expect(await t.payouts()).toHaveLength(1);
    await t.jobs.sweep();
    expect(await t.payouts()).toHaveLength(1);
    await t.audited();
  });

  it('is carried on by another worker when one has died', { tags: 'deep' }, async () => {
    const t = await market();
    await t.onboarded();
    await t.earnAnHour();
    const week = monday(t);
    // The dead one has begun and still holds its lease.
    const { uow } = t;
    await uow.run(async (tx) => {
      await tx.leases.acquire({ subject: 'payouts:run', owner: 'a dead worker', now: week, leaseMs: 30_000 });
      await tx.payouts.noteRun({ week, afterUserId: null, finishedAt: null });
    });
    expect(await t.workflows['payouts.run'].run({}, work())).toMatchObject({ kind: 'again' });
    expect(await t.payouts()).toEqual([]);
    t.clock.advance(MINUTE_MS);
    await t.jobs.sweep();
    expect(await t.payouts()).toHaveLength(1);
    expect(await uow.reads.payouts.findRun(week)).toMatchObject({ finishedAt: t.clock.now() });
    await t.audited();
  });

  it('passes over who has too little, and tells who has no account that takes payouts', { tags: 'deep' }, async () => {
    const t = await market();
    const booking = await t.earnAnHour();
    monday(t);
    await t.jobs.sweep();
    expect(await t.payouts()).toEqual([]);
    expect(await t.news()).toEqual([
      '27.000033 EUR wait to be paid out. You have no payout account yet. Set one up on the page of your earnings.',
    ]);
    await t.takeBack(booking, 10_000_000n);
    monday(t);
    await t.jobs.sweep();
    expect(await t.news()).toHaveLength(1);
    await t.audited();
  });

  it('passes over who is suspended', { tags: 'deep' }, async () => {
    const t = await market();
    await t.onboarded();
    await t.earnAnHour();
    const admin = await t.seed.admin();
    await t.services.users.suspend(admin, { id: t.provider.userId, reason: 'Under review.' });
    monday(t);
    await t.jobs.sweep();
    expect(await t.payouts()).toEqual([]);
    await t.services.users.reinstate(admin, { id: t.provider.userId, reason: 'Reviewed.' });
    await t.jobs.sweep();
    expect(await t.payouts()).toEqual([]);
    monday(t);
    await t.jobs.sweep();
    expect(await t.payouts()).toHaveLength(1);
    await t.audited();
  });

  it('repays what a provider owes, even when too little is left to pay out', { tags: 'deep' }, async () => {
    const t = await market();
    await t.onboarded();
    const booking = await t.earnAnHour();
    const first = await t.request(t.key());
    await t.jobs.runDue();
    await t.takeBack(booking, 10_000_000n);
    expect(await t.earnings()).toMatchObject({ available: 0n, owed: 8_999_967n });
    // The payout comes back and repays it; so nobody stays both owed and owing.
    t.gateway.turnsOut(first.id, 'failed');
    await t.payoutEventHandlers.payout(t.processor, { kind: 'payout', reference: '', payoutId: first.id });
    expect(await t.earnings()).toMatchObject({ available: 18_000_033n, owed: 0n });
    monday(t);
    await t.jobs.sweep();
    expect(await t.payouts()).toHaveLength(1);
    await t.audited();
  });

  it('leaves them to an admin where payouts are made by hand', { tags: 'deep' }, async () => {
    const t = await byHand();
    await t.earnAnHour();
    monday(t);
    await t.jobs.sweep();
    expect(await t.payouts()).toMatchObject([{ origin: 'weekly', status: 'pending', account: null }]);
    await t.jobs.advance(HOUR_MS, { sweepEveryMs: 15 * MINUTE_MS });
    expect(await t.payouts()).toHaveLength(1);
    await t.audited();
  });
});
