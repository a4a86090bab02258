import { createCustomer, createSession, detachCard } from './stand-in-cards.ts';
import { createAccount, createAccountLink, createTransfer, retrieveAccount } from './stand-in-connect.ts';
import { cancelIntent, createPaymentIntent, createRefund } from './stand-in-payments.ts';
import type { StandInStore } from './stand-in-store.ts';
import type { StandInRequest, WireGroup } from './stand-in-wire.ts';
import { StripeRefusal, listAt, pageOf, requiredAt, textAt } from './stand-in-wire.ts';

interface RouteContext {
  readonly store: StandInStore;
  readonly params: WireGroup;
  /** The part of the path that `:id` stands for. */
  readonly id: string;
  /** Where the stand-in is, for the pages that it would host. */
  readonly url: string;
}

/** The endpoints of Stripe that the adapter uses, and no other. */
const ROUTES: Readonly<Record<string, (context: RouteContext) => unknown>> = {
  'POST /v1/payment_intents': ({ params, store, url }) => createPaymentIntent(store, params, url),
  'GET /v1/payment_intents': ({ params, store }) => {
    const customer = textAt(params, 'customer');
    const intents = store
      .all('payment_intent')
      .filter((intent) => customer === undefined || intent['customer'] === customer);
    return pageOf(intents, params, '/v1/payment_intents');
  },
  'GET /v1/payment_intents/:id': ({ id, store }) => store.get('payment_intent', id),
  'POST /v1/payment_intents/:id/cancel': ({ id, params, store }) => cancelIntent(store, id, params),

  'POST /v1/refunds': ({ params, store }) => createRefund(store, params),
  'GET /v1/refunds': ({ params, store }) => {
    const intent = store.get('payment_intent', requiredAt(params, 'payment_intent'), 'payment_intent');
    const refunds = store.all('refund').filter((refund) => refund['payment_intent'] === intent.id);
    return pageOf(refunds, params, '/v1/refunds');
  },
  'GET /v1/refunds/:id': ({ id, store }) => store.get('refund', id),

  'POST /v1/customers': ({ params, store }) => createCustomer(store, params),
  'GET /v1/customers': ({ params, store }) => {
    const customers = store.all('customer').filter(({ email }) => email === textAt(params, 'email'));
    return pageOf(customers, params, '/v1/customers');
  },
  'POST /v1/checkout/sessions': ({ params, store, url }) => createSession(store, params, url),
  'GET /v1/payment_methods': ({ params, store }) => {
    const customer = store.get('customer', requiredAt(params, 'customer'), 'customer');
    const methods = store.all('payment_method').filter((method) => method['customer'] === customer.id);
    return pageOf(methods, params, '/v1/payment_methods');
  },
  'GET /v1/payment_methods/:id': ({ id, store }) => store.get('payment_method', id, 'payment_method'),
  'POST /v1/payment_methods/:id/detach': ({ id, store }) => detachCard(store, id),

  'POST /v1/transfers': ({ params, store }) => createTransfer(store, params),
  'GET /v1/transfers': ({ params, store }) => {
    const group = textAt(params, 'transfer_group');
    const transfers = store.all('transfer').filter((transfer) => transfer['transfer_group'] === group);
    return pageOf(transfers, params, '/v1/transfers');
  },
  'GET /v1/transfers/:id': ({ id, store }) => store.get('transfer', id),
  'POST /v2/core/accounts': ({ params, store }) => createAccount(store, params),
  'GET /v2/core/accounts/:id': ({ id, params, store }) => retrieveAccount(store, id, params),
  'POST /v2/core/account_links': ({ params, store, url }) => createAccountLink(store, params, url),

  'GET /v1/disputes/:id': ({ id, store }) => store.get('dispute', id),
  // Thin events and those of connected accounts are not in the platform's own list.
  'GET /v1/events': ({ params, store }) => {
    const types = listAt(params, 'types');
    if (types.length > 20)
      throw new StripeRefusal(400, { type: 'invalid_request_error', message: 'At most 20 types.' });
    const own = store.events.filter(({ account, object }) => object === 'event' && account === undefined);
    return pageOf(types.length === 0 ? own : own.filter(({ type }) => types.includes(type)), params, '/v1/events');
  },
};

/** Answers one request. @throws StripeRefusal */
export function answerRoute(store: StandInStore, { method, params, path }: StandInRequest, url: string): unknown {
  const plain = ROUTES[`${method} ${path}`];
  if (plain !== undefined) return plain({ store, params, url, id: '' });
  const [, before = '', id = '', after = ''] =
    /^(\/v[12](?:\/core)?\/[a-z_]+)\/([A-Za-z0-9_]+)(\/[a-z]+)?$/.exec(path) ?? [];
  const named = ROUTES[`${method} ${before}/:id${after}`];
  if (named !== undefined) return named({ store, params, url, id });
  throw new StripeRefusal(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}).`,
  });
}
