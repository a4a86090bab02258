import { DomainError } from '@rsm/domain/common/domain-error';
import { z } from 'zod';
import { serviceUnavailable } from '../../common/deadline.ts';
import {
  emailNotConfirmed,
  emailTaken,
  identityInternal,
  invalidCredentials,
  sessionExpired,
  tokenInvalid,
} from '../identity-failures.ts';

const apiErrorSchema = z.object({ name: z.literal('APIError'), body: z.object({ code: z.string() }) });
const codedErrorSchema = z.object({ code: z.string() });

/** The code of an APIError of better-auth, if it is one. */
export function betterAuthErrorCode(error: unknown): string | undefined {
  const parsed = apiErrorSchema.safeParse(error);
  return parsed.success ? parsed.data.body.code : undefined;
}

/** Turns every failure of better-auth and its database into an error of ours. None of their texts goes any further. */
export function betterAuthFailure(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const code = betterAuthErrorCode(error);
  switch (code) {
    case 'INVALID_EMAIL_OR_PASSWORD':
      return invalidCredentials();
    case 'EMAIL_NOT_VERIFIED':
      return emailNotConfirmed();
    case 'USER_ALREADY_EXISTS':
    case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL':
      return emailTaken();
    case 'INVALID_TOKEN':
    case 'TOKEN_EXPIRED':
    case 'USER_NOT_FOUND':
      return tokenInvalid();
    case 'SESSION_EXPIRED':
    case 'UNAUTHORIZED':
      return sessionExpired();
    // better-auth says this for every failure of the database while it reads a session.
    case 'FAILED_TO_GET_SESSION':
      return serviceUnavailable('sign-in service', error);
    case undefined:
      return isDatabaseOutage(error) ? serviceUnavailable('sign-in service', error) : identityInternal(error);
    default:
      return identityInternal(error);
  }
}

/** Classes of SQLSTATE (Postgres, appendix A) and of Node's socket errors that a later try may not meet again. */
const OUTAGE = /^(08|53|57)[0-9A-Z]{3}$|^(ECONN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;

function isDatabaseOutage(error: unknown): boolean {
  const parsed = codedErrorSchema.safeParse(error);
  if (parsed.success) return OUTAGE.test(parsed.data.code);
  // pg's pool has no code for it.
  return error instanceof Error && /timeout exceeded when trying to connect|Connection terminated/.test(error.message);
}
