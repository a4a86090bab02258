import { DomainError } from '@rsm/domain/common/domain-error';

/** The texts that both adapters use, so that a client can't tell which one answered, nor whether an address exists. */

export function invalidCredentials(): DomainError {
  return new DomainError('invalid_credentials', 'The e-mail address or the password is wrong.', {
    remedy: 'Check both, or reset your password.',
  });
}

/** Only said to someone who knows the password. */
export function emailNotConfirmed(): DomainError {
  return new DomainError('forbidden', 'Your e-mail address is not confirmed yet.', {
    remedy: 'Open the link in the mail that we sent you, or ask for a new one.',
  });
}

export function sessionExpired(): DomainError {
  return new DomainError('session_expired', 'Your session has ended.', { remedy: 'Sign in again.' });
}

export function tokenInvalid(): DomainError {
  return new DomainError('token_invalid', 'This link is not valid: it was used already, or it is too old.', {
    remedy: 'Ask for a new one.',
  });
}

/** Only where addresses need no confirmation: without one, a sign-up can't be answered in the same way for both. */
export function emailTaken(): DomainError {
  return new DomainError('email_taken', 'There is an account with this e-mail address already.', {
    field: 'email',
    remedy: 'Sign in, or reset your password.',
  });
}

/** A failure nobody foresaw. The cause is for the log, the text tells nothing of it. */
export function identityInternal(cause: unknown): DomainError {
  return new DomainError('internal', 'The sign-in service failed.', {
    remedy: 'Try again; if it goes on, tell the operator.',
    cause,
  });
}
