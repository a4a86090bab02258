import { paymentIdSchema } from '@rsm/domain/common/ids';
import type { PaymentId } from '@rsm/domain/common/ids';
import type { ProcessorSubject } from '@rsm/domain/payments/payment-processor';
import { z } from 'zod';

const text = z.string().min(1).max(255);
const metadataSchema = z.record(z.string(), z.string()).nullish();

/** What all objects in events have in common, as far as we look; everything else is asked for. */
const objectSchema = z.looseObject({
  id: text.optional(),
  customer: text.nullish(),
  payment_intent: text.nullish(),
  metadata: metadataSchema,
});

/** A snapshot event (docs.stripe.com/api/events/object). */
export const snapshotEventSchema = z.object({
  id: text,
  object: z.literal('event'),
  type: text,
  created: z.int().min(0),
  livemode: z.boolean(),
  /** The connected account in which it happened; missing for our own. */
  account: text.nullish(),
  data: z.object({ object: objectSchema, previous_attributes: z.looseObject({ customer: text.nullish() }).nullish() }),
});
export type SnapshotEvent = z.infer<typeof snapshotEventSchema>;

/** A thin event, in which the second API tells of accounts (docs.stripe.com/event-destinations#thin-events). */
export const thinEventSchema = z.object({
  id: text,
  object: z.literal('v2.core.event'),
  type: text,
  created: z.iso.datetime({ offset: true }),
  livemode: z.boolean(),
  related_object: z.object({ id: text, type: text }).nullish(),
});
export type ThinEvent = z.infer<typeof thinEventSchema>;

type Reader = (event: SnapshotEvent) => ProcessorSubject | null;

const paymentIdOf = (event: SnapshotEvent, name: string): PaymentId | null =>
  paymentIdSchema.safeParse(event.data.object.metadata?.[name]).data ?? null;

const charge: Reader = (event) => {
  const { id } = event.data.object;
  return id === undefined ? null : { kind: 'charge', reference: id, paymentId: paymentIdOf(event, 'payment_id') };
};

/** Stripe's "charge" is one try of a PaymentIntent, which is what we call a charge. */
const tryOfCharge: Reader = (event) => {
  const { payment_intent: reference } = event.data.object;
  if (reference === null || reference === undefined) return null;
  return { kind: 'charge', reference, paymentId: paymentIdOf(event, 'payment_id') };
};

const refund: Reader = (event) => {
  const { id } = event.data.object;
  return id === undefined ? null : { kind: 'refund', reference: id, refundId: paymentIdOf(event, 'refund_id') };
};

const transfer: Reader = (event) => {
  const { id } = event.data.object;
  return id === undefined ? null : { kind: 'payout', reference: id, payoutId: paymentIdOf(event, 'payout_id') };
};

const cards: Reader = ({ data }) => {
  // A card that was taken away has no customer any more; the event says whose it was.
  const customer = data.object.customer ?? data.previous_attributes?.customer ?? null;
  return customer === null ? null : { kind: 'cards', customer };
};

const chargeback: Reader = ({ data: { object } }) =>
  object.id === undefined ? null : { kind: 'chargeback', reference: object.id };

/** Events about the marketplace's own account. At most 20: more types can't be asked for at once when events are listed. */
const OWN_EVENTS: ReadonlyMap<string, Reader> = new Map([
  ['payment_intent.succeeded', charge],
  ['payment_intent.payment_failed', charge],
  ['payment_intent.canceled', charge],
  ['payment_intent.processing', charge],
  ['payment_intent.requires_action', charge],
  ['charge.refunded', tryOfCharge],
  ['refund.created', refund],
  ['refund.updated', refund],
  ['refund.failed', refund],
  ['setup_intent.succeeded', cards],
  ['checkout.session.completed', cards],
  ['payment_method.detached', cards],
  ['transfer.created', transfer],
  ['transfer.updated', transfer],
  ['transfer.reversed', transfer],
  ['charge.dispute.created', chargeback],
  ['charge.dispute.updated', chargeback],
  ['charge.dispute.closed', chargeback],
  ['charge.dispute.funds_withdrawn', chargeback],
  ['charge.dispute.funds_reinstated', chargeback],
]);

/** What the webhook for the marketplace's own account subscribes to, and what reconciliation lists. */
export const STRIPE_OWN_EVENTS: readonly string[] = [...OWN_EVENTS.keys()];

/** What the webhook for connected accounts subscribes to. */
export const STRIPE_ACCOUNT_EVENTS = ['account.updated', 'account.application.deauthorized'] as const;

/** What the thin event destination for connected accounts subscribes to. */
export const STRIPE_THIN_EVENTS = [
  'v2.core.account[configuration.recipient].capability_status_updated',
  'v2.core.account[requirements].updated',
  'v2.core.account.closed',
] as const;

/** What a snapshot event is about; null for what says nothing to us. */
export function subjectOfSnapshot(event: SnapshotEvent): ProcessorSubject | null {
  const { account, data, type } = event;
  if (STRIPE_ACCOUNT_EVENTS.some((known) => known === type)) {
    // The object of the second is our application; the account stands beside it.
    const reference = account ?? (type === 'account.updated' ? data.object.id : undefined);
    return reference === undefined ? null : { kind: 'payout_account', account: reference };
  }
  // What happens inside a provider's own account is his business.
  if (account !== null && account !== undefined) return null;
  return OWN_EVENTS.get(type)?.(event) ?? null;
}

/** What a thin event is about: every one about an account counts, for the account is asked anyway. */
export function subjectOfThin({ related_object: related }: ThinEvent): ProcessorSubject | null {
  return related?.type === 'v2.core.account' ? { kind: 'payout_account', account: related.id } : null;
}
