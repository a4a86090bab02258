import type { TRPCError, TRPCProcedureType } from '@trpc/server';
import type { ApiContext } from '../context.ts';
import { ApiError } from './api-error.ts';
import { clientErrorOf } from './client-error.ts';
import type { TrpcCode } from './error-table.ts';

/**
 * tRPC's client reconnects for ever, and without growing pauses, after an error frame with a 5xx code. A fault of ours in
 * a subscription is therefore sent under a code that it does not retry; the client sees `internal` and retries on its own terms.
 */
export const SUBSCRIPTION_FAULT_CODE: TrpcCode = 'PRECONDITION_FAILED';

/** Maps any error of a call to what its client may know, and logs what the client may not know. */
export function toApiError(
  error: TRPCError,
  call: {
    readonly ctx: Pick<ApiContext, 'requestId' | 'logError'> | undefined;
    readonly path: string | undefined;
    readonly type: TRPCProcedureType | 'unknown';
  },
): ApiError {
  if (error instanceof ApiError) return error;
  const known = clientErrorOf(error);
  if (!known.masked) return new ApiError({ client: known, logId: null, cause: error.cause });
  const logId = call.ctx?.requestId ?? null;
  call.ctx?.logError({ logId: call.ctx.requestId, path: call.path ?? null, error: error.cause ?? error });
  const client = call.type === 'subscription' ? { ...known, trpcCode: SUBSCRIPTION_FAULT_CODE } : known;
  return new ApiError({ client, logId, cause: error.cause ?? error });
}
