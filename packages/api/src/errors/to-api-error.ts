import type { TRPCError, TRPCProcedureType } from '@trpc/server';
import type { ApiContext } from '../context.ts';
import { ApiError } from './api-error.ts';
import { clientErrorOf } from './client-error.ts';
import type { TrpcCode } from './error-table.ts';

/**
 * tRPC's client reconnects for ever, and without growing pauses, after an error frame with a 5xx code. A fault of ours in
 * a subscription is therefore sent under a code that it does not retry; the client sees `internal` or `busy` and retries on its
 * own terms.
 */
export const SUBSCRIPTION_FAULT_CODE: TrpcCode = 'PRECONDITION_FAILED';
const RETRIED_CODES: ReadonlySet<TrpcCode> = new Set<TrpcCode>([
  'INTERNAL_SERVER_ERROR',
  'BAD_GATEWAY',
  'SERVICE_UNAVAILABLE',
  'GATEWAY_TIMEOUT',
]);

/** Maps any error of a call to what its client may know, and logs what the client may not know. */
export function toApiError(
  error: TRPCError,
  call: {
    readonly ctx: Pick<ApiContext, 'requestId' | 'logError'> | undefined;
    readonly path: string | undefined;
    readonly type: TRPCProcedureType | 'unknown';
  },
): ApiError {
  const mapped = error instanceof ApiError ? error : mapError(error, call);
  if (call.type !== 'subscription' || !RETRIED_CODES.has(mapped.client.trpcCode)) return mapped;
  const client = { ...mapped.client, trpcCode: SUBSCRIPTION_FAULT_CODE };
  return new ApiError({ client, logId: mapped.logId, cause: mapped.cause });
}

function mapError(error: TRPCError, call: Parameters<typeof toApiError>[1]): ApiError {
  const known = clientErrorOf(error);
  if (!known.masked) return new ApiError({ client: known, logId: null, cause: error.cause });
  const logId = call.ctx?.requestId ?? null;
  call.ctx?.logError({ logId: call.ctx.requestId, path: call.path ?? null, error: error.cause ?? error });
  return new ApiError({ client: known, logId, cause: error.cause ?? error });
}
