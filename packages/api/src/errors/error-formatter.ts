import type { TRPCError, TRPCProcedureType } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { DomainErrorCode } from '@rsm/domain/common/domain-error';
import type { ApiContext } from '../context.ts';
import type { FieldError } from './field-errors.ts';
import { toApiError } from './to-api-error.ts';

/** The `data` of every error on the wire. Clients decide by `code`, never by the sentence. */
export interface ErrorData {
  readonly code: DomainErrorCode;
  readonly httpStatus: number;
  readonly path: string | null;
  readonly field: string | null;
  readonly remedy: string | null;
  /** Names the line in the server's log; null when the error says everything itself. */
  readonly logId: string | null;
  readonly fieldErrors: readonly FieldError[];
}

/**
 * The last gate: whatever went wrong, wherever, a client gets this shape, without a stack and without a text that we did
 * not write for people.
 */
export function formatError(options: {
  readonly error: TRPCError;
  readonly type: TRPCProcedureType | 'unknown';
  readonly path: string | undefined;
  readonly ctx: ApiContext | undefined;
}) {
  const error = toApiError(options.error, options);
  const data: ErrorData = {
    code: error.client.code,
    httpStatus: getHTTPStatusCodeFromError(error),
    path: options.path ?? null,
    field: error.client.field,
    remedy: error.client.remedy,
    logId: error.logId,
    fieldErrors: error.client.fieldErrors,
  };
  return { message: error.client.message, code: TRPC_ERROR_CODES_BY_KEY[error.client.trpcCode], data };
}
