import { currencySchema } from '@rsm/domain/common/money';
import { stripeCurrencyProblem } from '@rsm/integrations/stripe-amounts';
import type { ConfigProblem, Environment } from './environment.ts';
import { isLoopbackHost } from './production-rules.ts';
import { readSecretText } from './secrets.ts';

/** What the adapter of Stripe needs. */
export interface StripeSettings {
  readonly secretKey: string;
  readonly webhookSecrets: readonly [string, ...string[]];
  /** ISO 3166-1 alpha-2; undefined when each provider says it on Stripe's page. */
  readonly payoutCountry: string | undefined;
  /** Undefined for Stripe's own address. */
  readonly apiBaseUrl: string | undefined;
}

/** One per endpoint at Stripe: our own account, connected accounts, thin events, and two that are being replaced. */
const STRIPE_WEBHOOK_SECRETS_MAX = 5;
const SECRET_KEY = /^[sr]k_(test|live)_[A-Za-z0-9_]{8,240}$/;
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9_+/=-]{8,240}$/;

const SETTINGS = [
  'STRIPE_SECRET_KEY',
  'STRIPE_SECRET_KEY_FILE',
  'STRIPE_WEBHOOK_SECRET',
  'STRIPE_WEBHOOK_SECRET_FILE',
] as const;

/** Whether card payments go through Stripe: said so, or its keys are there and nothing else was said. */
export function isStripeWanted(values: Environment, invalid: ReadonlySet<string>): boolean {
  if (values.PAYMENT_PROCESSOR !== undefined) return values.PAYMENT_PROCESSOR === 'stripe';
  if (invalid.has('PAYMENT_PROCESSOR')) return false;
  return SETTINGS.some((name) => values[name] !== undefined || invalid.has(name));
}

/**
 * Reads the settings of Stripe and adds to `problems` what is wrong; undefined when they can't be used. No text ever holds a key.
 */
export function readStripeSettings(
  values: Environment,
  mode: 'demo' | 'production',
  invalid: ReadonlySet<string>,
  problems: ConfigProblem[],
): StripeSettings | undefined {
  const before = problems.length;
  const secretKey = readSecretText('STRIPE_SECRET_KEY', values, problems)?.trim();
  const webhookText = readSecretText('STRIPE_WEBHOOK_SECRET', values, problems)?.trim();
  const webhookSecrets = webhookText?.split(',').map((secret) => secret.trim()) ?? [];
  const [firstSecret, ...moreSecrets] = webhookSecrets;
  const isAbsent = (name: 'STRIPE_SECRET_KEY' | 'STRIPE_WEBHOOK_SECRET'): boolean =>
    [name, `${name}_FILE` as const].every((variable) => values[variable] === undefined && !invalid.has(variable));

  if (isAbsent('STRIPE_SECRET_KEY')) problems.push(missingKey);
  if (isAbsent('STRIPE_WEBHOOK_SECRET')) problems.push(missingWebhookSecret);
  if (secretKey !== undefined && !SECRET_KEY.test(secretKey)) problems.push(wrongKey);
  if (mode === 'demo' && secretKey !== undefined && /^[sr]k_live_/.test(secretKey)) problems.push(liveKeyInDemo);
  const areSecretsSound = webhookSecrets.every((secret) => WEBHOOK_SECRET.test(secret));
  if (webhookText !== undefined && (!areSecretsSound || webhookSecrets.length > STRIPE_WEBHOOK_SECRETS_MAX)) {
    problems.push(wrongWebhookSecret);
  }
  const currencyProblem = stripeCurrencyProblem(values.CURRENCY ?? currencySchema.parse('EUR'));
  if (currencyProblem !== undefined) {
    problems.push({
      variable: 'CURRENCY',
      message: currencyProblem,
      remedy: 'Use a currency with two decimals, or PAYMENT_PROCESSOR=manual.',
    });
  }
  problems.push(...addressProblems(values.STRIPE_API_BASE_URL, mode));
  if (secretKey === undefined || firstSecret === undefined || problems.length > before) return undefined;
  return {
    secretKey,
    webhookSecrets: [firstSecret, ...moreSecrets],
    payoutCountry: values.STRIPE_PAYOUT_COUNTRY,
    apiBaseUrl: values.STRIPE_API_BASE_URL,
  };
}

function addressProblems(address: string | undefined, mode: 'demo' | 'production'): readonly ConfigProblem[] {
  const variable = 'STRIPE_API_BASE_URL';
  if (address === undefined) return [];
  if (mode === 'production') {
    const message = "It is for tests only: in production the key and all money go to Stripe's own address.";
    return [{ variable, message, remedy: 'Leave it out.' }];
  }
  const { hostname, protocol } = new URL(address);
  if (protocol === 'https:' || isLoopbackHost(hostname)) return [];
  return [{ variable, message: 'The key would travel in plain text.', remedy: 'Use https://, or this machine.' }];
}

const missingKey: ConfigProblem = {
  variable: 'STRIPE_SECRET_KEY',
  message: 'It is missing, and Stripe needs it beside STRIPE_WEBHOOK_SECRET.',
  remedy: 'Copy it from the API keys of your Stripe account and set it or STRIPE_SECRET_KEY_FILE.',
};
const missingWebhookSecret: ConfigProblem = {
  variable: 'STRIPE_WEBHOOK_SECRET',
  message:
    'It is missing, and Stripe needs it beside STRIPE_SECRET_KEY: without it nobody could tell its events from forged ones.',
  remedy: 'Copy the signing secret of your webhook and set it or STRIPE_WEBHOOK_SECRET_FILE (docs/operations.md).',
};
const wrongKey: ConfigProblem = {
  variable: 'STRIPE_SECRET_KEY',
  message: 'Must be a secret or restricted key of Stripe: sk_test_…, sk_live_…, rk_test_… or rk_live_….',
  remedy: 'Copy it from the API keys of your Stripe account; a publishable key (pk_…) does not do.',
};
const liveKeyInDemo: ConfigProblem = {
  variable: 'STRIPE_SECRET_KEY',
  message: 'It moves real money, and the passwords of the demo are known to everybody.',
  remedy: 'Use a test key (sk_test_…), or RSM_MODE=production.',
};
const wrongWebhookSecret: ConfigProblem = {
  variable: 'STRIPE_WEBHOOK_SECRET',
  message: `Must be one to ${STRIPE_WEBHOOK_SECRETS_MAX} signing secrets of webhooks (whsec_…), separated by commas.`,
  remedy: 'Copy the signing secret of each endpoint that sends to /webhooks/stripe.',
};
