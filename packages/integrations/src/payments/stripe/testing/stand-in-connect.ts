import type { StandInStore } from './stand-in-store.ts';
import type { WireGroup, WireObject } from './stand-in-wire.ts';
import {
  StripeRefusal,
  amountAt,
  groupAt,
  invalidRequest,
  listAt,
  noSuch,
  refuseUnknown,
  requiredAt,
  textAt,
} from './stand-in-wire.ts';

const ACCOUNT_PARAMS = 'configuration contact_email dashboard defaults display_name identity include metadata'.split(
  ' ',
);

/** Errors of the second API carry no `type` where the field is what is wrong. */
const invalidFields = (message: string): StripeRefusal => new StripeRefusal(400, { code: 'invalid_fields', message });

/** `POST /v2/core/accounts` for a recipient: it may receive transfers once Stripe knows who he is. */
export function createAccount(store: StandInStore, params: WireGroup): WireObject {
  refuseUnknown(params, ACCOUNT_PARAMS);
  const email = textAt(params, 'contact_email');
  if (email === undefined) throw invalidFields('contact_email is required with the recipient configuration.');
  const { recipient } = groupAt(params, 'configuration');
  if (recipient === undefined) throw invalidFields('Only recipients are known here.');
  const responsibilities = groupAt(groupAt(params, 'defaults'), 'responsibilities');
  if (textAt(responsibilities, 'losses_collector') === undefined) {
    throw invalidFields('defaults.responsibilities.losses_collector is required with this dashboard.');
  }
  const account = store.put('account', {
    id: store.newId('acct'),
    object: 'v2.core.account',
    applied_configurations: ['recipient'],
    closed: false,
    configuration: recipientWith('restricted', 'requirements_past_due'),
    contact_email: email,
    created: new Date(store.now()).toISOString(),
    dashboard: textAt(params, 'dashboard') ?? 'none',
    identity: { country: textAt(groupAt(params, 'identity'), 'country') ?? null },
    livemode: false,
    metadata: groupAt(params, 'metadata'),
    requirements: {
      entries: [
        requirement('identity.individual.date_of_birth', 'user', 'currently_due'),
        requirement('configuration.recipient.default_outbound_destination', 'user', 'past_due'),
        requirement('identity.business_details.url', 'user', 'eventually_due'),
        requirement('identity.attestations.terms_of_service.account', 'stripe', 'currently_due'),
      ],
    },
  });
  return shown(account, params);
}

const recipientWith = (status: string, code?: string) => {
  const capability = { status, status_details: code === undefined ? [] : [{ code, resolution: 'provide_info' }] };
  return {
    recipient: {
      applied: true,
      capabilities: { stripe_balance: { payouts: capability, stripe_transfers: capability } },
    },
  };
};

const requirement = (description: string, from: string, deadline: string) => ({
  awaiting_action_from: from,
  description,
  errors: [],
  impact: { restricts_capabilities: [] },
  minimum_deadline: { status: deadline },
  requested_reasons: [{ code: 'routine_onboarding' }],
});

/** `GET /v2/core/accounts/:id`: configuration and requirements are left out unless they are named. */
export function retrieveAccount(store: StandInStore, id: string, params: WireGroup): WireObject {
  refuseUnknown(params, ['include']);
  const account = store.find('account', id);
  if (account === undefined) throw new StripeRefusal(404, { code: 'not_found', message: `No such account: ${id}` });
  if (account['deauthorized'] === true) {
    throw new StripeRefusal(403, {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
    });
  }
  return shown(account, params);
}

function shown(account: WireObject, params: WireGroup): WireObject {
  const included = listAt(params, 'include');
  return {
    ...account,
    configuration: included.includes('configuration.recipient') ? account['configuration'] : null,
    requirements: included.includes('requirements') ? account['requirements'] : null,
  };
}

/** `POST /v2/core/account_links`. */
export function createAccountLink(store: StandInStore, params: WireGroup, url: string): unknown {
  refuseUnknown(params, ['account', 'use_case']);
  const account = requiredAt(params, 'account');
  const { closed } = retrieveAccount(store, account, {});
  if (closed === true) throw new StripeRefusal(404, { code: 'not_found', message: `No such account: ${account}` });
  const useCase = groupAt(params, 'use_case');
  const onboarding = groupAt(useCase, 'account_onboarding');
  refuseUnknown(onboarding, ['collection_options', 'refresh_url', 'return_url']);
  requiredAt(onboarding, 'refresh_url');
  return {
    object: 'v2.core.account_link',
    account,
    created: new Date(store.now()).toISOString(),
    expires_at: new Date(store.now() + 300_000).toISOString(),
    livemode: false,
    url: `${url}/hosted/onboarding/${account}`,
    use_case: useCase,
  };
}

/** The provider went through Stripe's page, and Stripe has what it wants. */
export function completeOnboarding(store: StandInStore, id: string): void {
  store.change('account', id, { configuration: recipientWith('active'), requirements: { entries: [] } });
  tellOfAccount(store, id, 'v2.core.account[configuration.recipient].capability_status_updated');
}

/** Stripe wants more, or looks into something. */
export function restrictAccount(store: StandInStore, id: string, code: string): void {
  store.change('account', id, { configuration: recipientWith('restricted', code) });
  tellOfAccount(store, id, 'v2.core.account[requirements].updated');
}

export function closeAccount(store: StandInStore, id: string): void {
  store.change('account', id, { applied_configurations: [], closed: true, configuration: recipientWith('restricted') });
  tellOfAccount(store, id, 'v2.core.account.closed');
}

/** Its owner took our access away. */
export function deauthorizeAccount(store: StandInStore, id: string): void {
  store.change('account', id, { deauthorized: true });
  store.tell(
    'account.application.deauthorized',
    { id: 'ca_ours', object: 'application', name: 'Ours' },
    { account: id },
  );
}

/** Stripe tells in both forms; which of them comes depends on what the platform subscribed to. */
function tellOfAccount(store: StandInStore, id: string, thinType: string): void {
  store.tell('account.updated', { id, object: 'account', metadata: {} }, { account: id });
  store.tellThin(thinType, id);
}

/** `POST /v1/transfers`. */
export function createTransfer(store: StandInStore, params: WireGroup): WireObject {
  refuseUnknown(params, ['amount', 'currency', 'destination', 'metadata', 'transfer_group']);
  const amount = amountAt(params);
  const destination = requiredAt(params, 'destination');
  const account = store.find('account', destination);
  if (account === undefined || account['closed'] === true) throw noSuch('destination', destination, 'destination');
  retrieveAccount(store, destination, {});
  if (JSON.stringify(account['configuration']) !== JSON.stringify(recipientWith('active'))) {
    throw invalidRequest(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer' },
    );
  }
  if (amount > store.balance) {
    throw invalidRequest('You have insufficient available funds in your Stripe account.', {
      code: 'balance_insufficient',
    });
  }
  store.balance -= amount;
  const transfer = store.put('transfer', {
    id: store.newId('tr'),
    object: 'transfer',
    amount,
    amount_reversed: 0,
    created: store.seconds(),
    currency: requiredAt(params, 'currency'),
    destination,
    livemode: false,
    metadata: groupAt(params, 'metadata'),
    reversed: false,
    transfer_group: textAt(params, 'transfer_group') ?? null,
  });
  store.tell('transfer.created', transfer);
  return transfer;
}

/** An operator takes a transfer back, whole. */
export function reverseTransfer(store: StandInStore, id: string): void {
  const { amount } = store.get('transfer', id);
  store.balance += Number(amount);
  store.tell('transfer.reversed', store.change('transfer', id, { amount_reversed: amount, reversed: true }));
}
