import type { TRPCError } from '@trpc/server';
import type { DomainErrorCode } from '@rsm/domain/common/domain-error';

export type TrpcCode = TRPCError['code'];

/**
 * The one table from what the product says to what the wire says (the tRPC code decides the HTTP status). It is
 * exhaustive: a new domain code does not compile until it has a line here, and docs/errors.md must explain it too.
 */
export const trpcCodeOf = {
  invalid_input: 'BAD_REQUEST',
  invalid_window: 'BAD_REQUEST',
  invalid_amount: 'BAD_REQUEST',
  invalid_ssh_key: 'BAD_REQUEST',
  invalid_address: 'BAD_REQUEST',
  invalid_cursor: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  invalid_credentials: 'UNAUTHORIZED',
  session_expired: 'UNAUTHORIZED',
  email_taken: 'CONFLICT',
  token_invalid: 'BAD_REQUEST',
  forbidden: 'FORBIDDEN',
  user_suspended: 'FORBIDDEN',
  too_many_attempts: 'TOO_MANY_REQUESTS',
  not_found: 'NOT_FOUND',
  conflict: 'CONFLICT',
  idempotency_conflict: 'CONFLICT',
  limit_reached: 'CONFLICT',
  own_machine: 'FORBIDDEN',
  machine_not_verified: 'PRECONDITION_FAILED',
  machine_not_benchmarked: 'PRECONDITION_FAILED',
  machine_unreachable: 'PRECONDITION_FAILED',
  machine_quarantined: 'PRECONDITION_FAILED',
  machine_in_use: 'CONFLICT',
  machine_retired: 'PRECONDITION_FAILED',
  host_key_changed: 'PRECONDITION_FAILED',
  host_key_not_confirmed: 'PRECONDITION_FAILED',
  host_command_failed: 'PRECONDITION_FAILED',
  host_tool_missing: 'PRECONDITION_FAILED',
  listing_not_bookable: 'PRECONDITION_FAILED',
  window_taken: 'CONFLICT',
  wrong_state: 'CONFLICT',
  insufficient_funds: 'PAYMENT_REQUIRED',
  payment_declined: 'PAYMENT_REQUIRED',
  payment_authentication_required: 'PAYMENT_REQUIRED',
  payout_unavailable: 'PRECONDITION_FAILED',
  account_restricted: 'FORBIDDEN',
  // These two pass by themselves, so they are the only ones besides `internal` that a client may simply try again.
  payment_unavailable: 'SERVICE_UNAVAILABLE',
  busy: 'SERVICE_UNAVAILABLE',
  client_too_old: 'PRECONDITION_FAILED',
  internal: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<DomainErrorCode, TrpcCode>;

interface TransportAnswer {
  readonly code: DomainErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/**
 * What is said for errors that tRPC itself raises before any of our code ran. Its own texts are not shown, because they
 * repeat what the client sent. Null marks the codes that mean a fault of ours: they are masked.
 */
export const transportAnswers = {
  PARSE_ERROR: {
    code: 'invalid_input',
    message: 'The request could not be read as JSON.',
    remedy: 'Send valid JSON in the form that the client library makes.',
  },
  BAD_REQUEST: {
    code: 'invalid_input',
    message: 'The request is not in the form that this server reads.',
    remedy: 'Send it with a current client.',
  },
  NOT_FOUND: {
    code: 'not_found',
    message: 'This server has no such procedure.',
    remedy: 'Update the client, or check the name of the procedure.',
  },
  METHOD_NOT_SUPPORTED: {
    code: 'invalid_input',
    message: 'This procedure is not called with this HTTP method.',
    remedy: 'Send queries with GET and mutations with POST.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'invalid_input',
    message: 'This server reads requests in JSON only.',
    remedy: 'Send the header "content-type: application/json".',
  },
  PAYLOAD_TOO_LARGE: {
    code: 'invalid_input',
    message: 'The request is too large.',
    remedy: 'Send less in one request.',
  },
  UNAUTHORIZED: { code: 'unauthenticated', message: 'You are not signed in.', remedy: 'Sign in and try again.' },
  FORBIDDEN: {
    code: 'forbidden',
    message: 'You may not do this.',
    remedy: 'Sign in with an account that may, or ask its owner.',
  },
  CONFLICT: {
    code: 'conflict',
    message: 'This contradicts what is there already.',
    remedy: 'Load the page anew and try again.',
  },
  TOO_MANY_REQUESTS: {
    code: 'too_many_attempts',
    message: 'Too many requests.',
    remedy: 'Wait a minute and try again.',
  },
  PAYMENT_REQUIRED: {
    code: 'insufficient_funds',
    message: 'The wallet holds too little.',
    remedy: 'Top up the wallet.',
  },
  PRECONDITION_FAILED: {
    code: 'wrong_state',
    message: 'This is not possible in the present state.',
    remedy: 'Load the page anew and try again.',
  },
  PRECONDITION_REQUIRED: {
    code: 'invalid_input',
    message: 'The request lacks a condition that this server needs.',
    remedy: 'Send it with a current client.',
  },
  UNPROCESSABLE_CONTENT: {
    code: 'invalid_input',
    message: 'The request could not be used.',
    remedy: 'Send it with a current client.',
  },
  TIMEOUT: { code: 'busy', message: 'The request took too long.', remedy: 'Try again.' },
  CLIENT_CLOSED_REQUEST: { code: 'busy', message: 'The request was given up.', remedy: 'Try again.' },
  SERVICE_UNAVAILABLE: { code: 'busy', message: 'The server is busy.', remedy: 'Try again in a moment.' },
  INTERNAL_SERVER_ERROR: null,
  NOT_IMPLEMENTED: null,
  BAD_GATEWAY: null,
  GATEWAY_TIMEOUT: null,
} as const satisfies Record<TrpcCode, TransportAnswer | null>;
