import { DomainError } from '@rsm/domain/common/domain-error';
import type { Clock, Instant } from '@rsm/domain/common/instant';
import { SECOND_MS, instant } from '@rsm/domain/common/instant';
import type { ChargebackState, ProcessorEvent, ProcessorEvents } from '@rsm/domain/payments/payment-processor';
import { PROCESSOR_EVENTS_MAX } from '@rsm/domain/payments/payment-processor';
import type { Stripe } from 'stripe';
import { z } from 'zod';
import { fromStripeAmount } from './stripe-amounts.ts';
import { nullIfMissing } from './stripe-charges.ts';
import type { StripeClient } from './stripe-client.ts';
import { plain } from './stripe-declines.ts';
import type { SnapshotEvent } from './stripe-event-subjects.ts';
import {
  STRIPE_OWN_EVENTS,
  snapshotEventSchema,
  subjectOfSnapshot,
  subjectOfThin,
  thinEventSchema,
} from './stripe-event-subjects.ts';
import { stripeUnavailable } from './stripe-failures.ts';
import { STRIPE_EVENT_PAGES_MAX, STRIPE_SIGNATURE_AGE_SECONDS_MAX, isLiveKey } from './stripe-options.ts';
import type { StripePaymentProcessorOptions } from './stripe-options.ts';
import { readPages } from './stripe-pages.ts';

const eventSchema = z.union([snapshotEventSchema, thinEventSchema]);

/** Halving a month down to one second takes 22 steps, and from there the stretches double again. */
const STRETCHES_MAX = 64;

type EventsOptions = Pick<StripePaymentProcessorOptions, 'secretKey' | 'webhookSecrets' | 'eventPagesMax'>;

/** What Stripe tells by itself. Every event is a hint: it says what to ask for, never what is true. */
export function createStripeEvents(client: StripeClient, clock: Clock, options: EventsOptions): ProcessorEvents {
  const { eventPagesMax: pagesMax = STRIPE_EVENT_PAGES_MAX } = options;
  const isLive = isLiveKey(options.secretKey);

  const eventOf = (event: z.infer<typeof eventSchema>): ProcessorEvent => {
    const { id, livemode, type } = event;
    const isSnapshot = event.object === 'event';
    const at = isSnapshot ? instant(event.created * SECOND_MS) : instant(Date.parse(event.created));
    // A provider's test events reach the address of the live ones (docs.stripe.com/connect/webhooks).
    if (livemode !== isLive) return { id, type, at, subject: null };
    return { id, type, at, subject: isSnapshot ? subjectOfSnapshot(event) : subjectOfThin(event) };
  };

  return {
    read({ body, signature }) {
      if (!isSigned(client, clock, options.webhookSecrets, body, signature)) throw badSignature();
      const event = eventSchema.safeParse(parseJson(body));
      if (!event.success) throw unreadable();
      return eventOf(event.data);
    },

    async listSince(since) {
      try {
        const events = await oldestSince(client, { since, now: clock.now() }, pagesMax);
        return events.map((event) => eventOf(event));
      } catch (error) {
        throw stripeUnavailable(error);
      }
    },

    async findChargeback(reference) {
      try {
        const dispute = await client.ask((sdk) => sdk.disputes.retrieve(reference)).catch(nullIfMissing);
        return dispute === null ? null : chargebackOf(dispute);
      } catch (error) {
        throw stripeUnavailable(error);
      }
    },
  };
}

/** Each endpoint signs with a secret of its own, so one of ours must fit. The SDK compares in constant time. */
function isSigned(
  client: StripeClient,
  clock: Clock,
  secrets: readonly string[],
  body: Uint8Array,
  signature: string | null,
): boolean {
  const { signature: verifier } = client.webhooks;
  if (signature === null || verifier === null) return false;
  return secrets.some((secret) => {
    try {
      // What `webhooks.constructEvent` does first. It refuses thin events after that, so the rest is done here.
      return verifier.verifyHeader(body, signature, secret, STRIPE_SIGNATURE_AGE_SECONDS_MAX, undefined, clock.now());
    } catch {
      // Its error holds the whole delivery, which must go no further.
      return false;
    }
  });
}

/**
 * Stripe lists newest first and we want the oldest, at most `PROCESSOR_EVENTS_MAX`: a stretch of time that holds more than we read
 * is halved, and the stretches are read one after the other from the oldest on.
 */
async function oldestSince(
  client: StripeClient,
  { now, since }: { readonly now: Instant; readonly since: Instant },
  pagesMax: number,
): Promise<readonly SnapshotEvent[]> {
  const found: SnapshotEvent[] = [];
  let from = Math.floor(since / SECOND_MS);
  const end = Math.max(from, Math.floor(now / SECOND_MS) + 1);
  let until = end;
  for (let stretch = 0; stretch < STRETCHES_MAX; stretch += 1) {
    const { complete, events } = await eventsBetween(client, { gte: from, lte: until }, pagesMax);
    if (complete) {
      found.push(...events.toReversed());
      if (until === end || found.length >= PROCESSOR_EVENTS_MAX) return found.slice(0, PROCESSOR_EVENTS_MAX);
      const span = until - from + 1;
      from = until + 1;
      until = Math.min(end, from + 2 * span);
    } else {
      if (until === from) break;
      until = from + Math.floor((until - from) / 2);
    }
  }
  // Fewer than the limit would say that this is all.
  throw new DomainError('payment_unavailable', 'The payment processor has too many events to list.', {
    remedy: 'Tell the operator of this marketplace.',
    cause: new Error(`More than ${pagesMax} pages of events in one second.`),
  });
}

/** Newest first; incomplete when there are more pages than we read. */
async function eventsBetween(
  client: StripeClient,
  { gte, lte }: { readonly gte: number; readonly lte: number },
  pagesMax: number,
): Promise<{ readonly complete: boolean; readonly events: readonly SnapshotEvent[] }> {
  const events: SnapshotEvent[] = [];
  const filter = { created: { gte, lte }, types: [...STRIPE_OWN_EVENTS] };
  const { complete } = await readPages(
    (position) => client.ask((sdk) => sdk.events.list({ ...position, ...filter })),
    (page) => {
      events.push(...page.map((event) => snapshotEventSchema.parse(event)));
      return 'go_on';
    },
    pagesMax,
  );
  return { complete, events };
}

/** An inquiry of a bank (`warning_…`) takes no money and may become a dispute later, which is told then. */
function chargebackOf(dispute: Stripe.Dispute): ChargebackState | null {
  const status = statusOf(dispute.status);
  const { payment_intent: intent } = dispute;
  const chargeReference = typeof intent === 'string' ? intent : intent?.id;
  if (status === null || chargeReference === undefined) return null;
  return {
    reference: dispute.id,
    chargeReference,
    ...fromStripeAmount(dispute.amount, dispute.currency),
    reason: plain(dispute.reason.replaceAll('_', ' ')),
    status,
  };
}

/** docs.stripe.com/api/disputes/object#dispute_object-status */
function statusOf(status: Stripe.Dispute.Status): ChargebackState['status'] | null {
  switch (status) {
    case 'needs_response':
    case 'under_review':
      return 'open';
    case 'won':
      return 'won';
    // An appeal comes after the money is lost; when it is won, the dispute is `won`.
    case 'lost':
    case 'appeal_needs_response':
    case 'appeal_under_review':
      return 'lost';
    case 'warning_needs_response':
    case 'warning_under_review':
    case 'warning_closed':
    case 'prevented':
    default:
      return null;
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function badSignature(): DomainError {
  return new DomainError('invalid_input', "The signature is not the payment processor's, or too old.", {
    field: 'signature',
    remedy: 'Check that STRIPE_WEBHOOK_SECRET holds the signing secret of every endpoint, and that the clock is right.',
  });
}

function unreadable(): DomainError {
  return new DomainError('invalid_input', 'The event is not in the form that is known here.', {
    field: 'body',
    remedy: 'Let the endpoint send events of the API version that docs/operations.md names.',
  });
}
