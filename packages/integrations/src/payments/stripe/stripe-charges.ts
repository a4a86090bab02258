import { DomainError } from '@rsm/domain/common/domain-error';
import type { PaymentId } from '@rsm/domain/common/ids';
import type { Clock, Instant } from '@rsm/domain/common/instant';
import { SECOND_MS, plusMs } from '@rsm/domain/common/instant';
import type { ChargeOutcome, ChargeRequest, PaymentProcessor } from '@rsm/domain/payments/payment-processor';
import type { Stripe } from 'stripe';
import { idTime, mayBeForgotten, mayBeUnderWay, presentState } from './idempotency.ts';
import { toStripeAmount } from './stripe-amounts.ts';
import type { StripeClient } from './stripe-client.ts';
import { CARD_GONE, DECLINED, NOT_CONFIRMED_IN_TIME, declineReason } from './stripe-declines.ts';
import {
  isKeyConflict,
  isMissing,
  isRefusal,
  keyConflict,
  stripeUnavailable,
  throwUnavailable,
} from './stripe-failures.ts';
import { STRIPE_AUTHENTICATION_AGE_MS_MAX, STRIPE_CLOCK_SKEW_MS_MAX } from './stripe-options.ts';
import { findInPages, tooEarlyToSay } from './stripe-pages.ts';

type Charges = Pick<PaymentProcessor, 'charge' | 'findCharge'>;

/** Charges as PaymentIntents that are made and confirmed in one call, on a card that Stripe keeps. */
export function createStripeCharges(client: StripeClient, clock: Clock): Charges {
  const findByPayment = (payment: {
    readonly paymentId: PaymentId;
    readonly customer: string | null;
    readonly createdAt: Instant;
  }): Promise<Stripe.PaymentIntent | null> =>
    findInPages(
      (position) =>
        client.ask((sdk) =>
          sdk.paymentIntents.list({
            ...position,
            ...(payment.customer === null ? {} : { customer: payment.customer }),
            // Without an end: a payment may be asked for long after it was made.
            created: { gte: toSeconds(plusMs(payment.createdAt, -STRIPE_CLOCK_SKEW_MS_MAX)) },
          }),
        ),
      (intent) => intent.metadata['payment_id'] === payment.paymentId,
    );

  return {
    async charge(request) {
      const { customer, paymentId } = request;
      if (customer === null) throw noCard();
      const amount = toStripeAmount(request.amount, request.currency);
      try {
        if (mayBeForgotten(paymentId, clock.now())) {
          const payment = { paymentId, customer, createdAt: idTime(paymentId) };
          const earlier = await findByPayment(payment).catch(throwUnavailable);
          if (earlier !== null) return outcomeOf(earlier);
        }
        const params = chargeParams(request, customer, amount);
        return outcomeOf(
          await presentState(
            await client.ask((sdk) => sdk.paymentIntents.create(params, { idempotencyKey: paymentId })),
            (id) => client.ask((sdk) => sdk.paymentIntents.retrieve(id)).catch(throwUnavailable),
          ),
        );
      } catch (error) {
        return refusedCharge(error);
      }
    },

    async findCharge(payment) {
      const { reference } = payment;
      try {
        const intent =
          reference === null
            ? await findByPayment(payment)
            : await client.ask((sdk) => sdk.paymentIntents.retrieve(reference)).catch(nullIfMissing);
        if (intent !== null) return outcomeOf(await cancelAbandoned(client, clock, intent));
      } catch (error) {
        throw stripeUnavailable(error);
      }
      if (mayBeUnderWay(payment.createdAt, clock.now())) throw tooEarlyToSay('payment');
      return null;
    },
  };
}

function chargeParams(
  { currency, paymentId, presence, returnUrl, source }: ChargeRequest,
  customer: string,
  amount: number,
): Stripe.PaymentIntentCreateParams {
  return {
    amount,
    currency: currency.toLowerCase(),
    customer,
    payment_method: source,
    allowed_payment_method_types: ['card'],
    confirm: true,
    metadata: { payment_id: paymentId },
    // Where nobody is there to be sent back, Stripe declines what needs the card's owner.
    ...(presence === 'off_session' ? { off_session: true } : { return_url: returnUrl }),
  };
}

/**
 * The clean way out of "waits for the card's owner for ever": a payment that he has not confirmed in an hour is cancelled, and
 * from then on it can't be paid. When he was faster, Stripe refuses to cancel and the payment is read again.
 */
async function cancelAbandoned(
  client: StripeClient,
  clock: Clock,
  intent: Stripe.PaymentIntent,
): Promise<Stripe.PaymentIntent> {
  const waits = intent.status === 'requires_action' || intent.status === 'requires_confirmation';
  const ageMs = clock.now() - intent.created * SECOND_MS;
  if (!waits || ageMs < STRIPE_AUTHENTICATION_AGE_MS_MAX) return intent;
  try {
    return await client.ask((sdk) =>
      sdk.paymentIntents.cancel(
        intent.id,
        { cancellation_reason: 'abandoned' },
        { idempotencyKey: `cancel-${intent.id}` },
      ),
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return client.ask((sdk) => sdk.paymentIntents.retrieve(intent.id));
  }
}

/** What a PaymentIntent says (docs.stripe.com/payments/paymentintents/lifecycle). */
function outcomeOf(intent: Stripe.PaymentIntent): ChargeOutcome {
  const reference = intent.id;
  switch (intent.status) {
    case 'succeeded':
      return { kind: 'succeeded', reference };
    case 'requires_action': {
      const url = intent.next_action?.redirect_to_url?.url;
      return typeof url === 'string'
        ? { kind: 'authentication_required', reference, url }
        : { kind: 'pending', reference };
    }
    case 'requires_payment_method':
      // Only we could confirm it again, and we never do: a declined payment is over.
      return { kind: 'declined', reference, reason: declineReason(intent.last_payment_error) };
    case 'canceled':
      return { kind: 'declined', reference, reason: cancelReason(intent) };
    case 'processing':
    case 'requires_confirmation':
    case 'requires_capture':
    default:
      return { kind: 'pending', reference };
  }
}

function cancelReason({ cancellation_reason: reason, last_payment_error: error }: Stripe.PaymentIntent): string {
  if (reason === 'abandoned') return NOT_CONFIRMED_IN_TIME;
  return error === null ? 'The payment was cancelled.' : declineReason(error);
}

/** A refusal is an answer, so the payment is over; everything else leaves it pending. @throws DomainError */
function refusedCharge(error: unknown): ChargeOutcome {
  if (isKeyConflict(error)) throw keyConflict(error);
  if (!isRefusal(error)) throw stripeUnavailable(error);
  const reference = error.payment_intent?.id ?? null;
  if (error.type === 'StripeCardError') return { kind: 'declined', reference, reason: declineReason(error) };
  const cardIsGone = isMissing(error) || error.param === 'payment_method';
  return { kind: 'declined', reference, reason: cardIsGone ? CARD_GONE : refusalReason(error.code) };
}

function refusalReason(code: string | undefined): string {
  if (code === 'amount_too_small') return 'The amount is below what the card processor takes.';
  if (code === 'amount_too_large') return 'The amount is above what the card processor takes.';
  return DECLINED;
}

function noCard(): DomainError {
  return new DomainError('invalid_input', 'There is no stored card to pay with.', {
    field: 'source',
    remedy: 'Add a card first.',
  });
}

/** @throws whatever it was, unless the thing is not there */
export function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

const toSeconds = (at: Instant): number => Math.floor(at / SECOND_MS);
