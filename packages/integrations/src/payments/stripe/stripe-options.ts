import type { Clock } from '@rsm/domain/common/instant';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import type { Currency } from '@rsm/domain/common/money';
import type { OutsideTransactionGuard } from '@rsm/domain/unit-of-work/unit-of-work';

export interface StripePaymentProcessorOptions {
  /** `sk_…` or a restricted `rk_…`. */
  readonly secretKey: string;
  /** The signing secrets (`whsec_…`) of the webhook endpoints; each endpoint at Stripe has one of its own. */
  readonly webhookSecrets: readonly [string, ...string[]];
  /** The installation's currency. */
  readonly currency: Currency;
  /** Country of providers' payout accounts, ISO 3166-1 alpha-2; without it each provider says so on Stripe's page. */
  readonly payoutCountry?: string;
  /** Called before anything is sent: money outside never moves inside a transaction. */
  readonly guard: OutsideTransactionGuard;
  readonly clock: Clock;
  /** Where the API is, for tests; Stripe's own address without it. */
  readonly apiBaseUrl?: string;
  /** For tests; the defaults are the limits named in this file. */
  readonly callMsMax?: number;
  readonly retriesMax?: number;
  readonly eventPagesMax?: number;
}

/** The version of the API whose shapes this adapter knows. The SDK's types are of the same one, so a raise is one change. */
export const STRIPE_API_VERSION = '2026-10-28.endive';

/** One try of one call, the whole answer included. */
export const STRIPE_CALL_MS_MAX = 20 * SECOND_MS;
/** Tries after the first one, with the same idempotency key. */
export const STRIPE_RETRIES_MAX = 2;
export const STRIPE_RESPONSE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Stripe forgets an idempotency key after 24 hours or later (docs.stripe.com/api/idempotent_requests). Anything older than this is
 * looked for before it is asked for again.
 */
export const STRIPE_KEY_AGE_MS_MAX = 23 * HOUR_MS;

/**
 * "Stripe never heard of it" is believed only of what is older than this: a call with all its tries takes at most a little
 * more than a minute, and one that is still under way would be heard of after the answer.
 */
export const STRIPE_UNHEARD_AGE_MS_MIN = 2 * MINUTE_MS;

/** A payment whose owner did not go through his bank's page in this time is cancelled when somebody asks for it. */
export const STRIPE_AUTHENTICATION_AGE_MS_MAX = HOUR_MS;

/** Our clock and Stripe's may differ by so much when something is looked for by its time. */
export const STRIPE_CLOCK_SKEW_MS_MAX = 10 * MINUTE_MS;

/** The most that Stripe lists at once. */
export const STRIPE_PAGE_SIZE = 100;
/** More pages than this are not read in search of one thing. */
export const STRIPE_PAGES_MAX = 10;
/** More pages of events than this are not read at once; a longer stretch of time is halved. */
export const STRIPE_EVENT_PAGES_MAX = 100;

/** A signature older than this is refused: Stripe signs each delivery anew. */
export const STRIPE_SIGNATURE_AGE_SECONDS_MAX = 300;

/** The port's limit of cards per customer. */
export const STRIPE_CARDS_MAX = 20;

/** Whether the key moves real money. */
export function isLiveKey(secretKey: string): boolean {
  return /^[sr]k_live_/.test(secretKey);
}
