import { DAY_MS, HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { describe, expect, it } from 'vitest';
import type { CardBehaviour } from './testing/stand-in-store.ts';
import type { StandInTrouble } from './testing/stripe-stand-in.ts';
import { RETURN_URL, stripeTestBed } from './testing/stripe-test-bed.ts';

const CHARGE = 'POST /v1/payment_intents';

/** Little patience where the answer never comes. */
const patience = (kind: StandInTrouble['kind']) => (kind === 'late_answer' ? { callMsMax: 2_000 } : {});

describe('a charge with Stripe', () => {
  it('takes the money and names the payment', async () => {
    const { guarded, moved, processor, standIn, topUp } = await stripeTestBed();
    const { request } = await topUp();
    guarded.length = 0;
    const outcome = await processor.charge(request);
    const [intent] = standIn.store.all('payment_intent');
    expect(outcome).toEqual({ kind: 'succeeded', reference: intent?.id });
    expect(intent).toMatchObject({ amount: 1_000, currency: 'eur', metadata: { payment_id: request.paymentId } });
    expect(standIn.requests.at(-1)).toMatchObject({ idempotencyKey: request.paymentId });
    expect(moved('payment_intent')).toBe(1);
    expect(guarded).toEqual(['Stripe']);
  });

  it('never leaves from inside a transaction', async () => {
    const { processor, standIn, topUp } = await stripeTestBed();
    const { request } = await topUp();
    const inside = await stripeTestBed({
      apiBaseUrl: standIn.url,
      guard: (what) => {
        throw new Error(`${what} must not happen inside a transaction.`);
      },
    });
    const asked = standIn.requests.length;
    await expect(inside.processor.charge(request)).rejects.toThrow('Stripe must not happen inside a transaction.');
    await expect(inside.processor.cards.list('cus_1')).rejects.toThrow('inside a transaction');
    expect(standIn.requests).toHaveLength(asked);
    await expect(processor.charge(request)).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it.each<[CardBehaviour, string]>([
    ['declined', 'Your card was declined.'],
    ['insufficient_funds', 'The card has insufficient funds.'],
    ['expired', 'The card has expired.'],
    // Why exactly stays between the bank and the thief.
    ['stolen', 'Your card was declined.'],
  ])('is over when the card is %s, with the reason in plain words', async (behaviour, reason) => {
    const { moved, processor, topUp } = await stripeTestBed();
    const { lost, request } = await topUp(behaviour);
    const outcome = await processor.charge(request);
    expect(outcome).toEqual({ kind: 'declined', reference: expect.stringMatching(/^pi_/) as string, reason });
    await expect(processor.charge(request)).resolves.toEqual(outcome);
    await expect(processor.findCharge(lost)).resolves.toEqual(outcome);
    expect(moved('payment_intent')).toBe(0);
  });

  it('sends the owner of the card to his bank, and learns later how it went', async () => {
    const { processor, standIn, topUp } = await stripeTestBed();
    const { lost, request } = await topUp('authentication_required');
    const outcome = await processor.charge(request);
    if (outcome.kind !== 'authentication_required') throw new Error(`expected a page, got ${outcome.kind}`);
    expect(outcome.url).toBe(`${standIn.url}/hosted/authenticate/${outcome.reference}`);
    expect(standIn.store.get('payment_intent', outcome.reference)).toMatchObject({
      next_action: { redirect_to_url: { return_url: RETURN_URL } },
    });
    await expect(processor.findCharge(lost)).resolves.toEqual(outcome);
    standIn.settle(outcome.reference, 'succeeds');
    await expect(processor.findCharge(lost)).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it('is over when he fails at his bank', async () => {
    const { processor, standIn, topUp } = await stripeTestBed();
    const { lost, request } = await topUp('authentication_required');
    const { reference } = await processor.charge(request);
    standIn.settle(reference ?? '', 'fails');
    await expect(processor.findCharge({ ...lost, reference })).resolves.toEqual({
      kind: 'declined',
      reference,
      reason: 'The card was not confirmed with its bank.',
    });
  });

  it('asks the renter to pay by himself when the bank wants him and he is not there', async () => {
    const { moved, processor, topUp } = await stripeTestBed();
    const { request } = await topUp('authentication_required');
    await expect(processor.charge({ ...request, presence: 'off_session' })).resolves.toMatchObject({
      kind: 'declined',
      reason:
        'The bank wants the owner of the card to confirm this payment. Top up by yourself once, and confirm it there.',
    });
    expect(moved('payment_intent')).toBe(0);
  });

  it('works without its owner when the bank does not ask', async () => {
    const { processor, standIn, topUp } = await stripeTestBed();
    const { request } = await topUp();
    await expect(processor.charge({ ...request, presence: 'off_session' })).resolves.toMatchObject({
      kind: 'succeeded',
    });
    expect(standIn.requests.at(-1)?.params).toMatchObject({ off_session: 'true' });
    expect(standIn.requests.at(-1)?.params).not.toHaveProperty('return_url');
  });

  it('is pending while the bank processes it', async () => {
    const { processor, standIn, topUp } = await stripeTestBed();
    const { lost, request } = await topUp('processing');
    const outcome = await processor.charge(request);
    expect(outcome).toEqual({ kind: 'pending', reference: expect.stringMatching(/^pi_/) as string });
    standIn.settle(outcome.reference ?? '', 'succeeds');
    await expect(processor.findCharge(lost)).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it.each<[string, (request: { source: string; customer: string }) => { source: string; customer: string }]>([
    ['a card that is not there', (request) => ({ ...request, source: 'pm_gone' })],
    ['a customer that is not there', (request) => ({ ...request, customer: 'cus_gone' })],
  ])('is declined with %s', async (_, change) => {
    const { processor, topUp } = await stripeTestBed();
    const { request } = await topUp();
    await expect(processor.charge({ ...request, ...change(request) })).resolves.toEqual({
      kind: 'declined',
      reference: null,
      reason: 'This card is no longer stored. Add it again, or use another one.',
    });
  });

  it('is declined with the card of somebody else', async () => {
    const { moved, processor, person, standIn, topUp } = await stripeTestBed();
    const { request } = await topUp();
    const other = await processor.cards.createCustomer(person('eve@example.org'));
    const stolen = standIn.addCard(other);
    await expect(processor.charge({ ...request, source: stolen })).resolves.toMatchObject({ kind: 'declined' });
    expect(moved('payment_intent')).toBe(0);
  });

  it('is declined below what the processor takes', async () => {
    const { processor, topUp } = await stripeTestBed();
    const { request } = await topUp();
    await expect(processor.charge({ ...request, amount: amountMicros(10_000n) })).resolves.toEqual({
      kind: 'declined',
      reference: null,
      reason: 'The amount is below what the card processor takes.',
    });
  });

  it('needs a stored card', async () => {
    const { processor, topUp } = await stripeTestBed();
    const { request } = await topUp();
    await expect(processor.charge({ ...request, customer: null })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'source',
    });
  });

  it.each([0n, -10_000n, 10_000_001n])('refuses %s millionths before anything is sent', async (micros) => {
    const { processor, standIn, topUp } = await stripeTestBed();
    const { request } = await topUp();
    const asked = standIn.requests.length;
    await expect(processor.charge({ ...request, amount: amountMicros(micros) })).rejects.toMatchObject({
      code: 'invalid_amount',
      field: 'amount',
    });
    expect(() => processor.check({ amount: amountMicros(micros), source: 'pm_1' })).toThrow(
      expect.objectContaining({ code: 'invalid_amount' }),
    );
    expect(standIn.requests).toHaveLength(asked);
  });

  it.each(['4242424242424242', '', 'pm_', 'cus_1', `pm_${'x'.repeat(300)}`])(
    'refuses %j as a card without repeating it',
    async (source) => {
      const { processor } = await stripeTestBed();
      const error: unknown = (() => {
        try {
          processor.check({ amount: amountMicros(10_000_000n), source });
        } catch (caught) {
          return caught;
        }
        return undefined;
      })();
      expect(error).toMatchObject({ code: 'invalid_input', field: 'source' });
      if (source.length > 3) expect(String(error)).not.toContain(source);
    },
  );
});

describe('the same charge again', () => {
  it('moves the money once, with the same answer', async () => {
    const { moved, processor, topUp } = await stripeTestBed();
    const { request } = await topUp();
    const [first, second] = [await processor.charge(request), await processor.charge(request)];
    expect(second).toEqual(first);
    expect(moved('payment_intent')).toBe(1);
  });

  it.each([
    ['another amount', { amount: amountMicros(20_000_000n) }],
    ['another return address', { returnUrl: 'https://elsewhere.example.org/' }],
  ])('is a conflict with %s', async (_, change) => {
    const { moved, processor, topUp } = await stripeTestBed();
    const { request } = await topUp();
    await processor.charge(request);
    await expect(processor.charge({ ...request, ...change })).rejects.toMatchObject({
      code: 'idempotency_conflict',
      field: 'idempotencyKey',
    });
    expect(moved('payment_intent')).toBe(1);
  });

  it('moves nothing after Stripe forgot the key', async () => {
    const { clock, moved, processor, topUp } = await stripeTestBed();
    const { request } = await topUp();
    const first = await processor.charge(request);
    clock.advance(DAY_MS + HOUR_MS);
    await expect(processor.charge(request)).resolves.toEqual(first);
    expect(moved('payment_intent')).toBe(1);
  });

  it('moves nothing on the fifth day when it was first asked for on the third', async () => {
    const { clock, moved, processor, topUp } = await stripeTestBed();
    const { lost, request } = await topUp();
    clock.advance(3 * DAY_MS);
    const first = await processor.charge(request);
    clock.advance(2 * DAY_MS);
    await expect(processor.charge(request)).resolves.toEqual(first);
    await expect(processor.findCharge(lost)).resolves.toEqual(first);
    expect(moved('payment_intent')).toBe(1);
  });

  it('tells what is true now, not what Stripe said the first time', async () => {
    const { moved, processor, standIn, topUp } = await stripeTestBed();
    const { request } = await topUp('authentication_required');
    const { reference } = await processor.charge(request);
    standIn.settle(reference ?? '', 'succeeds');
    await expect(processor.charge(request)).resolves.toEqual({ kind: 'succeeded', reference });
    expect(moved('payment_intent')).toBe(1);
  });

  it('is open, and not declined, when an old one can not be looked for', async () => {
    const { clock, moved, processor, standIn, topUp } = await stripeTestBed({ retriesMax: 0 });
    const { request } = await topUp();
    await processor.charge(request);
    clock.advance(2 * DAY_MS);
    await expect(processor.charge({ ...request, customer: 'cus_gone' })).resolves.toMatchObject({ kind: 'declined' });
    standIn.fail({ kind: 'server_error', call: 'GET /v1/payment_intents' });
    await expect(processor.charge(request)).rejects.toMatchObject({ code: 'payment_unavailable' });
    expect(moved('payment_intent')).toBe(1);
  });

  it('would move it twice without that look: the stand-in does forget', async () => {
    const { clock, moved, processor, standIn, topUp } = await stripeTestBed();
    const { request } = await topUp();
    await processor.charge(request);
    clock.advance(DAY_MS + HOUR_MS);
    // An adapter whose clock stands still does not notice that the key is old.
    const blind = await stripeTestBed({ apiBaseUrl: standIn.url });
    await blind.processor.charge(request);
    expect(moved('payment_intent')).toBe(2);
  });
});

describe.concurrent('trouble during a charge', () => {
  it.each<StandInTrouble['kind']>([
    'rate_limited',
    'server_error',
    'key_in_use',
    'lost_answer',
    'late_answer',
    'not_reached',
  ])('one %s is repeated with the same key, and the money moves once', async (kind) => {
    const { moved, processor, standIn, topUp } = await stripeTestBed(patience(kind));
    const { request } = await topUp();
    standIn.fail({ kind, call: CHARGE });
    await expect(processor.charge(request)).resolves.toMatchObject({ kind: 'succeeded' });
    const tries = standIn.requests.filter(({ method, path }) => `${method} ${path}` === CHARGE);
    expect(tries.map(({ idempotencyKey }) => idempotencyKey)).toEqual([request.paymentId, request.paymentId]);
    expect(moved('payment_intent')).toBe(1);
  });

  it.each<[StandInTrouble['kind'], 'taken' | 'untouched']>([
    ['rate_limited', 'untouched'],
    ['server_error', 'untouched'],
    ['key_in_use', 'untouched'],
    ['not_reached', 'untouched'],
    ['lost_answer', 'taken'],
    ['late_answer', 'taken'],
  ])('%s without end leaves the payment open, with the money %s', async (kind, money) => {
    const { clock, moved, processor, standIn, topUp } = await stripeTestBed(patience(kind));
    const { lost, request } = await topUp();
    standIn.fail({ kind, call: CHARGE, times: 2 });
    await expect(processor.charge(request)).rejects.toMatchObject({ code: 'payment_unavailable' });
    expect(moved('payment_intent')).toBe(money === 'taken' ? 1 : 0);
    // The answer is lost, what became of it is not.
    clock.advance(5 * MINUTE_MS);
    const found = await processor.findCharge(lost);
    if (money === 'taken') expect(found).toMatchObject({ kind: 'succeeded' });
    else expect(found).toBeNull();
    // And the same key still moves it once.
    await expect(processor.charge(request)).resolves.toMatchObject({ kind: 'succeeded' });
    expect(moved('payment_intent')).toBe(1);
  });
});

describe('what an operator sees of a failure', () => {
  it('says that the key is refused, without any of it', async () => {
    const { processor, standIn, topUp } = await stripeTestBed();
    const { request } = await topUp();
    const secretKey = 'sk_test_anotherKeyThatIsWrong';
    const wrong = await stripeTestBed({ apiBaseUrl: standIn.url, secretKey });
    const error: unknown = await wrong.processor.charge(request).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'payment_unavailable',
      message: expect.stringContaining('not accept') as string,
    });
    const everything = error instanceof Error ? `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}` : '';
    expect(everything).toMatch(/401/);
    expect(everything).not.toContain('sk_test');
    await expect(processor.charge(request)).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it('names the request, and carries nothing of the payment', async () => {
    const { processor, standIn, topUp } = await stripeTestBed({ retriesMax: 0 });
    const { request } = await topUp();
    standIn.fail({ kind: 'server_error', call: CHARGE });
    const error: unknown = await processor.charge(request).catch((reason: unknown) => reason);
    const { cause } = error instanceof Error ? error : new Error('none');
    expect(String(cause)).toMatch(/StripeAPIError 500 req_\d+/);
    expect(Object.keys(cause ?? {})).toEqual([]);
  });

  it('refuses to send the key anywhere in plain text', async () => {
    await expect(stripeTestBed({ apiBaseUrl: 'http://api.example.org' })).rejects.toThrow(/must begin with https/);
  });
});

describe('looking for a charge', () => {
  it('never heard of it, once no call can be under way any more', async () => {
    const { clock, processor, topUp } = await stripeTestBed();
    const { lost } = await topUp();
    await expect(processor.findCharge(lost)).rejects.toMatchObject({ code: 'payment_unavailable' });
    clock.advance(3 * MINUTE_MS);
    await expect(processor.findCharge(lost)).resolves.toBeNull();
    await expect(processor.findCharge({ ...lost, reference: 'pi_gone' })).resolves.toBeNull();
  });

  it('finds the right one among many, page after page', async () => {
    const { newPaymentId, processor, standIn, topUp } = await stripeTestBed();
    const { lost, request } = await topUp();
    await processor.charge(request);
    const [intent] = standIn.store.all('payment_intent');
    if (intent === undefined) throw new Error('expected a payment');
    for (let more = 0; more < 250; more += 1) {
      standIn.store.put('payment_intent', {
        ...intent,
        id: `pi_more${more}`,
        metadata: { payment_id: newPaymentId() },
      });
    }
    await expect(processor.findCharge(lost)).resolves.toMatchObject({ kind: 'succeeded' });
    await expect(processor.findCharge({ ...lost, customer: null })).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it('does not say that nothing was taken when there is more than it reads', async () => {
    const { clock, processor, standIn, topUp } = await stripeTestBed();
    const { lost, request } = await topUp();
    await processor.charge(request);
    const [intent] = standIn.store.all('payment_intent');
    if (intent === undefined) throw new Error('expected a payment');
    for (let more = 0; more < 1_000; more += 1) {
      standIn.store.put('payment_intent', { ...intent, id: `pi_more${more}`, metadata: {} });
    }
    clock.advance(HOUR_MS);
    await expect(processor.findCharge(lost)).rejects.toMatchObject({ code: 'payment_unavailable' });
  });

  it('says nothing when a page of the list fails', async () => {
    const { clock, processor, standIn, topUp } = await stripeTestBed({ retriesMax: 0 });
    const { lost, request } = await topUp();
    await processor.charge(request);
    clock.advance(HOUR_MS);
    standIn.fail({ kind: 'server_error', call: 'GET /v1/payment_intents' });
    await expect(processor.findCharge(lost)).rejects.toMatchObject({ code: 'payment_unavailable' });
    await expect(processor.findCharge(lost)).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it('cancels what its owner did not confirm in an hour, so that it ends and can not be paid later', async () => {
    const { clock, processor, standIn, topUp } = await stripeTestBed();
    const { lost, request } = await topUp('authentication_required');
    const { reference } = await processor.charge(request);
    clock.advance(HOUR_MS - MINUTE_MS);
    await expect(processor.findCharge(lost)).resolves.toMatchObject({ kind: 'authentication_required' });
    clock.advance(MINUTE_MS);
    await expect(processor.findCharge(lost)).resolves.toEqual({
      kind: 'declined',
      reference,
      reason: 'The payment was not confirmed with the bank in time.',
    });
    expect(standIn.store.get('payment_intent', reference ?? '')).toMatchObject({ status: 'canceled' });
  });

  it('is told the truth when he was faster than the cancelling', async () => {
    const { clock, moved, processor, standIn, topUp } = await stripeTestBed({ retriesMax: 0 });
    const { lost, request } = await topUp('authentication_required');
    const { reference } = await processor.charge(request);
    clock.advance(2 * HOUR_MS);
    standIn.before(`POST /v1/payment_intents/${reference}/cancel`, () => standIn.settle(reference ?? '', 'succeeds'));
    await expect(processor.findCharge({ ...lost, reference })).resolves.toEqual({ kind: 'succeeded', reference });
    expect(standIn.requests.at(-2)?.path).toBe(`/v1/payment_intents/${reference}/cancel`);
    expect(moved('payment_intent')).toBe(1);
  });
});
