import { Stripe } from 'stripe';
import { createBoundedFetch } from '../../common/bounded-fetch.ts';
import type { StripePaymentProcessorOptions } from './stripe-options.ts';
import {
  STRIPE_API_VERSION,
  STRIPE_CALL_MS_MAX,
  STRIPE_RESPONSE_BYTES_MAX,
  STRIPE_RETRIES_MAX,
} from './stripe-options.ts';

/** The official SDK behind one door. */
export interface StripeClient {
  /**
   * Runs one call, outside any transaction.
   * @throws StripeError of the SDK, which `stripe-failures.ts` explains
   */
  ask<Answer>(work: (sdk: Stripe) => Promise<Answer>): Promise<Answer>;
  /** Signatures of what comes to the webhook's address; needs no network. */
  readonly webhooks: Stripe['webhooks'];
}

type ClientOptions = Pick<
  StripePaymentProcessorOptions,
  'secretKey' | 'guard' | 'apiBaseUrl' | 'callMsMax' | 'retriesMax'
>;

/** @throws Error when the address of the API is not https (http is accepted on this host only), for it carries the key. */
export function createStripeClient(options: ClientOptions): StripeClient {
  const { apiBaseUrl, callMsMax = STRIPE_CALL_MS_MAX, guard, retriesMax = STRIPE_RETRIES_MAX } = options;
  const fetchOnce = createBoundedFetch({ timeoutMs: callMsMax, responseBytesMax: STRIPE_RESPONSE_BYTES_MAX });
  const sdk = new Stripe(options.secretKey, {
    ...addressOf(apiBaseUrl),
    apiVersion: STRIPE_API_VERSION,
    httpClient: Stripe.createFetchHttpClient(async (...request: Parameters<typeof fetch>) =>
      withRetryOfRateLimit(await fetchOnce(...request)),
    ),
    maxNetworkRetries: retriesMax,
    telemetry: false,
    timeout: callMsMax,
  });
  return {
    webhooks: sdk.webhooks,
    async ask(work) {
      guard('Stripe');
      return work(sdk);
    },
  };
}

/**
 * The SDK repeats broken connections, 409 and 5xx by itself, and a 429 only where Stripe's answer asks for it. A rate limit is
 * refused before anything is done, so the same request may be sent again, with the SDK's growing pauses and within its limit.
 */
function withRetryOfRateLimit(response: Response): Response {
  if (response.status === 429 && !response.headers.has('stripe-should-retry')) {
    response.headers.set('stripe-should-retry', 'true');
  }
  return response;
}

function addressOf(apiBaseUrl: string | undefined): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  if (apiBaseUrl === undefined) return {};
  const { hostname, port, protocol, host } = new URL(apiBaseUrl);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback)) {
    throw new Error(`The address of Stripe's API must begin with https://, but it is ${protocol}//${host}.`);
  }
  const isPlain = protocol === 'http:';
  return {
    host: hostname,
    port: port === '' ? (isPlain ? '80' : '443') : port,
    protocol: isPlain ? 'http' : 'https',
  };
}
