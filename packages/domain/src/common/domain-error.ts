/**
 * Every way in which the product says no. The union is closed: the API maps each code to a tRPC code in one exhaustive
 * table, and docs/errors.md explains each to users.
 */
export const domainErrorCodes = [
  // The input itself.
  'invalid_input',
  'invalid_window',
  'invalid_amount',
  'invalid_ssh_key',
  'invalid_address',
  'invalid_cursor',
  // Who is asking.
  'unauthenticated',
  'invalid_credentials',
  'session_expired',
  'email_taken',
  'token_invalid',
  'forbidden',
  'user_suspended',
  'too_many_attempts',
  // What is asked for.
  'not_found',
  'conflict',
  'idempotency_conflict',
  'limit_reached',
  // Machines.
  'own_machine',
  'machine_not_verified',
  'machine_not_benchmarked',
  'machine_unreachable',
  'machine_quarantined',
  'machine_in_use',
  'machine_retired',
  'host_key_changed',
  'host_key_not_confirmed',
  'host_command_failed',
  'host_tool_missing',
  // Listings and bookings.
  'listing_not_bookable',
  'window_taken',
  'wrong_state',
  // Money.
  'insufficient_funds',
  'payment_declined',
  'payment_authentication_required',
  'payment_unavailable',
  'payout_unavailable',
  'account_restricted',
  // The product itself.
  'busy',
  'client_too_old',
  'internal',
] as const;

export type DomainErrorCode = (typeof domainErrorCodes)[number];

export interface DomainErrorOptions {
  /** Path of the input field that was wrong, dotted: `window.end`. */
  readonly field?: string;
  /** What the person can do now, as a full sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** An error that a person may read: what was wrong, with which field, what to do. Never carries secrets or SQL. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;
  readonly field: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: DomainErrorCode, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.field = options.field;
    this.remedy = options.remedy;
  }
}

/** The error for a thing that is not there or that the asker may not know of: both look the same from outside. */
export function notFound(noun: string): DomainError {
  return new DomainError('not_found', `This ${noun} does not exist, or you may not see it.`, {
    remedy: 'Check the link or go back to the list.',
  });
}

/** Marks a branch that the types rule out, so that a new union member fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
