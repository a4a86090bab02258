import { DAY_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { describe, expect, it } from 'vitest';
import type { StandInTrouble } from './testing/stripe-stand-in.ts';
import { EUR, TEN_EUR, stripeTestBed } from './testing/stripe-test-bed.ts';

const REFUND = 'POST /v1/refunds';

/** A paid top-up of ten, and a request to give some of it back. */
async function paid(changes: Parameters<typeof stripeTestBed>[0] = {}) {
  const bed = await stripeTestBed(changes);
  const { request } = await bed.topUp();
  const { reference } = await bed.processor.charge(request);
  const refund = (micros = 4_000_000n) => ({
    refundId: bed.newPaymentId(),
    chargeReference: reference ?? '',
    amount: amountMicros(micros),
    currency: EUR,
  });
  return { ...bed, chargeReference: reference ?? '', refund, refunds: bed.processor.refunds };
}

describe('a refund with Stripe', () => {
  it('gives money back to the card, once per key', async () => {
    const { moved, refund, refunds, standIn } = await paid();
    const request = refund();
    const outcome = await refunds.refund(request);
    expect(outcome).toEqual({ kind: 'succeeded', reference: expect.stringMatching(/^re_/) as string });
    await expect(refunds.refund(request)).resolves.toEqual(outcome);
    expect(standIn.store.all('refund')).toMatchObject([
      { amount: 400, payment_intent: request.chargeReference, metadata: { refund_id: request.refundId } },
    ]);
    expect(moved('refund')).toBe(1);
  });

  it('gives back in parts, and never more than was paid', async () => {
    const { moved, refund, refunds } = await paid();
    await expect(refunds.refund(refund(6_000_000n))).resolves.toMatchObject({ kind: 'succeeded' });
    await expect(refunds.refund(refund(6_000_000n))).resolves.toEqual({
      kind: 'failed',
      reference: null,
      reason: 'The card processor refused the refund, for example because it is above what was paid.',
    });
    await expect(refunds.refund(refund(4_000_000n))).resolves.toMatchObject({ kind: 'succeeded' });
    await expect(refunds.refund(refund(10_000n))).resolves.toMatchObject({
      kind: 'failed',
      reason: 'This payment was given back already.',
    });
    expect(moved('refund')).toBe(2);
  });

  it.each([['a payment that is not there', 'pi_gone', 'The card processor does not know this payment.']])(
    'fails for %s',
    async (_, chargeReference, reason) => {
      const { refund, refunds } = await paid();
      await expect(refunds.refund({ ...refund(), chargeReference })).resolves.toMatchObject({ kind: 'failed', reason });
    },
  );

  it('fails for a payment that was never taken', async () => {
    const { processor, refund, refunds, topUp } = await paid();
    const { request } = await topUp('declined');
    const { reference } = await processor.charge(request);
    await expect(refunds.refund({ ...refund(), chargeReference: reference ?? '' })).resolves.toMatchObject({
      kind: 'failed',
    });
  });

  it.each([
    ['expired_or_canceled_card', 'The card is no longer valid, so nothing can be paid back to it.'],
    ['lost_or_stolen_card', 'The card was lost or replaced, so nothing can be paid back to it.'],
    ['declined', "The card's bank did not take the refund."],
  ])('can fail later (%s)', async (code, reason) => {
    const { refund, refunds, standIn } = await paid();
    const request = refund();
    const { reference } = await refunds.refund(request);
    standIn.failRefund(reference ?? '', code);
    await expect(refunds.find({ ...request, reference })).resolves.toEqual({ kind: 'failed', reference, reason });
  });

  it.each(['pending', 'requires_action', null])('is pending while Stripe calls it %s', async (status) => {
    const { refund, refunds, standIn } = await paid();
    const request = refund();
    const { reference } = await refunds.refund(request);
    standIn.store.change('refund', reference ?? '', { status });
    await expect(refunds.find({ ...request, reference })).resolves.toEqual({ kind: 'pending', reference });
  });

  it('tells the same call what is true now', async () => {
    const { moved, refund, refunds, standIn } = await paid();
    const request = refund();
    const { reference } = await refunds.refund(request);
    standIn.failRefund(reference ?? '', 'lost_or_stolen_card');
    await expect(refunds.refund(request)).resolves.toMatchObject({ kind: 'failed', reference });
    expect(moved('refund')).toBe(0);
  });

  it('is over when it was cancelled', async () => {
    const { refund, refunds, standIn } = await paid();
    const request = refund();
    const { reference } = await refunds.refund(request);
    standIn.store.change('refund', reference ?? '', { status: 'canceled' });
    await expect(refunds.find({ ...request, reference })).resolves.toMatchObject({ kind: 'failed' });
  });

  it('is a conflict with another amount', async () => {
    const { moved, refund, refunds } = await paid();
    const request = refund();
    await refunds.refund(request);
    await expect(refunds.refund({ ...request, amount: TEN_EUR })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
    expect(moved('refund')).toBe(1);
  });

  it('moves nothing after Stripe forgot the key', async () => {
    const { clock, moved, refund, refunds } = await paid();
    const request = refund();
    const outcome = await refunds.refund(request);
    clock.advance(2 * DAY_MS);
    await expect(refunds.refund(request)).resolves.toEqual(outcome);
    expect(moved('refund')).toBe(1);
  });

  it.each<StandInTrouble['kind']>(['server_error', 'rate_limited', 'lost_answer', 'not_reached'])(
    'is found again after %s without end',
    async (kind) => {
      const { clock, moved, refund, refunds, standIn } = await paid({ retriesMax: 0 });
      const request = refund();
      // The SDK sends a request once more after a closed connection, whatever it is told.
      standIn.fail({ kind, call: REFUND, times: 2 });
      await expect(refunds.refund(request)).rejects.toMatchObject({ code: 'payment_unavailable' });
      const happened = kind === 'lost_answer';
      const lost = { ...request, reference: null };
      if (!happened) await expect(refunds.find(lost)).rejects.toMatchObject({ code: 'payment_unavailable' });
      clock.advance(5 * MINUTE_MS);
      const found = await refunds.find(lost);
      expect(found?.kind ?? null).toBe(happened ? 'succeeded' : null);
      expect(moved('refund')).toBe(happened ? 1 : 0);
    },
  );

  it('says nothing when Stripe can not be asked', async () => {
    const { refund, refunds, standIn } = await paid({ retriesMax: 0 });
    standIn.fail({ kind: 'server_error', call: 'GET /v1/refunds' });
    await expect(refunds.find({ ...refund(), reference: null })).rejects.toMatchObject({ code: 'payment_unavailable' });
  });

  it('never heard of a reference that is not there', async () => {
    const { clock, refund, refunds } = await paid();
    const request = refund();
    clock.advance(5 * MINUTE_MS);
    await expect(refunds.find({ ...request, reference: 're_gone' })).resolves.toBeNull();
  });
});
