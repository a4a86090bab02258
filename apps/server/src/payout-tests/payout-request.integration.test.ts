// @module-tag ci

import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { HOURS_PAYOUT, HOURS_SHARE, usePayoutMarket } from '../testing/payout-market.ts';

const setup = usePayoutMarket();

describe('a payout that a provider asks for', () => {
  it('pays all that is available in whole cents, and what is less stays for the next one', async () => {
    const t = await setup();
    const account = await t.onboarded();
    await t.earnAnHour();
    expect(await t.earnings()).toMatchObject({ available: HOURS_SHARE });

    const payout = await t.request(t.key());
    expect(payout).toMatchObject({
      status: 'pending',
      amount: HOURS_PAYOUT,
      remainder: 33n,
      origin: 'request',
      account,
    });
    expect(await t.earnings()).toMatchObject({ available: 33n });
    await t.jobs.runDue();
    expect(await t.again(payout)).toMatchObject({ status: 'succeeded', processorReference: `out_${payout.id}` });
    expect(t.sentOf(payout)).toEqual([{ payoutId: payout.id, account, amount: HOURS_PAYOUT }]);
    expect(await t.news()).toEqual([
      'Your payout account takes payouts.',
      '27.00 EUR are on their way to you.',
      '27.00 EUR were paid out to you.',
    ]);
    await t.audited();
  });

  it('is made of the lines since the payout before, to the last millionth', { tags: 'deep' }, async () => {
    const t = await setup();
    await t.onboarded();
    const bookings = [await t.earnAnHour(), await t.earnAnHour()];
    const first = await t.request(t.key());
    const third = await t.earnAnHour();
    const second = await t.request(t.key());

    const one = await t.services.payouts.get(t.provider, first);
    expect(one).toMatchObject({
      carriedIn: 0n,
      sums: [{ sort: 'earning', count: 2, amount: 2n * HOURS_SHARE }],
      carriedOut: 66n,
    });
    expect((await t.lines(first)).map(({ amount, bookingId }) => [bookingId, amount])).toEqual(
      bookings.map(({ id }) => [id, HOURS_SHARE]),
    );
    const two = await t.services.payouts.get(t.provider, second);
    expect(two).toMatchObject({
      carriedIn: 66n,
      sums: [{ sort: 'earning', count: 1, amount: HOURS_SHARE }],
      carriedOut: 99n,
    });
    expect(await t.lines(second)).toMatchObject([
      { kind: 'earning_available', bookingId: third.id, amount: HOURS_SHARE },
    ]);
    expect(second.amount).toBe(HOURS_PAYOUT);
    await t.audited();
  });

  it('is one when the button is clicked twice: the same key gives the same answer', async () => {
    const t = await setup();
    await t.onboarded();
    await t.earnAnHour();
    const key = t.key();
    const answers = await Promise.all([t.request(key), t.request(key), t.request(key)]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    await t.jobs.runDue();
    expect((await t.request(key)).id).toBe(answers[0]?.id);
    expect(await t.payouts()).toHaveLength(1);
    await t.audited();
  });

  it('is one when two windows ask at once: the other finds nothing to pay', async () => {
    const t = await setup();
    await t.onboarded();
    await t.earnAnHour();
    const results = await Promise.allSettled([t.request(t.key()), t.request(t.key()), t.request(t.key())]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({
          code: 'insufficient_funds',
          message: '0.000033 EUR are available, and a payout is at least 20.00 EUR.',
        });
      }
    }
    expect(await t.payouts()).toHaveLength(1);
    await t.audited();
  });

  it('is refused below the minimum and changes nothing', async () => {
    const t = await setup();
    await t.onboarded();
    const key = t.key();
    await expect(t.request(key)).rejects.toMatchObject({
      code: 'insufficient_funds',
      message: 'Nothing is available to pay out.',
    });
    const booking = await t.earnAnHour();
    // The platform gives its fee of it back, the provider the rest: 7.20.
    await t.takeBack(booking, 8_000_000n);
    await expect(t.request(key)).rejects.toMatchObject({
      code: 'insufficient_funds',
      message: '19.800033 EUR are available, and a payout is at least 20.00 EUR.',
    });
    expect(await t.earnings()).toMatchObject({ available: 19_800_033n });
    expect(await t.payouts()).toEqual([]);
    // The key was not used up: with enough, the same wish is fulfilled.
    await t.earnAnHour();
    expect(await t.request(key)).toMatchObject({ amount: 46_800_000n, remainder: 66n });
    await t.audited();
  });

  it('never touches what is held back', { tags: 'deep' }, async () => {
    const t = await setup();
    await t.onboarded();
    t.fake.leavesResidue = true;
    await t.active(HOUR_MS);
    await t.jobs.advance(2 * HOUR_MS, { stepMs: 5 * MINUTE_MS });
    expect(await t.earnings()).toMatchObject({ pending: HOURS_SHARE, available: 0n });
    await expect(t.request(t.key())).rejects.toMatchObject({ code: 'insufficient_funds' });
    await t.audited();
  });

  it('is for providers, and its statement for its owner alone', async () => {
    const t = await setup();
    await t.onboarded();
    await t.earnAnHour();
    const payout = await t.request(t.key());
    const { payouts } = t.services;
    const key = { idempotencyKey: t.key() };
    await expect(payouts.request(t.renter.actor, key)).rejects.toMatchObject({ code: 'forbidden' });
    const other = await t.seed.provider();
    const page = { limit: 10, cursor: null };
    for (const stranger of [other, t.renter.actor, await t.seed.admin()]) {
      await expect(payouts.get(stranger, payout)).rejects.toMatchObject({ code: 'not_found' });
      await expect(payouts.lines(stranger, { ...payout, ...page })).rejects.toMatchObject({ code: 'not_found' });
      expect((await payouts.list(stranger, page)).items).toEqual([]);
    }
  });

  it('pages through payouts and lines, each once', { tags: 'deep' }, async () => {
    const t = await setup();
    await t.onboarded();
    const made = [];
    for (let count = 0; count < 3; count += 1) {
      await t.earnAnHour();
      await t.earnAnHour();
      made.unshift(await t.request(t.key()));
    }
    const first = await t.services.payouts.list(t.provider, { limit: 2, cursor: null });
    const rest = await t.services.payouts.list(t.provider, { limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    expect(rest.nextCursor).toBeNull();

    const [newest] = made;
    if (newest === undefined) throw new Error('Three were made.');
    const whole = await t.lines(newest);
    expect(whole).toHaveLength(2);
    const one = await t.services.payouts.lines(t.provider, { id: newest.id, limit: 1, cursor: null });
    const two = await t.services.payouts.lines(t.provider, { id: newest.id, limit: 1, cursor: one.nextCursor });
    expect([...one.items, ...two.items]).toEqual(whole);
    expect(two.nextCursor).toBeNull();
  });
});

describe('a provider who owes', () => {
  it('repays out of what is available before anything is paid out', async () => {
    const t = await setup();
    await t.onboarded();
    const booking = await t.earnAnHour();
    const first = await t.request(t.key());
    // 33 millionths are still there; the rest of his 4.50 is owed.
    await t.takeBack(booking, 5_000_000n);
    expect(await t.earnings()).toMatchObject({ available: 0n, owed: 4_499_967n });
    // The payout comes back, and what is owed is repaid from it at once.
    t.gateway.trouble = 'refuses';
    await t.jobs.runDue();
    expect(await t.again(first)).toMatchObject({ status: 'failed', note: 'The processor refused it.' });
    expect(await t.earnings()).toMatchObject({ available: HOURS_PAYOUT - 4_499_967n, owed: 0n });

    t.gateway.trouble = 'none';
    const second = await t.request(t.key());
    expect(second).toMatchObject({ amount: 22_500_000n, remainder: 33n });
    expect(await t.services.payouts.get(t.provider, second)).toMatchObject({
      carriedIn: 33n,
      sums: [
        { sort: 'taken_back', count: 1, amount: -33n },
        { sort: 'debt_repaid', count: 1, amount: -4_499_967n },
        { sort: 'payout_returned', count: 1, amount: HOURS_PAYOUT },
      ],
      carriedOut: 33n,
    });
    await t.audited();
  });
});
