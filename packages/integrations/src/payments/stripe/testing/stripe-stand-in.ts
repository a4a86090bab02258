import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { addCard, completeSession } from './stand-in-cards.ts';
import {
  closeAccount,
  completeOnboarding,
  deauthorizeAccount,
  restrictAccount,
  reverseTransfer,
} from './stand-in-connect.ts';
import { moveDispute, openDispute } from './stand-in-disputes.ts';
import { IdempotencyLayer } from './stand-in-idempotency.ts';
import { declineIntent, succeedIntent } from './stand-in-payments.ts';
import { answerRoute } from './stand-in-routes.ts';
import type { CardBehaviour, StandInEvent } from './stand-in-store.ts';
import { StandInStore } from './stand-in-store.ts';
import type { Delivery } from './stand-in-webhooks.ts';
import { isOfConnectedAccount, postDelivery, signEvent } from './stand-in-webhooks.ts';
import type { StandInAnswer, StandInRequest } from './stand-in-wire.ts';
import { StripeRefusal, readRequest } from './stand-in-wire.ts';

export const STAND_IN_SECRET_KEY = 'sk_test_standInKeyOfNobody';
/** The secrets of the endpoints: for the marketplace's own account, and for connected accounts. */
export const STAND_IN_WEBHOOK_SECRETS = ['whsec_standInOwnAccount', 'whsec_standInConnectedAccounts'] as const;
const API_VERSION = '2026-10-28.endive';

/**
 * What goes wrong with the next calls that fit. `lost_answer` does the work and closes the connection; `late_answer` does the work
 * and never answers, so that the caller's patience ends after the money moved; `not_reached` closes it before anything was done.
 */
export interface StandInTrouble {
  readonly kind: 'rate_limited' | 'server_error' | 'key_in_use' | 'lost_answer' | 'late_answer' | 'not_reached';
  /** How many calls; one when it is left out. */
  readonly times?: number;
  /** Only calls of this form, such as `POST /v1/payment_intents`; any when it is left out. */
  readonly call?: string;
}

export interface StripeStandInOptions {
  /** Epoch milliseconds; the machine's clock when it is left out. */
  readonly now?: () => number;
}

/**
 * The endpoints of Stripe that the product uses, over real HTTP, with Stripe's wire forms, errors, lists and idempotency, as
 * documented at docs.stripe.com/api. It shares nothing with the adapter, and the official SDK talks to it. Tests play the world:
 * the owner of a card, his bank, a provider on Stripe's page, and the operator in the dashboard.
 */
export async function startStripeStandIn(options: StripeStandInOptions = {}) {
  const now = options.now ?? Date.now;
  const store = new StandInStore(now);
  const idempotency = new IdempotencyLayer(now);
  const requests: StandInRequest[] = [];
  const troubles: { kind: StandInTrouble['kind']; times: number; call: string | undefined }[] = [];
  const happenings: { readonly call: string; readonly act: () => void }[] = [];
  let delivered = 0;
  let url = '';

  const execute = (request: StandInRequest): StandInAnswer & { readonly replayed: boolean } => {
    try {
      return idempotency.run(request, () => {
        try {
          return { status: 200, body: answerRoute(store, request, url) };
        } catch (error) {
          // A refusal is an answer, too, and the same key gets it again.
          if (error instanceof StripeRefusal) return { status: error.status, body: { error: error.error } };
          throw error;
        }
      });
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      return { status: error.status, body: { error: error.error }, replayed: false };
    }
  };

  const takeTrouble = ({ method, path }: StandInRequest): StandInTrouble['kind'] | undefined => {
    const trouble = troubles.find(
      ({ call, times }) => times > 0 && (call === undefined || call === `${method} ${path}`),
    );
    if (trouble === undefined) return undefined;
    trouble.times -= 1;
    return trouble.kind;
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    requests.push(request);
    const refusal = refusalOfHeaders(incoming);
    if (refusal !== undefined) return send(response, refusal);
    const happening = happenings.findIndex(({ call }) => call === `${request.method} ${request.path}`);
    for (const { act } of happening < 0 ? [] : happenings.splice(happening, 1)) act();
    const trouble = takeTrouble(request);
    if (trouble === 'rate_limited') return send(response, rateLimited);
    if (trouble === 'server_error') return send(response, serverError);
    if (trouble === 'key_in_use') return send(response, keyInUse);
    if (trouble !== 'not_reached') {
      const result = execute(request);
      if (trouble === undefined) return send(response, result);
    }
    if (trouble !== 'late_answer') response.destroy();
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      send(response, {
        status: 500,
        body: { error: { type: 'api_error', message: `The stand-in broke: ${String(error)}` } },
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The stand-in has no port.');
  url = `http://127.0.0.1:${address.port}`;

  const sign = (event: StandInEvent, changes: { secret?: string; ageSeconds?: number } = {}): Delivery => {
    const [own, connected] = STAND_IN_WEBHOOK_SECRETS;
    const secret = changes.secret ?? (isOfConnectedAccount(event) ? connected : own);
    return signEvent(event, secret, Math.floor(now() / 1_000) - (changes.ageSeconds ?? 0));
  };

  return {
    url,
    store,
    /** Everything that was asked, oldest first. */
    requests,
    /** Lets the next calls go wrong. */
    fail(trouble: StandInTrouble): void {
      troubles.push({ kind: trouble.kind, times: trouble.times ?? 1, call: trouble.call });
    },

    /** Lets something happen in the world right before the next call of this form. */
    before(call: string, act: () => void): void {
      happenings.push({ call, act });
    },

    /** A stored card of a customer, without the detour over the page. */
    addCard: (customer: string, behaviour: CardBehaviour = 'succeeds') => addCard(store, customer, behaviour),
    /** A person enters a card on the page with this address. */
    completeSetup: (page: string, behaviour: CardBehaviour = 'succeeds') =>
      completeSession(store, page.slice(page.lastIndexOf('/') + 1), behaviour),
    /** The owner of a card answers his bank, or a payment that was being processed ends. */
    settle(intentId: string, outcome: 'succeeds' | 'fails'): void {
      if (outcome === 'succeeds') succeedIntent(store, intentId);
      else declineIntent(store, intentId, AUTHENTICATION_FAILED);
    },
    failRefund(id: string, reason: string): void {
      store.tell('refund.failed', store.change('refund', id, { status: 'failed', failure_reason: reason }));
    },
    /** The same money is asked back through the bank. */
    openDispute: (intentId: string, how?: { amount?: number; status?: string }) => openDispute(store, intentId, how),
    moveDispute: (id: string, status: string) => void moveDispute(store, id, status),
    completeOnboarding: (account: string) => completeOnboarding(store, account),
    restrictAccount: (account: string, code: string) => restrictAccount(store, account, code),
    closeAccount: (account: string) => closeAccount(store, account),
    deauthorizeAccount: (account: string) => deauthorizeAccount(store, account),
    reverseTransfer: (id: string) => reverseTransfer(store, id),

    /** An event as it would be delivered; with another secret or age it is a forged or a stale one. */
    sign,
    /** Delivers the events that were not delivered yet, in order; answers with the statuses. */
    async deliverNew(webhookAddress: string): Promise<readonly number[]> {
      const fresh = store.events.slice(delivered);
      delivered = store.events.length;
      const statuses: number[] = [];
      for (const event of fresh) statuses.push(await postDelivery(sign(event), webhookAddress));
      return statuses;
    },
    deliver: (delivery: Delivery, webhookAddress: string) => postDelivery(delivery, webhookAddress),

    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type StripeStandIn = Awaited<ReturnType<typeof startStripeStandIn>>;

const AUTHENTICATION_FAILED = {
  code: 'payment_intent_authentication_failure',
  message: 'The provided PaymentMethod has failed authentication.',
};

const rateLimited: StandInAnswer = {
  status: 429,
  body: { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' } },
};
/** The same key is being worked on; also what a second try finds that comes before the end of the first. */
const keyInUse: StandInAnswer = {
  status: 409,
  body: {
    error: {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: 'There is currently another in-progress request using this Idempotent Key.',
    },
  },
};
const serverError: StandInAnswer = {
  status: 500,
  body: { error: { type: 'api_error', message: 'An unknown error occurred' } },
};

function refusalOfHeaders({ headers }: IncomingMessage): StandInAnswer | undefined {
  if (headers.authorization !== `Bearer ${STAND_IN_SECRET_KEY}`) {
    const message = 'Invalid API Key provided: sk_test_****body';
    return { status: 401, body: { error: { type: 'invalid_request_error', message } } };
  }
  if (headers['stripe-version'] === API_VERSION) return undefined;
  const message = `This is not the version that is known here: ${String(headers['stripe-version'])}`;
  return { status: 400, body: { error: { type: 'invalid_request_error', message } } };
}

let requestCount = 0;

function send(
  response: ServerResponse,
  { body, status, ...more }: StandInAnswer & { readonly replayed?: boolean },
): void {
  requestCount += 1;
  response.writeHead(status, {
    'content-type': 'application/json',
    'request-id': `req_${requestCount}`,
    ...(more.replayed === true ? { 'idempotent-replayed': 'true' } : {}),
  });
  response.end(JSON.stringify(body));
}
