import { DomainError } from '@rsm/domain/common/domain-error';
import { Stripe } from 'stripe';

/** Texts of Stripe that reach a log never carry a key, or the secret with which a browser could confirm a payment. */
const SECRET_TEXTS = /\b(?:[sr]k_(?:live|test)|whsec|[a-z]+_\w+_secret)_[\w*]+/g;
const MESSAGE_CHARS_MAX = 300;

/**
 * Stripe understood the request and said no, so nothing moved. Every other failure may hide that the money went: a lost
 * connection, a time-out, an error of Stripe's own.
 */
export function isRefusal(error: unknown): error is Stripe.errors.StripeError {
  return error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError;
}

/** The thing that was named is not at Stripe. */
export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && (error.code === 'resource_missing' || error.statusCode === 404);
}

/** The connected account is closed, or its owner took our access away (docs.stripe.com/error-codes#account-invalid). */
export function isAccountGone(error: unknown): boolean {
  return error instanceof Stripe.errors.StripePermissionError && error.code === 'account_invalid';
}

/** The key was used before, for something else. */
export function isKeyConflict(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeIdempotencyError;
}

/**
 * The port's error for everything that is no answer. What Stripe sent stays here: its errors carry whole payments, so the cause
 * holds only what an operator needs to find the request. What is none of Stripe's failures is a mistake of ours, or has its words
 * already, and passes through.
 */
export function stripeUnavailable(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) return error instanceof Error ? error : new Error(String(error));
  if (
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripePermissionError ||
    isRefusal(error)
  ) {
    return new DomainError('payment_unavailable', 'The payment processor does not accept our request.', {
      remedy: 'Tell the operator of this marketplace; trying again will not help.',
      cause: describe(error),
    });
  }
  return new DomainError('payment_unavailable', 'The payment processor could not be reached, or its answer was lost.', {
    remedy: 'Wait a minute and look again: what went through appears by itself, and nothing is ever taken twice.',
    cause: describe(error),
  });
}

/** For `.catch`, where a refusal is no answer to the question. @throws what `stripeUnavailable` says */
export function throwUnavailable(error: unknown): never {
  throw stripeUnavailable(error);
}

/** The key belongs to an earlier call with other data. */
export function keyConflict(error: unknown): DomainError {
  return new DomainError('idempotency_conflict', 'This payment was begun with other data.', {
    field: 'idempotencyKey',
    remedy: 'See what became of the first one, then begin a new one.',
    cause: describe(error),
  });
}

/** One line of a failure for the log: what kind, which code, which request. */
function describe(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) return new Error('Stripe: unknown failure.');
  // The text about a wrong key quotes parts of it.
  const text = error instanceof Stripe.errors.StripeAuthenticationError ? '' : error.message;
  const facts = [error.type, error.statusCode, error.code, error.decline_code, error.param, error.requestId];
  const known = facts.filter((fact) => fact !== undefined && fact !== '');
  return new Error(
    `Stripe: ${known.join(' ')} ${text.replaceAll(SECRET_TEXTS, '[redacted]').slice(0, MESSAGE_CHARS_MAX)}`.trim(),
  );
}
