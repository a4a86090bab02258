import type { CardBehaviour, StandInStore } from './stand-in-store.ts';
import type { WireGroup, WireObject } from './stand-in-wire.ts';
import { groupAt, invalidRequest, listAt, refuseUnknown, requiredAt, textAt } from './stand-in-wire.ts';

/** `POST /v1/customers`. */
export function createCustomer(store: StandInStore, params: WireGroup): WireObject {
  refuseUnknown(params, ['email', 'metadata', 'name']);
  return store.put('customer', {
    id: store.newId('cus'),
    object: 'customer',
    created: store.seconds(),
    email: textAt(params, 'email') ?? null,
    livemode: false,
    metadata: groupAt(params, 'metadata'),
    name: textAt(params, 'name') ?? null,
  });
}

const SESSION_PARAMS =
  'mode allowed_payment_method_types customer currency success_url cancel_url metadata setup_intent_data'.split(' ');

/** `POST /v1/checkout/sessions` in setup mode: Stripe's own page on which a card is entered. */
export function createSession(store: StandInStore, params: WireGroup, url: string): WireObject {
  refuseUnknown(params, SESSION_PARAMS);
  if (requiredAt(params, 'mode') !== 'setup') throw invalidRequest('Only setup is known here.', { param: 'mode' });
  if (listAt(params, 'allowed_payment_method_types').length === 0) requiredAt(params, 'currency');
  const customer = requiredAt(params, 'customer');
  store.get('customer', customer, 'customer');
  requiredAt(params, 'success_url');
  const id = store.newId('cs_test');
  return store.put('session', {
    id,
    object: 'checkout.session',
    created: store.seconds(),
    customer,
    livemode: false,
    metadata: groupAt(params, 'metadata'),
    mode: 'setup',
    setup_intent: store.newId('seti'),
    status: 'open',
    success_url: textAt(params, 'success_url'),
    url: `${url}/hosted/setup/${id}`,
  });
}

/** A person enters a card on the page. */
export function completeSession(store: StandInStore, id: string, behaviour: CardBehaviour): string {
  const open = store.get('session', id);
  const card = addCard(store, String(open['customer']), behaviour);
  const session = store.change('session', id, { status: 'complete', url: null });
  store.tell('setup_intent.succeeded', {
    id: session['setup_intent'],
    object: 'setup_intent',
    customer: session['customer'],
    metadata: session['metadata'],
    payment_method: card,
    status: 'succeeded',
  });
  store.tell('checkout.session.completed', session);
  return card;
}

/** A stored card of a customer. */
export function addCard(store: StandInStore, customer: string, behaviour: CardBehaviour): string {
  const { id } = store.put('payment_method', {
    id: store.newId('pm'),
    object: 'payment_method',
    billing_details: { email: null, name: null, phone: null },
    card: { brand: 'visa', country: 'DE', exp_month: 8, exp_year: 2031, funding: 'credit', last4: '4242' },
    created: store.seconds(),
    customer,
    livemode: false,
    metadata: {},
    type: 'card',
  });
  store.behaviours.set(id, behaviour);
  return id;
}

/** `POST /v1/payment_methods/:id/detach`. */
export function detachCard(store: StandInStore, id: string): WireObject {
  const { customer } = store.get('payment_method', id, 'payment_method');
  if (customer === null) {
    throw invalidRequest('The payment method you provided is not attached to a customer so detachment is impossible.');
  }
  const method = store.change('payment_method', id, { customer: null });
  store.tell('payment_method.detached', method, { previous: { customer } });
  return method;
}
