import { randomBytes } from 'node:crypto';
import type { PaymentId } from '@rsm/domain/common/ids';
import { cardIdSchema, paymentIdSchema, userIdSchema } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { instant } from '@rsm/domain/common/instant';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import type { PaymentProcessor } from '@rsm/domain/payments/payment-processor';
import { afterAll } from 'vitest';
import { createStripePaymentProcessor } from '../create-stripe-payment-processor.ts';
import type { StripePaymentProcessorOptions } from '../stripe-options.ts';
import type { CardBehaviour } from './stand-in-store.ts';
import type { StripeStandIn } from './stripe-stand-in.ts';
import { STAND_IN_SECRET_KEY, STAND_IN_WEBHOOK_SECRETS, startStripeStandIn } from './stripe-stand-in.ts';

export const EUR = currencySchema.parse('EUR');
export const RETURN_URL = 'https://machines.example.org/wallet';
export const TEN_EUR = amountMicros(10_000_000n);

/** A clock that stands still until the test moves it. */
class TestClock {
  #now = instant(Date.parse('2026-11-02T10:00:00Z'));
  now(): Instant {
    return this.#now;
  }
  advance(ms: number): void {
    this.#now = instant(this.#now + ms);
  }
}

/** The parts of a processor that Stripe has and others lack. */
function whole(processor: PaymentProcessor) {
  const { cards, events, payouts, refunds } = processor;
  if (cards === null || events === null || payouts === null || refunds === null) throw new Error('A part is missing.');
  return { ...processor, cards, events, payouts, refunds };
}

// Closed together at the end of the file: tests that run beside each other have no hooks of their own here.
const standIns: StripeStandIn[] = [];
afterAll(async () => {
  await Promise.all(standIns.splice(0).map((standIn) => standIn.close()));
});

/**
 * A stand-in of Stripe, an adapter before it, and a clock that both follow. One try more after a failure, because the pauses of the
 * SDK are long.
 */
export async function stripeTestBed(changes: Partial<StripePaymentProcessorOptions> = {}) {
  const clock = new TestClock();
  const standIn = await startStripeStandIn({ now: () => clock.now() });
  standIns.push(standIn);
  const calls: string[] = [];
  const processor = whole(
    createStripePaymentProcessor({
      secretKey: STAND_IN_SECRET_KEY,
      webhookSecrets: STAND_IN_WEBHOOK_SECRETS,
      currency: EUR,
      payoutCountry: 'DE',
      guard: (what) => void calls.push(what),
      clock,
      apiBaseUrl: standIn.url,
      callMsMax: 5_000,
      retriesMax: 1,
      ...changes,
    }),
  );

  /** A UUIDv7 of the clock's time. */
  const uuid = (): string => {
    const hex = clock.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const newPaymentId = (): PaymentId => paymentIdSchema.parse(uuid());
  const person = (email = 'ada@example.org') => ({ userId: userIdSchema.parse(uuid()), email });

  return {
    clock,
    standIn,
    processor,
    /** How often the guard against calls inside a transaction was asked. */
    guarded: calls,
    newPaymentId,
    newCardId: () => cardIdSchema.parse(uuid()),
    person,
    /** A person with a stored card, and what a top-up with it looks like. */
    topUp: async (behaviour: CardBehaviour = 'succeeds') => {
      const customer = await processor.cards.createCustomer(person());
      const request = {
        paymentId: newPaymentId(),
        amount: TEN_EUR,
        currency: EUR,
        source: standIn.addCard(customer, behaviour),
        customer,
        presence: 'on_session',
        returnUrl: RETURN_URL,
      } as const;
      const { paymentId } = request;
      return { request, lost: { paymentId, reference: null, customer, createdAt: clock.now() } };
    },
    /** A provider whom Stripe knows. */
    payee: async (): Promise<string> => {
      const { reference } = await processor.payouts.createAccount(person('bob@example.org'));
      standIn.completeOnboarding(reference);
      return reference;
    },
    /** How often the money of such things moved at Stripe. */
    moved: (noun: 'payment_intent' | 'refund' | 'transfer') =>
      standIn.store.all(noun).filter((item) => noun === 'transfer' || item['status'] === 'succeeded').length,
  };
}
