import { DomainError, type DomainErrorCode } from '@rsm/domain/common/domain-error';
import { WINDOW_TAKEN } from '@rsm/domain/occupancies/occupancy';
import { DBError } from 'objection';
import { DatabaseError } from 'pg';

type Refusal = {
  readonly code: DomainErrorCode;
  readonly message: string;
  readonly field?: string;
  readonly remedy: string;
};

const reload = 'Reload the page and try again.';
const installing = {
  code: 'conflict',
  message: 'Tools are being installed on this machine already.',
  remedy: 'Wait until that is done.',
} as const;

function wrongState(noun: string): Refusal {
  return { code: 'wrong_state', message: `The ${noun} is in another state meanwhile.`, remedy: reload };
}

/**
 * What a person is told when the database refuses, by the name of the constraint (or of the trigger that stands in for
 * one). A name that is missing here can only be broken by a mistake of ours: it stays an unknown error.
 */
export const constraintRefusals: Readonly<Record<string, Refusal>> = {
  occupancies_no_overlap: { ...WINDOW_TAKEN, field: 'window' },
  occupancies_during_half_open: {
    code: 'invalid_window',
    message: 'The end must lie after the start.',
    field: 'window.end',
    remedy: 'Choose a later end.',
  },
  bookings_end_after_start: {
    code: 'invalid_window',
    message: 'The end must lie after the start.',
    field: 'window.end',
    remedy: 'Choose a later end.',
  },
  bookings_not_own_machine: {
    code: 'own_machine',
    message: 'You cannot book your own machine.',
    field: 'listingId',
    remedy: 'Block the time in its calendar instead.',
  },
  ledger_accounts_balance_not_negative: {
    code: 'insufficient_funds',
    message: 'There is not enough money in the account.',
    remedy: 'Top up the wallet, or choose a shorter time.',
  },
  users_email_length: {
    code: 'invalid_input',
    message: 'An e-mail address has at most 254 characters.',
    field: 'email',
    remedy: 'Enter a shorter address.',
  },
  provider_profiles_pkey: {
    code: 'conflict',
    message: 'There is a provider profile already.',
    remedy: 'Change the one that is there.',
  },
  ssh_keys_user_id_fingerprint_key: {
    code: 'conflict',
    message: 'You have added this key already.',
    field: 'publicKey',
    remedy: 'Use the key that is in the list.',
  },
  ssh_keys_public_key_shape: {
    code: 'invalid_ssh_key',
    message: 'This is not one line with a key type and a key.',
    field: 'publicKey',
    remedy: 'Paste the content of a .pub file.',
  },
  machines_control_endpoint_key: {
    code: 'conflict',
    message: 'A machine at this address and port is connected already.',
    field: 'control',
    remedy: 'Retire the other one first: a server can be offered once only.',
  },
  machines_verified_was_pinned: {
    code: 'host_key_not_confirmed',
    message: "The machine's host key is not confirmed.",
    remedy: 'Compare and confirm the fingerprint first.',
  },
  machines_uid_next_range: {
    code: 'limit_reached',
    message: 'This machine has used up its range of account numbers.',
    remedy: 'Connect it anew after a fresh installation.',
  },
  listings_one_live_per_unit_key: {
    code: 'conflict',
    message: 'This machine has a listing already.',
    field: 'machineId',
    remedy: 'Change that listing, or archive it first.',
  },
  listings_price_range: {
    code: 'invalid_amount',
    message: 'The price per hour is out of range.',
    field: 'pricePerHour',
    remedy: 'Enter a price of at most 10,000 an hour.',
  },
  listings_duration_order: {
    code: 'invalid_input',
    message: 'The shortest length must be above zero and not above the longest.',
    field: 'durationMinMs',
    remedy: 'Change one of the two.',
  },
  benchmarks_one_open_key: {
    code: 'conflict',
    message: 'This benchmark is queued or running on the machine already.',
    field: 'kind',
    remedy: 'Wait until it has finished.',
  },
  tool_consents_pkey: installing,
  tool_consents_one_open_key: installing,
  access_grants_booking_id_key: {
    code: 'conflict',
    message: 'This booking has its access already.',
    remedy: reload,
  },
  data_wipes_booking_id_key: { code: 'conflict', message: 'This booking has its clean-up already.', remedy: reload },
  certificates_one_successor_key: {
    code: 'conflict',
    message: 'Another certificate of this machine was issued meanwhile.',
    remedy: 'Issue it again upon the newest one.',
  },
  certificates_position_key: {
    code: 'conflict',
    message: 'Another certificate of this machine was issued meanwhile.',
    remedy: 'Issue it again upon the newest one.',
  },
  payments_processor_reference_key: {
    code: 'conflict',
    message: 'This payment of the processor was recorded already.',
    remedy: reload,
  },
  document_lines_transfer_key: {
    code: 'conflict',
    message: 'Something of this was put on another document meanwhile.',
    remedy: 'Issue it again: what is documented already is left out.',
  },
  payout_accounts_reference_key: {
    code: 'conflict',
    message: "This account of the processor is another user's.",
    remedy: 'Set up an account of your own.',
  },
  disputes_one_open_key: {
    code: 'conflict',
    message: 'A dispute about this booking is open already.',
    field: 'bookingId',
    remedy: 'Answer that one, or wait for its decision.',
  },
  users_status_move: wrongState('account'),
  machines_status_move: wrongState('machine'),
  listings_status_move: wrongState('listing'),
  bookings_status_move: wrongState('booking'),
  access_grants_status_move: wrongState('access'),
  benchmarks_status_move: wrongState('benchmark'),
  payments_status_move: wrongState('payment'),
  data_wipes_status_move: wrongState('clean-up'),
  disputes_status_move: wrongState('dispute'),
};

/** PostgreSQL error codes (manual, Appendix A) that say "too much at once", not "wrong". */
const BUSY_CODES: ReadonlySet<string> = new Set([
  '53300', // too_many_connections
  '55P03', // lock_not_available: lock_timeout passed
  '57014', // query_canceled: statement_timeout passed
]);

/** pg's own error; Objection wraps it into one of its own. Undefined when the error is another one. */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  const native: unknown = error instanceof DBError ? error.nativeError : error;
  return native instanceof DatabaseError ? native : undefined;
}

/** The DomainError for a refusal of the database, or the error as it was. The database's own text goes no further. */
export function toDomainError(error: unknown): unknown {
  const databaseError = databaseErrorOf(error);
  if (databaseError) {
    const refusal = databaseError.constraint === undefined ? undefined : constraintRefusals[databaseError.constraint];
    if (refusal) {
      const { code, message, field, remedy } = refusal;
      return new DomainError(code, message, {
        ...(field === undefined ? {} : { field }),
        remedy,
        cause: databaseError,
      });
    }
    return databaseError.code !== undefined && BUSY_CODES.has(databaseError.code) ? busy(databaseError) : databaseError;
  }
  // knex names the wait for a free connection of its pool so; it exports no class for it in its types.
  return error instanceof Error && error.name === 'KnexTimeoutError' ? busy(error) : error;
}

function busy(cause: unknown): DomainError {
  return new DomainError('busy', 'The marketplace is busy at the moment.', {
    remedy: 'Nothing was changed. Try again in a few seconds.',
    cause,
  });
}
