// @module-tag ci

import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import { PAYOUT_ATTENTION_AFTER_MS, PAYOUT_LOOK_AGAIN_MS } from '@rsm/domain/payouts/payout';
import { HOURS_PAYOUT, HOURS_SHARE, usePayoutMarket } from '../testing/payout-market.ts';

const market = usePayoutMarket();
const firstPage = { limit: 100, cursor: null };

/** A provider with an account and an hour's earnings, who has asked for his payout; no worker has looked yet. */
async function asked() {
  const t = await market();
  const account = await t.onboarded();
  await t.earnAnHour();
  const payout = await t.request(t.key());
  return { ...t, account, payout, timesAsked: () => t.gateway.timesAsked(payout.id) };
}

const work = () => ({ signal: new AbortController().signal });

describe('a processor that can not be relied on', () => {
  it('has paid and its answer is lost: the payout waits, is asked about, and is paid once', async () => {
    const t = await asked();
    t.gateway.trouble = 'answer_lost';
    await t.jobs.runDue();
    expect(await t.again(t.payout)).toMatchObject({ status: 'pending', attempts: 1 });
    expect(t.sentOf(t.payout)).toHaveLength(1);
    expect(await t.earnings()).toMatchObject({ available: 33n });

    t.gateway.trouble = 'none';
    await t.jobs.advance(MINUTE_MS);
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    expect(t.timesAsked()).toBe(1);
    expect(t.sentOf(t.payout)).toHaveLength(1);
    await t.audited();
  });

  it('was never reached: the payout waits, and goes out when it can, with pauses that grow', async () => {
    const t = await asked();
    t.gateway.trouble = 'unreachable';
    await t.jobs.advance(HOUR_MS, { stepMs: SECOND_MS });
    const waiting = await t.again(t.payout);
    expect(waiting).toMatchObject({ status: 'pending' });
    // 2 s, 4 s, 8 s … at most 5 minutes: about twenty in an hour.
    expect(waiting.attempts).toBeGreaterThan(10);
    expect(waiting.attempts).toBeLessThan(30);
    expect(t.sentOf(t.payout)).toEqual([]);
    t.gateway.trouble = 'none';
    await t.jobs.advance(6 * MINUTE_MS);
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    expect(t.sentOf(t.payout)).toHaveLength(1);
    await t.audited();
  });

  it('refuses: the money is available again, and the provider is told why', async () => {
    const t = await asked();
    t.gateway.trouble = 'refuses';
    await t.jobs.runDue();
    expect(await t.again(t.payout)).toMatchObject({ status: 'failed', note: 'The processor refused it.' });
    expect(await t.earnings()).toMatchObject({ available: HOURS_SHARE });
    expect((await t.news()).at(-1)).toBe(
      'Your payout of 27.00 EUR came back: The processor refused it. Nothing is lost: it is available again.',
    );
    await t.audited();
  });

  it('finds the account closed: the payout comes back, and the next one is refused before it is made', async () => {
    const t = await asked();
    t.gateway.close(t.account);
    await t.jobs.runDue();
    expect(await t.again(t.payout)).toMatchObject({ status: 'failed', note: 'The account is closed.' });
    expect(await t.earnings()).toMatchObject({ available: HOURS_SHARE });
    await expect(t.request(t.key())).rejects.toMatchObject({
      code: 'payout_unavailable',
      message: 'Your payout account is closed.',
    });
    await t.audited();
  });

  it('says later that it was paid, in whatever order and however often its events come', { tags: 'deep' }, async () => {
    const t = await asked();
    t.gateway.trouble = 'under_way';
    await t.jobs.runDue();
    expect(await t.again(t.payout)).toMatchObject({ status: 'pending', processorReference: `out_${t.payout.id}` });
    const event = { kind: 'payout', reference: `out_${t.payout.id}`, payoutId: t.payout.id } as const;
    await t.payoutEventHandlers.payout(t.processor, event);
    expect(await t.again(t.payout)).toMatchObject({ status: 'pending' });
    t.gateway.turnsOut(t.payout.id, 'succeeded');
    await Promise.all(Array.from({ length: 5 }, () => t.payoutEventHandlers.payout(t.processor, event)));
    // The event may name only the processor's own reference.
    await t.payoutEventHandlers.payout(t.processor, { ...event, payoutId: null });
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    expect((await t.news()).filter((text) => text.includes('were paid out'))).toHaveLength(1);
    await t.audited();
  });

  it('says nothing by itself: the payout is looked at every hour', async () => {
    const t = await asked();
    t.gateway.trouble = 'under_way';
    await t.jobs.advance(3 * HOUR_MS, { stepMs: MINUTE_MS });
    t.gateway.turnsOut(t.payout.id, 'succeeded');
    await t.jobs.advance(HOUR_MS, { stepMs: MINUTE_MS });
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    await t.audited();
  });

  it('takes back what had arrived: the money is available again, once', async () => {
    const t = await asked();
    await t.jobs.runDue();
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded', reversedAt: null });
    t.gateway.turnsOut(t.payout.id, 'failed');
    const event = { kind: 'payout', reference: `out_${t.payout.id}`, payoutId: t.payout.id } as const;
    await Promise.all(Array.from({ length: 5 }, () => t.payoutEventHandlers.payout(t.processor, event)));
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded', reversedAt: t.clock.now() });
    expect(await t.earnings()).toMatchObject({ available: HOURS_SHARE });
    expect((await t.news()).at(-1)).toContain('came back: The bank sent it back.');
    // It can be paid out anew, and the payout that came back is a line of the new one.
    const next = await t.request(t.key());
    expect((await t.services.payouts.get(t.provider, next)).sums).toEqual([
      { sort: 'payout_returned', count: 1, amount: HOURS_PAYOUT },
    ]);
    await t.jobs.runDue();
    await t.audited();
  });

  it('speaks of a payout that is none of ours', { tags: 'deep' }, async () => {
    const t = await asked();
    const event = { kind: 'payout', reference: 'out_of_somebody', payoutId: null } as const;
    await expect(t.payoutEventHandlers.payout(t.processor, event)).resolves.toBe('applied');
  });
});

describe('a worker that dies', () => {
  it('before the processor was asked: another one sends the payout, once', { tags: 'deep' }, async () => {
    const t = await asked();
    t.gateway.onPayOut = () => t.jobs.die();
    await t.jobs.runDue();
    t.gateway.onPayOut = null;
    expect(await t.again(t.payout)).toMatchObject({ status: 'pending' });
    await t.jobs.advance(PAYOUT_LOOK_AGAIN_MS + MINUTE_MS, { sweepEveryMs: 15 * SECOND_MS });
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    expect(t.sentOf(t.payout)).toHaveLength(1);
    await t.audited();
  });

  it('after the processor has paid: another one learns of it, and nothing is paid twice', async () => {
    const t = await asked();
    t.gateway.onPaid = () => t.jobs.die();
    await t.jobs.runDue();
    t.gateway.onPaid = null;
    expect(await t.again(t.payout)).toMatchObject({ status: 'pending' });
    await t.jobs.advance(PAYOUT_LOOK_AGAIN_MS + MINUTE_MS, { sweepEveryMs: 15 * SECOND_MS });
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    expect(t.timesAsked()).toBe(1);
    await t.audited();
  });

  it('with its job: the sweep finds the payout', { tags: 'deep' }, async () => {
    const t = await asked();
    await t.sql.query(`DELETE FROM job_requests WHERE name = 'payout.send'`);
    t.clock.advance(PAYOUT_LOOK_AGAIN_MS);
    await t.jobs.sweep();
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    await t.audited();
  });

  it('is not followed by two: five at once ask the processor once', async () => {
    const t = await asked();
    const send = t.workflows['payout.send'];
    await Promise.all(Array.from({ length: 5 }, () => send.run({ payoutId: t.payout.id }, work())));
    expect(t.timesAsked()).toBe(1);
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    await send.run({ payoutId: t.payout.id }, work());
    expect(t.timesAsked()).toBe(1);
    await t.audited();
  });
});

describe('a payout of which the processor says nothing for three days', () => {
  async function silent() {
    const t = await asked();
    const admin = await t.seed.admin();
    t.gateway.trouble = 'unreachable';
    const reject = async () =>
      t.services.payouts.reject(admin, { idempotencyKey: t.key(), id: t.payout.id, reason: 'It never arrived.' });
    const waits = async () =>
      (await t.services.payouts.listPending(admin, firstPage)).items.some(({ id }) => id === t.payout.id);
    return { ...t, admin, reject, waits };
  }

  it('waits for an admin, visibly, and no earlier', async () => {
    const t = await silent();
    await t.jobs.advance(PAYOUT_ATTENTION_AFTER_MS - MINUTE_MS, { stepMs: 6 * HOUR_MS });
    expect(await t.waits()).toBe(false);
    await expect(t.reject()).rejects.toMatchObject({ code: 'wrong_state' });
    t.clock.advance(MINUTE_MS);
    expect(await t.waits()).toBe(true);
    // While the processor can't be asked, nobody gives back what it may have paid.
    await expect(t.reject()).rejects.toMatchObject({ code: 'payment_unavailable' });
    expect(await t.again(t.payout)).toMatchObject({ status: 'pending' });

    const reference = 'Dashboard of the processor, 17';
    const reason = 'Seen at the processor.';
    const confirm = { idempotencyKey: t.key(), id: t.payout.id, reference, reason };
    expect(await t.services.payouts.confirm(t.admin, confirm)).toMatchObject({ status: 'succeeded' });
    expect(await t.waits()).toBe(false);
    t.gateway.trouble = 'none';
    await t.jobs.advance(DAY_MS, { stepMs: 6 * HOUR_MS });
    expect(t.sentOf(t.payout)).toEqual([]);
    await t.audited();
  });

  it('is given back when the processor never heard of it, and is not sent afterwards', { tags: 'deep' }, async () => {
    const t = await silent();
    t.clock.advance(PAYOUT_ATTENTION_AFTER_MS);
    t.gateway.trouble = 'none';
    expect(await t.reject()).toMatchObject({ status: 'cancelled', note: 'It never arrived.' });
    expect(await t.earnings()).toMatchObject({ available: HOURS_SHARE });
    await t.jobs.advance(DAY_MS, { stepMs: 6 * HOUR_MS });
    expect(t.sentOf(t.payout)).toEqual([]);
    // What the processor says afterwards moves nothing by itself: it is logged for the operator.
    t.gateway.turnsOut(t.payout.id, 'succeeded');
    const event = { kind: 'payout', reference: `out_${t.payout.id}`, payoutId: t.payout.id } as const;
    await t.payoutEventHandlers.payout(t.processor, event);
    expect(await t.again(t.payout)).toMatchObject({ status: 'cancelled' });
    expect(await t.earnings()).toMatchObject({ available: HOURS_SHARE });
    await t.audited();
  });

  it('is not given back when it was paid after all', { tags: 'deep' }, async () => {
    const t = await silent();
    t.gateway.turnsOut(t.payout.id, 'succeeded');
    t.clock.advance(PAYOUT_ATTENTION_AFTER_MS);
    t.gateway.trouble = 'none';
    await expect(t.reject()).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'The processor says that this payout has arrived.',
      remedy: `Confirm it with the processor's reference out_${t.payout.id}, or cancel it at the processor first.`,
    });
    expect(await t.earnings()).toMatchObject({ available: 33n });
    await t.jobs.runDue();
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    await t.audited();
  });

  it('is not decided while a worker speaks with the processor about it', async () => {
    const t = await silent();
    t.clock.advance(PAYOUT_ATTENTION_AFTER_MS);
    t.gateway.trouble = 'none';
    let refusal: unknown;
    t.gateway.onPayOut = async () => {
      refusal = await t.reject().catch((error: unknown) => error);
    };
    await t.workflows['payout.send'].run({ payoutId: t.payout.id }, work());
    expect(refusal).toMatchObject({ code: 'busy' });
    expect(await t.again(t.payout)).toMatchObject({ status: 'succeeded' });
    await t.audited();
  });
});
