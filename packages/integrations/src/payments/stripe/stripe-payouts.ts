import type { PaymentId } from '@rsm/domain/common/ids';
import type { Clock } from '@rsm/domain/common/instant';
import type { PayoutGateway, PayoutOutcome } from '@rsm/domain/payments/payment-processor';
import type { Stripe } from 'stripe';
import { idTime, mayBeForgotten, mayBeUnderWay, presentState } from './idempotency.ts';
import { toStripeAmount } from './stripe-amounts.ts';
import { nullIfMissing } from './stripe-charges.ts';
import type { StripeClient } from './stripe-client.ts';
import {
  isAccountGone,
  isKeyConflict,
  isMissing,
  isRefusal,
  keyConflict,
  stripeUnavailable,
  throwUnavailable,
} from './stripe-failures.ts';
import type { StripePayoutAccounts } from './stripe-payout-accounts.ts';
import { findInPages, tooEarlyToSay } from './stripe-pages.ts';

/**
 * Payouts as transfers from the marketplace's balance at Stripe to the provider's, from where Stripe pays his bank by itself. A
 * transfer is one step: it is made or refused at once.
 */
export function createStripePayouts(client: StripeClient, accounts: StripePayoutAccounts, clock: Clock): PayoutGateway {
  // The group is our payout's id, so Stripe itself finds the one transfer.
  const findTransfer = (payoutId: PaymentId): Promise<Stripe.Transfer | null> =>
    findInPages(
      (position) => client.ask((sdk) => sdk.transfers.list({ ...position, transfer_group: payoutId })),
      ({ metadata }) => metadata['payout_id'] === payoutId,
    );

  return {
    ...accounts,

    async payOut({ account, amount, currency, payoutId }) {
      const units = toStripeAmount(amount, currency);
      try {
        if (mayBeForgotten(payoutId, clock.now())) {
          const earlier = await findTransfer(payoutId).catch(throwUnavailable);
          if (earlier !== null) return outcomeOf(earlier);
        }
        const transfer = await client.ask((sdk) =>
          sdk.transfers.create(
            {
              amount: units,
              currency: currency.toLowerCase(),
              destination: account,
              metadata: { payout_id: payoutId },
              transfer_group: payoutId,
            },
            { idempotencyKey: payoutId },
          ),
        );
        return outcomeOf(
          await presentState(transfer, (id) => client.ask((sdk) => sdk.transfers.retrieve(id)).catch(throwUnavailable)),
        );
      } catch (error) {
        if (isKeyConflict(error)) throw keyConflict(error);
        if (!isRefusal(error) && !isAccountGone(error)) throw stripeUnavailable(error);
        return { kind: 'failed', reference: null, reason: refusalReason(error) };
      }
    },

    async find({ payoutId, reference }) {
      try {
        const transfer =
          reference === null
            ? await findTransfer(payoutId)
            : await client.ask((sdk) => sdk.transfers.retrieve(reference)).catch(nullIfMissing);
        if (transfer !== null) return outcomeOf(transfer);
      } catch (error) {
        throw stripeUnavailable(error);
      }
      if (mayBeUnderWay(idTime(payoutId), clock.now())) throw tooEarlyToSay('payout');
      return null;
    },
  };
}

function outcomeOf({ id: reference, reversed }: Stripe.Transfer): PayoutOutcome {
  return reversed
    ? { kind: 'failed', reference, reason: 'The payout was taken back.' }
    : { kind: 'succeeded', reference };
}

/** docs.stripe.com/error-codes */
function refusalReason(error: unknown): string {
  if (isAccountGone(error) || isMissing(error)) {
    return 'The payout account is closed, or its owner took the access to it away. Connect a new one.';
  }
  const code = isRefusal(error) ? error.code : undefined;
  if (code === 'insufficient_capabilities_for_transfer') {
    return 'The payout account takes no payouts at the moment. Give the processor what it still asks for.';
  }
  if (code === 'balance_insufficient') {
    return "The marketplace's balance at the processor is too low for this payout at the moment.";
  }
  return 'The processor refused this payout.';
}
