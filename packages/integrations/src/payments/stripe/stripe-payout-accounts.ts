import type { PayoutAccountState, PayoutGateway } from '@rsm/domain/payments/payment-processor';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { Stripe } from 'stripe';
import type { StripeClient } from './stripe-client.ts';
import { plain } from './stripe-declines.ts';
import { personKey } from './idempotency.ts';
import { isAccountGone, isMissing, stripeUnavailable } from './stripe-failures.ts';

export type StripePayoutAccounts = Pick<PayoutGateway, 'createAccount' | 'onboardingUrl' | 'findAccount'>;

/** What of an account is asked for: Stripe leaves these out unless they are named. */
const INCLUDED: ['configuration.recipient', 'requirements'] = ['configuration.recipient', 'requirements'];
/** Requirements shown at most; the list is the provider's to-do list at Stripe, which shows all. */
const MISSING_MAX = 50;

/**
 * Providers' accounts at Stripe Connect, in the form that Stripe asks new platforms to use: Accounts v2 with the `recipient`
 * configuration, which may receive transfers and nothing else, Stripe's Express dashboard, and us as the one who answers for fees
 * and losses (docs.stripe.com/connect/accounts-v2/account-creation). Who he is and where his bank is he tells Stripe alone.
 */
export function createStripePayoutAccounts(
  client: StripeClient,
  { payoutCountry }: { readonly payoutCountry?: string },
): StripePayoutAccounts {
  const params = (email: string, userId: string): Stripe.V2.Core.AccountCreateParams => ({
    contact_email: email,
    dashboard: 'express',
    ...(payoutCountry === undefined ? {} : { identity: { country: payoutCountry.toLowerCase() } }),
    configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
    defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
    metadata: { user_id: userId },
    include: INCLUDED,
  });

  return {
    async createAccount({ email, userId }) {
      try {
        // Keys of this API live for 30 days (docs.stripe.com/api-v2-overview); after that our own row knows the account.
        const idempotencyKey = personKey('account', userId, email);
        return stateOf(
          await client.ask((sdk) => sdk.v2.core.accounts.create(params(email, userId), { idempotencyKey })),
        );
      } catch (error) {
        throw stripeUnavailable(error);
      }
    },

    async onboardingUrl({ account, returnUrl }) {
      try {
        const { url } = await client.ask((sdk) =>
          sdk.v2.core.accountLinks.create({
            account,
            use_case: {
              type: 'account_onboarding',
              account_onboarding: {
                return_url: returnUrl,
                // A link that is used up sends him to the same place, where he asks for a fresh one.
                refresh_url: returnUrl,
              },
            },
          }),
        );
        return url;
      } catch (error) {
        if (!isAccountGone(error) && !isMissing(error)) throw stripeUnavailable(error);
        throw new DomainError('payout_unavailable', 'The payout account is closed at the processor.', {
          remedy: 'Connect a new one.',
        });
      }
    },

    async findAccount(account) {
      try {
        const found = await client.ask((sdk) => sdk.v2.core.accounts.retrieve(account, { include: INCLUDED }));
        return found.closed === true ? null : stateOf(found);
      } catch (error) {
        if (isAccountGone(error) || isMissing(error)) return null;
        throw stripeUnavailable(error);
      }
    },
  };
}

type Capability = Pick<
  Stripe.V2.Core.Account.Configuration.Recipient.Capabilities.StripeBalance.StripeTransfers,
  'status' | 'status_details'
>;

/**
 * He takes payouts when transfers to his balance work, and Stripe pays his bank from there. The second is not there before Stripe
 * looked at it, and does not count against him until then.
 */
function stateOf(account: Stripe.V2.Core.Account): PayoutAccountState {
  const balance = account.configuration?.recipient?.capabilities?.stripe_balance;
  const capabilities: readonly Capability[] = [balance?.stripe_transfers, balance?.payouts].filter(
    (capability) => capability !== undefined,
  );
  const takesPayouts =
    balance?.stripe_transfers !== undefined && capabilities.every(({ status }) => status === 'active');
  const entries = account.requirements?.entries ?? [];
  return {
    reference: account.id,
    takesPayouts,
    missing: entries
      .filter(
        ({ awaiting_action_from: from, minimum_deadline: deadline }) =>
          from === 'user' && (deadline.status === 'currently_due' || deadline.status === 'past_due'),
      )
      .slice(0, MISSING_MAX)
      .map(({ description }) => plain(description)),
    disabledReason: takesPayouts ? null : disabledReason(capabilities),
  };
}

function disabledReason(capabilities: readonly Capability[]): string {
  const stopped = capabilities.find(({ status }) => status !== 'active');
  const [code] = (stopped?.status_details ?? []).map((detail) => plain(detail.code));
  return code ?? stopped?.status ?? 'not_requested';
}
