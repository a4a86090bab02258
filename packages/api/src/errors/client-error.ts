import type { TRPCError } from '@trpc/server';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { DomainErrorCode } from '@rsm/domain/common/domain-error';
import { transportAnswers, trpcCodeOf } from './error-table.ts';
import type { TrpcCode } from './error-table.ts';
import { fieldErrorsOf } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';

/** All that a client ever learns of an error. */
export interface ClientError {
  readonly trpcCode: TrpcCode;
  readonly code: DomainErrorCode;
  readonly message: string;
  /** The first wrong input field, dotted; null when no field is to blame. */
  readonly field: string | null;
  /** What the person can do now. */
  readonly remedy: string | null;
  /** Every wrong input field with a sentence, so that a form can show each where it belongs. */
  readonly fieldErrors: readonly FieldError[];
  /** Whether the error is unknown to us: its text stays here, and the client gets the id of the log line instead. */
  readonly masked: boolean;
}

/** The fixed text for everything that we did not foresee. */
export const MASKED_MESSAGE = 'Something went wrong on our side.';
export const MASKED_REMEDY = 'Try again. If it happens again, tell us the log id.';

/**
 * Says what a client may know of an error: everything of a `DomainError`, the field paths of a refused input, a fixed
 * sentence for what tRPC itself refuses, and a mask for the rest.
 */
export function clientErrorOf(error: TRPCError): ClientError {
  const { cause } = error;
  if (cause instanceof DomainError) return ofDomainError(cause);
  const fieldErrors = error.code === 'BAD_REQUEST' ? fieldErrorsOf(cause) : null;
  if (fieldErrors !== null) return ofInput(fieldErrors);
  const answer = transportAnswers[error.code];
  if (answer === null) return masked();
  return {
    trpcCode: error.code,
    code: answer.code,
    message: answer.message,
    field: null,
    remedy: answer.remedy,
    fieldErrors: [],
    masked: false,
  };
}

function ofDomainError(error: DomainError): ClientError {
  if (error.code === 'internal') return masked();
  const field = error.field ?? null;
  return {
    trpcCode: trpcCodeOf[error.code],
    code: error.code,
    message: error.message,
    field,
    remedy: error.remedy ?? null,
    fieldErrors: field === null ? [] : [{ path: field, message: error.message }],
    masked: false,
  };
}

function ofInput(fieldErrors: readonly FieldError[]): ClientError {
  const [first] = fieldErrors;
  const field = first === undefined || first.path === '' ? null : first.path;
  const message = first === undefined ? 'The input is not valid.' : first.message;
  return {
    trpcCode: 'BAD_REQUEST',
    code: 'invalid_input',
    message: field === null ? message : `${field}: ${message}`,
    field,
    remedy: 'Correct the named field and send it again. Nothing was changed.',
    fieldErrors,
    masked: false,
  };
}

function masked(): ClientError {
  return {
    trpcCode: 'INTERNAL_SERVER_ERROR',
    code: 'internal',
    message: MASKED_MESSAGE,
    field: null,
    remedy: MASKED_REMEDY,
    fieldErrors: [],
    masked: true,
  };
}
