import { getTRPCErrorFromUnknown } from '@trpc/server';
import type { TRPCProcedureType } from '@trpc/server';
import { isAsyncIterable } from '../transport/async-iterable.ts';
import type { ApiContext } from '../context.ts';
import { toApiError } from '../errors/to-api-error.ts';
import { t } from '../trpc.ts';

/**
 * Turns every error into what the client may know. tRPC's `next()` never throws, so the answer is looked at; and a
 * subscription fails later, while it is read, so its generator is wrapped.
 */
export const mapErrors = t.middleware(async ({ ctx, path, type, next }) => {
  const result = await next();
  if (!result.ok) throw toApiError(result.error, { ctx, path, type });
  if (!isAsyncIterable(result.data)) return result;
  return { ...result, data: mapErrorsOf(result.data, { ctx, path, type }) };
});

async function* mapErrorsOf(
  source: AsyncIterable<unknown>,
  call: { readonly ctx: ApiContext; readonly path: string; readonly type: TRPCProcedureType },
): AsyncGenerator<unknown, void> {
  try {
    yield* source;
  } catch (error) {
    throw toApiError(getTRPCErrorFromUnknown(error), call);
  }
}
