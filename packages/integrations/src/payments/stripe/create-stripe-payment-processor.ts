import { DomainError } from '@rsm/domain/common/domain-error';
import type { PaymentProcessor } from '@rsm/domain/payments/payment-processor';
import { checkChargeAmount } from '../charge-checks.ts';
import { stripeCurrencyProblem } from './stripe-amounts.ts';
import { createStripeCards } from './stripe-cards.ts';
import { createStripeCharges } from './stripe-charges.ts';
import { createStripeClient } from './stripe-client.ts';
import { createStripeEvents } from './stripe-events.ts';
import type { StripePaymentProcessorOptions } from './stripe-options.ts';
import { isLiveKey } from './stripe-options.ts';
import { createStripePayoutAccounts } from './stripe-payout-accounts.ts';
import { createStripePayouts } from './stripe-payouts.ts';
import { createStripeRefunds } from './stripe-refunds.ts';

/** A card that Stripe keeps (docs.stripe.com/api/payment_methods). */
const CARD_REFERENCE = /^(pm|card|src)_[A-Za-z0-9_]{1,250}$/;

/**
 * Stripe through its official SDK: cards entered on Stripe's own pages, top-ups as PaymentIntents on them, refunds, Connect
 * transfers, and signed events that are only hints. Every call carries our own id as its idempotency key and as metadata, so that
 * what became of it can be found when its answer was lost.
 * @throws Error when the currency can't be used with Stripe, or the API's address is not https
 */
export function createStripePaymentProcessor(options: StripePaymentProcessorOptions): PaymentProcessor {
  const problem = stripeCurrencyProblem(options.currency);
  if (problem !== undefined) throw new Error(problem);
  const { clock, payoutCountry, secretKey } = options;
  const client = createStripeClient(options);
  const accounts = createStripePayoutAccounts(client, payoutCountry === undefined ? {} : { payoutCountry });
  return {
    name: 'stripe',
    notice: isLiveKey(secretKey)
      ? null
      : 'Test mode of Stripe: no real money moves. Use a test card, never a real one.',
    check({ amount, source }) {
      checkChargeAmount(amount);
      if (!CARD_REFERENCE.test(source)) throw unknownCard();
    },
    ...createStripeCharges(client, clock),
    cards: createStripeCards(client),
    refunds: createStripeRefunds(client, clock),
    payouts: createStripePayouts(client, accounts, clock),
    events: createStripeEvents(client, clock, options),
  };
}

/** The text is not repeated: it might be a card number, and errors are logged. */
function unknownCard(): DomainError {
  return new DomainError('invalid_input', 'This is not one of your stored cards.', {
    field: 'source',
    remedy: 'Choose a card from the list, or add one.',
  });
}
