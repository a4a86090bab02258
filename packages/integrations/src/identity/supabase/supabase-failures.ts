import { DomainError } from '@rsm/domain/common/domain-error';
import {
  isAuthApiError,
  isAuthRetryableFetchError,
  isAuthSessionMissingError,
  isAuthWeakPasswordError,
} from '@supabase/auth-js';
import { serviceUnavailable } from '../../common/deadline.ts';
import {
  emailNotConfirmed,
  emailTaken,
  identityInternal,
  invalidCredentials,
  sessionExpired,
  tokenInvalid,
} from '../identity-failures.ts';

/** The code of an error of Supabase Auth (supabase.com/docs/guides/auth/debugging/error-codes), if it has one. */
export function supabaseErrorCode(error: unknown): string | undefined {
  return isAuthApiError(error) ? error.code : undefined;
}

/** Turns every failure of the official client into an error of ours. No text of Supabase goes any further. */
export function supabaseFailure(error: unknown, passwordField: 'password' | 'newPassword' = 'password'): DomainError {
  if (error instanceof DomainError) return error;
  if (isAuthRetryableFetchError(error)) return serviceUnavailable('sign-in service', error);
  if (isAuthSessionMissingError(error)) return sessionExpired();
  if (isAuthWeakPasswordError(error)) return weakPassword(passwordField);
  switch (supabaseErrorCode(error)) {
    case 'invalid_credentials':
    case 'user_banned':
      return invalidCredentials();
    case 'email_not_confirmed':
      return emailNotConfirmed();
    case 'user_already_exists':
    case 'email_exists':
      return emailTaken();
    case 'refresh_token_not_found':
    case 'refresh_token_already_used':
    case 'session_not_found':
    case 'session_expired':
    case 'user_not_found':
    case 'bad_jwt':
      return sessionExpired();
    case 'otp_expired':
      return tokenInvalid();
    case 'weak_password':
      return weakPassword(passwordField);
    case 'email_address_invalid':
      return new DomainError('invalid_input', 'No mail can be sent to this address.', {
        field: 'email',
        remedy: 'Use another address.',
      });
    case 'over_request_rate_limit':
    case 'over_email_send_rate_limit':
      return new DomainError('too_many_attempts', 'Too many attempts.', { remedy: 'Try again in a few minutes.' });
    case undefined:
    default:
      return identityInternal(error);
  }
}

function weakPassword(field: 'password' | 'newPassword'): DomainError {
  return new DomainError('invalid_input', 'This password is too easy to guess.', {
    field,
    remedy: 'Choose a longer one, or one that was never in a leak.',
  });
}
