import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';
import { BridgeRefusal, refusal } from './bridge-refusal.ts';

/** The API's error data (`ErrorData` of @rsm/api). What lacks a field or has one more still says what it can. */
const errorData = z.object({
  code: z.string(),
  field: z.string().nullable().catch(null),
  remedy: z.string().nullable().catch(null),
  fieldErrors: z.array(z.object({ path: z.string(), message: z.string() })).catch([]),
  logId: z.string().nullable().catch(null),
});

/** Turns what a call of the API threw into a refusal. What is no answer of our API counts as a server that did not answer. */
export function apiRefusal(error: unknown): BridgeRefusal {
  if (error instanceof BridgeRefusal) return error;
  if (error instanceof TRPCClientError) {
    const data = errorData.safeParse(error.data);
    if (data.success) return new BridgeRefusal({ ...data.data, message: error.message }, error);
  }
  return refusal('offline', 'The server did not answer.', {
    remedy: 'Check the connection and the server’s address, then try again.',
    cause: error,
  });
}
