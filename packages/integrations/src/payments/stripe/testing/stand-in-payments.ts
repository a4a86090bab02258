import type { CardBehaviour, StandInStore } from './stand-in-store.ts';
import type { WireGroup, WireObject } from './stand-in-wire.ts';
import {
  StripeRefusal,
  amountAt,
  groupAt,
  invalidRequest,
  listAt,
  noSuch,
  refuseUnknown,
  requiredAt,
  textAt,
} from './stand-in-wire.ts';

const CREATE_PARAMS =
  'amount currency customer payment_method allowed_payment_method_types confirm off_session return_url metadata description'.split(
    ' ',
  );

/** The errors of cards (docs.stripe.com/declines/codes), with Stripe's own texts. */
const CARD_ERRORS: Partial<Record<CardBehaviour, { code: string; decline_code?: string; message: string }>> = {
  declined: { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' },
  insufficient_funds: {
    code: 'card_declined',
    decline_code: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
  },
  expired: { code: 'expired_card', decline_code: 'expired_card', message: 'Your card has expired.' },
  stolen: { code: 'card_declined', decline_code: 'stolen_card', message: 'Your card was declined.' },
};

const AUTHENTICATION_REQUIRED = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/** `POST /v1/payment_intents` with `confirm=true`. */
export function createPaymentIntent(store: StandInStore, params: WireGroup, url: string): WireObject {
  refuseUnknown(params, CREATE_PARAMS);
  const amount = amountAt(params);
  if (amount < 50) {
    throw invalidRequest('Amount must be at least €0.50 eur', { code: 'amount_too_small', param: 'amount' });
  }
  const customer = requiredAt(params, 'customer');
  store.get('customer', customer, 'customer');
  const card = requiredAt(params, 'payment_method');
  const method = store.get('payment_method', card, 'payment_method');
  if (method['customer'] !== customer) {
    throw invalidRequest(
      'The PaymentMethod does not belong to the Customer you supplied in the PaymentIntent. Please use this PaymentMethod with the Customer that it belongs to.',
    );
  }
  const offSession = textAt(params, 'off_session') === 'true';
  const id = store.newId('pi');
  const intent = store.put('payment_intent', {
    id,
    object: 'payment_intent',
    amount,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${store.newId('s')}`,
    created: store.seconds(),
    currency: requiredAt(params, 'currency'),
    customer,
    description: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: groupAt(params, 'metadata'),
    next_action: null,
    payment_method: card,
    payment_method_types: listAt(params, 'allowed_payment_method_types'),
    status: 'requires_confirmation',
  });
  const behaviour = store.behaviours.get(card) ?? 'succeeds';
  return confirmIntent(store, intent, behaviour, { offSession, returnUrl: textAt(params, 'return_url'), url });
}

function confirmIntent(
  store: StandInStore,
  { id }: WireObject,
  behaviour: CardBehaviour,
  how: { readonly offSession: boolean; readonly returnUrl: string | undefined; readonly url: string },
): WireObject {
  if (behaviour === 'succeeds') return succeedIntent(store, id);
  if (behaviour === 'processing') {
    const intent = store.change('payment_intent', id, { status: 'processing' });
    store.tell('payment_intent.processing', intent);
    return intent;
  }
  if (behaviour === 'authentication_required' && !how.offSession) {
    if (how.returnUrl === undefined) throw invalidRequest('A return_url is needed.', { param: 'return_url' });
    const intent = store.change('payment_intent', id, {
      status: 'requires_action',
      next_action: {
        type: 'redirect_to_url',
        redirect_to_url: { return_url: how.returnUrl, url: `${how.url}/hosted/authenticate/${id}` },
      },
    });
    store.tell('payment_intent.requires_action', intent);
    return intent;
  }
  throw declineIntent(store, id, CARD_ERRORS[behaviour] ?? AUTHENTICATION_REQUIRED);
}

/** The money moves. */
export function succeedIntent(store: StandInStore, id: string): WireObject {
  const { amount } = store.get('payment_intent', id);
  const intent = store.change('payment_intent', id, {
    amount_received: amount,
    latest_charge: store.newId('ch'),
    next_action: null,
    status: 'succeeded',
  });
  store.tell('payment_intent.succeeded', intent);
  return intent;
}

/** The payment is over; the answer is the error of the card, which holds the whole PaymentIntent. */
export function declineIntent(
  store: StandInStore,
  id: string,
  error: { readonly code: string; readonly decline_code?: string; readonly message: string },
): StripeRefusal {
  const cardError = { type: 'card_error', ...error };
  const intent = store.change('payment_intent', id, {
    last_payment_error: cardError,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  store.tell('payment_intent.payment_failed', intent);
  return new StripeRefusal(402, { ...cardError, payment_intent: intent });
}

/** `POST /v1/payment_intents/:id/cancel`. */
export function cancelIntent(store: StandInStore, id: string, params: WireGroup): WireObject {
  refuseUnknown(params, ['cancellation_reason']);
  const { status } = store.get('payment_intent', id);
  if (status === 'succeeded' || status === 'canceled' || status === 'processing') {
    throw invalidRequest(
      `You cannot cancel this PaymentIntent because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_reauthorization, requires_confirmation, requires_action.`,
      { code: 'payment_intent_unexpected_state', payment_intent: store.get('payment_intent', id) },
    );
  }
  const intent = store.change('payment_intent', id, {
    canceled_at: store.seconds(),
    cancellation_reason: textAt(params, 'cancellation_reason') ?? null,
    next_action: null,
    status: 'canceled',
  });
  store.tell('payment_intent.canceled', intent);
  return intent;
}

/** `POST /v1/refunds`. A refund is never above what is left of the charge. */
export function createRefund(store: StandInStore, params: WireGroup): WireObject {
  refuseUnknown(params, ['payment_intent', 'amount', 'metadata']);
  const amount = amountAt(params);
  const intent = store.find('payment_intent', requiredAt(params, 'payment_intent'));
  if (intent === undefined) throw noSuch('payment_intent', requiredAt(params, 'payment_intent'), 'payment_intent');
  if (intent['status'] !== 'succeeded')
    throw invalidRequest('This PaymentIntent does not have a successful charge to refund.');
  const given = refundedOf(store, intent.id);
  const left = Number(intent['amount_received']) - given;
  if (left === 0) {
    throw invalidRequest(`Charge ${String(intent['latest_charge'])} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (€${amount / 100}) is greater than unrefunded amount on charge (€${left / 100})`,
      {
        param: 'amount',
      },
    );
  }
  const refund = store.put('refund', {
    id: store.newId('re'),
    object: 'refund',
    amount,
    charge: intent['latest_charge'],
    created: store.seconds(),
    currency: intent['currency'],
    metadata: groupAt(params, 'metadata'),
    payment_intent: intent.id,
    reason: null,
    status: 'succeeded',
  });
  store.tell('refund.created', refund);
  store.tell('charge.refunded', {
    id: intent['latest_charge'],
    object: 'charge',
    amount: intent['amount'],
    amount_refunded: given + amount,
    customer: intent['customer'],
    metadata: intent['metadata'],
    payment_intent: intent.id,
  });
  return refund;
}

function refundedOf(store: StandInStore, intentId: string): number {
  return store
    .all('refund')
    .filter((refund) => refund['payment_intent'] === intentId && refund['status'] !== 'failed')
    .reduce((sum, refund) => sum + Number(refund['amount']), 0);
}
