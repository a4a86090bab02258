import type { PaymentId } from '@rsm/domain/common/ids';
import type { Clock } from '@rsm/domain/common/instant';
import type { RefundGateway, RefundOutcome } from '@rsm/domain/payments/payment-processor';
import type { Stripe } from 'stripe';
import { idTime, mayBeForgotten, mayBeUnderWay, presentState } from './idempotency.ts';
import { toStripeAmount } from './stripe-amounts.ts';
import { nullIfMissing } from './stripe-charges.ts';
import type { StripeClient } from './stripe-client.ts';
import { isKeyConflict, isRefusal, keyConflict, stripeUnavailable, throwUnavailable } from './stripe-failures.ts';
import { findInPages, tooEarlyToSay } from './stripe-pages.ts';

/** Refunds of a PaymentIntent to the card it came from. */
export function createStripeRefunds(client: StripeClient, clock: Clock): RefundGateway {
  const findOfCharge = (refundId: PaymentId, chargeReference: string): Promise<Stripe.Refund | null> =>
    findInPages(
      (position) => client.ask((sdk) => sdk.refunds.list({ ...position, payment_intent: chargeReference })),
      ({ metadata }) => metadata?.['refund_id'] === refundId,
    );

  return {
    async refund({ amount, chargeReference, currency, refundId }) {
      const units = toStripeAmount(amount, currency);
      try {
        if (mayBeForgotten(refundId, clock.now())) {
          const earlier = await findOfCharge(refundId, chargeReference).catch(throwUnavailable);
          if (earlier !== null) return outcomeOf(earlier);
        }
        const refund = await client.ask((sdk) =>
          sdk.refunds.create(
            { payment_intent: chargeReference, amount: units, metadata: { refund_id: refundId } },
            { idempotencyKey: refundId },
          ),
        );
        return outcomeOf(
          await presentState(refund, (id) => client.ask((sdk) => sdk.refunds.retrieve(id)).catch(throwUnavailable)),
        );
      } catch (error) {
        if (isKeyConflict(error)) throw keyConflict(error);
        if (!isRefusal(error)) throw stripeUnavailable(error);
        return { kind: 'failed', reference: null, reason: refusalReason(error.code) };
      }
    },

    async find({ chargeReference, reference, refundId }) {
      try {
        const refund =
          reference === null
            ? await findOfCharge(refundId, chargeReference)
            : await client.ask((sdk) => sdk.refunds.retrieve(reference)).catch(nullIfMissing);
        if (refund !== null) return outcomeOf(refund);
      } catch (error) {
        throw stripeUnavailable(error);
      }
      if (mayBeUnderWay(idTime(refundId), clock.now())) throw tooEarlyToSay('refund');
      return null;
    },
  };
}

/** docs.stripe.com/api/refunds/object#refund_object-status */
function outcomeOf(refund: Stripe.Refund): RefundOutcome {
  const reference = refund.id;
  switch (refund.status) {
    case 'succeeded':
      return { kind: 'succeeded', reference };
    case 'failed':
      return { kind: 'failed', reference, reason: failureReason(refund.failure_reason) };
    case 'canceled':
      return { kind: 'failed', reference, reason: 'The refund was cancelled.' };
    case null:
    default:
      // pending, requires_action, and what later versions may add.
      return { kind: 'pending', reference };
  }
}

/** docs.stripe.com/refunds#failed-refunds */
function failureReason(code: string | undefined): string {
  if (code === 'lost_or_stolen_card') return 'The card was lost or replaced, so nothing can be paid back to it.';
  if (code === 'expired_or_canceled_card') return 'The card is no longer valid, so nothing can be paid back to it.';
  if (code === 'charge_for_pending_refund_disputed') return 'The payment is disputed at the bank of the card.';
  return "The card's bank did not take the refund.";
}

function refusalReason(code: string | undefined): string {
  if (code === 'charge_already_refunded') return 'This payment was given back already.';
  if (code === 'charge_disputed') return 'The payment is disputed at the bank of the card.';
  if (code === 'resource_missing') return 'The card processor does not know this payment.';
  return 'The card processor refused the refund, for example because it is above what was paid.';
}
