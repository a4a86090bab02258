import { DomainError } from '@rsm/domain/common/domain-error';
import type { CardVault, VaultCard } from '@rsm/domain/payments/payment-processor';
import type { Stripe } from 'stripe';
import { personKey } from './idempotency.ts';
import type { StripeClient } from './stripe-client.ts';
import { isMissing, isRefusal, stripeUnavailable } from './stripe-failures.ts';
import { STRIPE_CARDS_MAX, STRIPE_PAGE_SIZE } from './stripe-options.ts';

/** Cards that Stripe keeps. They are entered on Stripe's own page, so no card number and no script of Stripe's comes near us. */
export function createStripeCards(client: StripeClient): CardVault {
  return {
    /** The key makes a repeated call give the same customer; Stripe forgets it after a day, so he is looked for first. */
    async createCustomer({ email, userId }) {
      try {
        const known = await client.ask((sdk) => sdk.customers.list({ email, limit: STRIPE_PAGE_SIZE }));
        const earlier = known.data.find(({ metadata }) => metadata['user_id'] === userId);
        if (earlier !== undefined) return earlier.id;
        const idempotencyKey = personKey('customer', userId, email);
        const made = await client.ask((sdk) =>
          sdk.customers.create({ email, metadata: { user_id: userId } }, { idempotencyKey }),
        );
        return made.id;
      } catch (error) {
        throw stripeUnavailable(error);
      }
    },

    async startSetup({ cardId, customer, currency, returnUrl }) {
      try {
        const { url } = await client.ask((sdk) =>
          sdk.checkout.sessions.create(
            {
              mode: 'setup',
              allowed_payment_method_types: ['card'],
              customer,
              currency: currency.toLowerCase(),
              success_url: returnUrl,
              cancel_url: returnUrl,
              metadata: { card_id: cardId },
              setup_intent_data: { metadata: { card_id: cardId } },
            },
            { idempotencyKey: `setup-${cardId}` },
          ),
        );
        if (url !== null) return { url };
      } catch (error) {
        throw stripeUnavailable(error);
      }
      // A repeated call after the person went through: the page works once.
      throw new DomainError('payment_unavailable', 'The page for this card is closed.', {
        remedy: 'Begin again with adding a card.',
      });
    },

    async list(customer) {
      try {
        const { data } = await client.ask((sdk) =>
          sdk.paymentMethods.list({ customer, type: 'card', limit: STRIPE_CARDS_MAX }),
        );
        return data.flatMap(vaultCard);
      } catch (error) {
        if (isMissing(error)) return [];
        throw stripeUnavailable(error);
      }
    },

    async remove(reference) {
      try {
        await client.ask((sdk) => sdk.paymentMethods.detach(reference));
      } catch (error) {
        if (!isRefusal(error) || !(await isGone(client, reference))) throw stripeUnavailable(error);
      }
    },
  };
}

/** Whether no customer has the card, which is what `remove` wants. */
async function isGone(client: StripeClient, reference: string): Promise<boolean> {
  try {
    const { customer } = await client.ask((sdk) => sdk.paymentMethods.retrieve(reference));
    return customer === null;
  } catch (error) {
    return isMissing(error);
  }
}

function vaultCard({ card, id }: Stripe.PaymentMethod): readonly VaultCard[] {
  if (card === undefined) return [];
  const { brand, exp_month: expiryMonth, exp_year: expiryYear, last4: lastFour } = card;
  return [{ reference: id, brand, lastFour, expiryMonth, expiryYear }];
}
