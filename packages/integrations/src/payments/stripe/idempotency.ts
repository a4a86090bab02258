import { createHash } from 'node:crypto';
import type { UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { instant } from '@rsm/domain/common/instant';
import type { Stripe } from 'stripe';
import { STRIPE_KEY_AGE_MS_MAX, STRIPE_UNHEARD_AGE_MS_MIN } from './stripe-options.ts';

/** When an id was made: the first 48 bits of a UUIDv7 are milliseconds (RFC 9562, 5.7). */
export function idTime(id: string): Instant {
  return instant(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}

/** Whether Stripe may have forgotten the idempotency key that this id is. */
export function mayBeForgotten(id: string, now: Instant): boolean {
  return now - idTime(id) > STRIPE_KEY_AGE_MS_MAX;
}

/** Whether a call about something made then could still be under way, so that "never heard of it" proves nothing. */
export function mayBeUnderWay(madeAt: Instant, now: Instant): boolean {
  return Math.abs(now - madeAt) < STRIPE_UNHEARD_AGE_MS_MIN;
}

/**
 * Stripe answers a key that it knows with what was true the first time: a payment that waited for its owner then may be paid by now.
 * So such an answer is asked for again, as it is now.
 */
export async function presentState<Thing extends { readonly id: string }>(
  answer: Stripe.Response<Thing>,
  read: (id: string) => Promise<Thing>,
): Promise<Thing> {
  // The SDK's type says that this is a plain object; with its fetch client it is what fetch gave.
  const headers: unknown = answer.lastResponse.headers;
  const isReplay = headers instanceof Headers && headers.get('idempotent-replayed') === 'true';
  return isReplay ? read(answer.id) : answer;
}

/**
 * The idempotency key of what Stripe makes once per person. His address is sent too, and Stripe refuses a key that comes with
 * other data, so a changed address is another key; it is hashed because keys stand in Stripe's logs.
 */
export function personKey(what: 'customer' | 'account', userId: UserId, email: string): string {
  return `${what}-${userId}-${createHash('sha256').update(email).digest('hex').slice(0, 16)}`;
}
