import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '@rsm/domain/common/instant';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, plusMs } from '@rsm/domain/common/instant';
import { PROCESSOR_EVENTS_MAX } from '@rsm/domain/payments/payment-processor';
import { describe, expect, it } from 'vitest';
import { STRIPE_ACCOUNT_EVENTS, STRIPE_OWN_EVENTS, STRIPE_THIN_EVENTS } from './stripe-event-subjects.ts';
import { STRIPE_API_VERSION } from './stripe-options.ts';
import type { StandInEvent } from './testing/stand-in-store.ts';
import { signEvent } from './testing/stand-in-webhooks.ts';
import { STAND_IN_WEBHOOK_SECRETS } from './testing/stripe-stand-in.ts';
import { EUR, RETURN_URL, TEN_EUR, stripeTestBed } from './testing/stripe-test-bed.ts';

/** A market with one paid top-up, and its event. */
async function paid(changes: Parameters<typeof stripeTestBed>[0] = {}) {
  const bed = await stripeTestBed(changes);
  const { request } = await bed.topUp();
  const { reference } = await bed.processor.charge(request);
  const event = bed.standIn.store.events.at(-1);
  if (event === undefined || reference === null) throw new Error('expected an event');
  return { ...bed, request, reference, event, events: bed.processor.events };
}

const badSignature = { code: 'invalid_input', field: 'signature' };

describe('what comes to the webhook', () => {
  it('is read when it is signed, and says only what to ask for', async () => {
    const { clock, event, events, reference, request, standIn } = await paid();
    expect(events.read(standIn.sign(event))).toEqual({
      id: event.id,
      type: 'payment_intent.succeeded',
      at: clock.now(),
      subject: { kind: 'charge', reference, paymentId: request.paymentId },
    });
  });

  it('is refused with a forged signature', async () => {
    const { event, events, standIn } = await paid();
    const forged = standIn.sign(event, { secret: 'whsec_ofSomebodyElse' });
    expect(() => events.read(forged)).toThrow(expect.objectContaining(badSignature));
  });

  it('is refused when its signature is old, and read up to five minutes', async () => {
    const { event, events, standIn } = await paid();
    expect(() => events.read(standIn.sign(event, { ageSeconds: 301 }))).toThrow(expect.objectContaining(badSignature));
    expect(events.read(standIn.sign(event, { ageSeconds: 300 }))).toMatchObject({ id: event.id });
  });

  it('is refused when somebody plays it again later', async () => {
    const { clock, event, events, standIn } = await paid();
    const delivery = standIn.sign(event);
    clock.advance(6 * MINUTE_MS);
    expect(() => events.read(delivery)).toThrow(expect.objectContaining(badSignature));
    // Stripe itself signs each try anew.
    expect(events.read(standIn.sign(event))).toMatchObject({ id: event.id });
  });

  it.each<[string, (signature: string) => string | null]>([
    ['without a signature', () => null],
    ['with an empty one', () => ''],
    ['with half of one', (signature) => signature.slice(0, -20)],
    ['with only a time', (signature) => signature.split(',')[0] ?? ''],
    ['with only a hash', (signature) => signature.split(',')[1] ?? ''],
    ['with another time', (signature) => signature.replace(/t=\d+/, 't=1793613601')],
    ['with a time that is none', (signature) => signature.replace(/t=\d+/, 't=soon')],
    ['with another scheme', (signature) => signature.replace('v1=', 'v0=')],
    ['with something else', () => 'Bearer whsec_standInOwnAccount'],
  ])('is refused %s', async (_, change) => {
    const { event, events, standIn } = await paid();
    const { body, signature } = standIn.sign(event);
    expect(() => events.read({ body, signature: change(signature) })).toThrow(expect.objectContaining(badSignature));
  });

  it.each<[string, (body: Uint8Array) => Uint8Array]>([
    ['changed', (body) => new TextEncoder().encode(new TextDecoder().decode(body).replace('pi_', 'pi_x'))],
    ['cut off', (body) => body.slice(0, -1)],
    ['empty', () => new Uint8Array()],
    [
      'parsed and written again',
      (body) => new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(body)))),
    ],
  ])('is refused when its body was %s', async (_, change) => {
    const { event, events, standIn } = await paid();
    const { body, signature } = standIn.sign(event);
    expect(() => events.read({ body: change(body), signature })).toThrow(expect.objectContaining(badSignature));
  });

  it.each<[string, unknown]>([
    ['no event', { hello: 'world' }],
    ['an event without an id', { object: 'event', type: 'x', created: 1, livemode: false, data: { object: {} } }],
    ['an event of another form', { id: 'evt_1', object: 'event', type: 7 }],
    ['a list', []],
  ])('is refused when it is signed and yet %s', async (_, content) => {
    const { events, standIn } = await paid();
    const delivery = signEvent(content, STAND_IN_WEBHOOK_SECRETS[0], Math.floor(standIn.store.now() / SECOND_MS));
    expect(() => events.read(delivery)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'body' }));
  });

  it('never repeats a secret or what was delivered in its errors', async () => {
    const { event, events, standIn } = await paid();
    const error: unknown = (() => {
      try {
        return events.read(standIn.sign(event, { secret: 'whsec_ofSomebodyElse' }));
      } catch (caught) {
        return caught;
      }
    })();
    const text = error instanceof Error ? `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}` : '';
    expect(text).toContain('signature');
    expect(text).not.toMatch(/whsec_|pi_|_secret_/);
  });

  it('is nothing to us from another mode: test events reach the live address, too', async () => {
    const { event, events, standIn } = await paid();
    const live: StandInEvent = { ...event, livemode: true };
    expect(events.read(standIn.sign(live))).toMatchObject({ id: event.id, subject: null });
  });

  it("is nothing to us from inside a provider's own account", async () => {
    const { event, events, standIn } = await paid();
    const foreign: StandInEvent = { ...event, account: 'acct_1' };
    expect(events.read(standIn.sign(foreign))).toMatchObject({ subject: null });
  });

  it('is nothing to us of an unknown type', async () => {
    const { events, standIn } = await paid();
    const event = standIn.store.tell('price.created', { id: 'price_1', object: 'price' });
    expect(events.read(standIn.sign(event))).toMatchObject({ type: 'price.created', subject: null });
  });

  it('names no payment of ours when the metadata is somebody else’s', async () => {
    const { events, standIn } = await paid();
    const object = { id: 'pi_1', object: 'payment_intent', metadata: { payment_id: 'not an id' } };
    const event = standIn.store.tell('payment_intent.succeeded', object);
    expect(events.read(standIn.sign(event)).subject).toEqual({ kind: 'charge', reference: 'pi_1', paymentId: null });
  });
});

describe('what events are about', () => {
  /** Reads what was told since, as types and subjects. */
  const told = async (act: (bed: Awaited<ReturnType<typeof paid>>) => Promise<void> | void) => {
    const bed = await paid();
    const before = bed.standIn.store.events.length;
    await act(bed);
    const events = bed.standIn.store.events.slice(before).map((event) => bed.events.read(bed.standIn.sign(event)));
    return { ...bed, told: events.map(({ subject, type }) => ({ type, subject })) };
  };

  it('a refund, and the charge that it changes', async () => {
    const {
      reference,
      request,
      standIn,
      told: events,
    } = await told(async ({ newPaymentId, processor, reference: charge }) => {
      const refundId = newPaymentId();
      await processor.refunds.refund({ refundId, chargeReference: charge, amount: TEN_EUR, currency: EUR });
    });
    const [refund] = standIn.store.all('refund');
    expect(events).toEqual([
      {
        type: 'refund.created',
        subject: {
          kind: 'refund',
          reference: refund?.id,
          refundId: expect.stringMatching(/-7/) as string,
        },
      },
      { type: 'charge.refunded', subject: { kind: 'charge', reference, paymentId: request.paymentId } },
    ]);
  });

  it('a card that was added, and one that was taken away', async () => {
    const { request, told: events } = await told(
      async ({ newCardId, processor, request: { customer, source }, standIn }) => {
        const { url } = await processor.cards.startSetup({
          cardId: newCardId(),
          customer,
          currency: EUR,
          returnUrl: RETURN_URL,
        });
        standIn.completeSetup(url);
        await processor.cards.remove(source);
      },
    );
    const subject = { kind: 'cards', customer: request.customer };
    expect(events).toEqual([
      { type: 'setup_intent.succeeded', subject },
      { type: 'checkout.session.completed', subject },
      { type: 'payment_method.detached', subject },
    ]);
  });

  it('a payout, and one that was taken back', async () => {
    const { standIn, told: events } = await told(async ({ newPaymentId, payee, processor, standIn: stripe }) => {
      const payout = { payoutId: newPaymentId(), account: await payee(), amount: TEN_EUR, currency: EUR };
      const { reference } = await processor.payouts.payOut(payout);
      stripe.reverseTransfer(reference ?? '');
    });
    const [transfer] = standIn.store.all('transfer');
    const subject = { kind: 'payout', reference: transfer?.id, payoutId: expect.stringMatching(/-7/) as string };
    expect(events.filter(({ subject: about }) => about?.kind === 'payout')).toEqual([
      { type: 'transfer.created', subject },
      { type: 'transfer.reversed', subject },
    ]);
  });

  it("a provider's account, in both of Stripe's forms", async () => {
    let account = '';
    const { told: events } = await told(async ({ person, processor, standIn }) => {
      account = (await processor.payouts.createAccount(person('bob@example.org'))).reference;
      standIn.completeOnboarding(account);
      standIn.closeAccount(account);
      standIn.deauthorizeAccount(account);
    });
    const subject = { kind: 'payout_account', account };
    expect(events).toEqual([
      { type: 'account.updated', subject },
      { type: 'v2.core.account[configuration.recipient].capability_status_updated', subject },
      { type: 'account.updated', subject },
      { type: 'v2.core.account.closed', subject },
      { type: 'account.application.deauthorized', subject },
    ]);
  });

  it('a chargeback', async () => {
    let dispute = '';
    const { told: events } = await told(({ reference, standIn }) => {
      dispute = standIn.openDispute(reference);
      standIn.moveDispute(dispute, 'won');
    });
    const subject = { kind: 'chargeback', reference: dispute };
    expect(events.map(({ type }) => type)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
    expect(events.every((event) => JSON.stringify(event.subject) === JSON.stringify(subject))).toBe(true);
  });
});

describe('what no webhook told', () => {
  it('is listed, oldest first, in the same form', async () => {
    const { clock, event, events, processor, standIn, topUp } = await paid();
    const since = clock.now();
    clock.advance(MINUTE_MS);
    const { request } = await topUp('declined');
    await processor.charge(request);
    const listed = await events.listSince(since);
    expect(listed.map(({ type }) => type)).toEqual(['payment_intent.succeeded', 'payment_intent.payment_failed']);
    expect(listed[0]).toEqual(events.read(standIn.sign(event)));
    await expect(events.listSince(plusMs(since, SECOND_MS))).resolves.toHaveLength(1);
    await expect(events.listSince(plusMs(clock.now(), HOUR_MS))).resolves.toEqual([]);
  });

  it('leaves out what says nothing to us', async () => {
    const { clock, events, standIn } = await paid();
    standIn.store.tell('price.created', { id: 'price_1', object: 'price' });
    await expect(events.listSince(plusMs(clock.now(), -DAY_MS))).resolves.toHaveLength(1);
  });

  /** Asks again from the last event on, until fewer than the limit come. */
  const readAll = async (events: Awaited<ReturnType<typeof paid>>['events'], since: Instant) => {
    const seen = new Set<string>();
    let from = since;
    for (let round = 0; round < 5; round += 1) {
      const listed = await events.listSince(from);
      expect(listed.map(({ at }) => at)).toEqual(listed.map(({ at }) => at).toSorted((a, b) => a - b));
      for (const { id } of listed) seen.add(id);
      if (listed.length < PROCESSOR_EVENTS_MAX) break;
      expect(listed).toHaveLength(PROCESSOR_EVENTS_MAX);
      from = listed.at(-1)?.at ?? from;
    }
    return seen;
  };

  it('is bounded, begins with the oldest, and is whole when it is asked for again', async () => {
    const { clock, events, standIn } = await paid();
    const since = clock.now();
    for (let count = 0; count < 1_500; count += 1) {
      clock.advance(SECOND_MS);
      standIn.store.tell('payment_intent.processing', { id: `pi_${count}`, object: 'payment_intent', metadata: {} });
    }
    expect((await readAll(events, since)).size).toBe(1_501);
  });

  it.each([
    ['spread over a day', DAY_MS / 250, 0],
    ['all in the last seconds of a month', 100, 30 * DAY_MS],
  ])('is whole even when it is more than is read at once: %s', async (_, pauseMs, quietMs) => {
    const { clock, events, standIn } = await paid({ eventPagesMax: 1 });
    const since = clock.now();
    clock.advance(quietMs);
    for (let count = 0; count < 250; count += 1) {
      clock.advance(pauseMs);
      standIn.store.tell('payment_intent.processing', { id: `pi_${count}`, object: 'payment_intent', metadata: {} });
    }
    expect((await readAll(events, since)).size).toBe(251);
  });

  it('says so when more happened in one second than can be listed', async () => {
    const { clock, events, standIn } = await paid({ eventPagesMax: 1 });
    for (let count = 0; count < 101; count += 1) {
      standIn.store.tell('payment_intent.processing', { id: `pi_${count}`, object: 'payment_intent', metadata: {} });
    }
    await expect(events.listSince(clock.now())).rejects.toMatchObject({ code: 'payment_unavailable' });
  });

  it('says so when Stripe can not be asked', async () => {
    const { clock, events, standIn } = await paid({ retriesMax: 0 });
    standIn.fail({ kind: 'server_error', call: 'GET /v1/events' });
    await expect(events.listSince(clock.now())).rejects.toMatchObject({ code: 'payment_unavailable' });
  });
});

describe('a chargeback', () => {
  it('is found with what it takes back', async () => {
    const { events, reference, standIn } = await paid();
    const dispute = standIn.openDispute(reference, { amount: 400 });
    await expect(events.findChargeback(dispute)).resolves.toEqual({
      reference: dispute,
      chargeReference: reference,
      amount: 4_000_000n,
      currency: EUR,
      reason: 'fraudulent',
      status: 'open',
    });
  });

  it.each([
    ['under_review', 'open'],
    ['won', 'won'],
    ['lost', 'lost'],
    ['appeal_under_review', 'lost'],
  ])('that is %s at Stripe is %s here', async (status, expected) => {
    const { events, reference, standIn } = await paid();
    const dispute = standIn.openDispute(reference);
    standIn.moveDispute(dispute, status);
    await expect(events.findChargeback(dispute)).resolves.toMatchObject({ status: expected });
  });

  it.each(['warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented', 'of_a_later_version'])(
    'is none while it is %s: no money moved',
    async (status) => {
      const { events, reference, standIn } = await paid();
      const dispute = standIn.openDispute(reference, { status });
      await expect(events.findChargeback(dispute)).resolves.toBeNull();
    },
  );

  it('is none when Stripe does not know it, and unknown when Stripe can not be asked', async () => {
    const { events, standIn } = await paid({ retriesMax: 0 });
    await expect(events.findChargeback('du_gone')).resolves.toBeNull();
    standIn.fail({ kind: 'server_error' });
    await expect(events.findChargeback('du_gone')).rejects.toMatchObject({ code: 'payment_unavailable' });
  });
});

describe('docs/operations.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../../docs/operations.md'), 'utf8');

  it.each([...STRIPE_OWN_EVENTS, ...STRIPE_ACCOUNT_EVENTS, ...STRIPE_THIN_EVENTS])('names the event %s', (type) => {
    expect(page).toContain(`\`${type}\``);
  });

  it('names the version of the API', () => {
    expect(page).toContain(STRIPE_API_VERSION);
  });

  it('lists no more types than Stripe takes at once', () => {
    expect(STRIPE_OWN_EVENTS.length).toBeLessThanOrEqual(20);
  });
});
