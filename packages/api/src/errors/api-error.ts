import { TRPCError } from '@trpc/server';
import type { ClientError } from './client-error.ts';

/** An error that went through the table. Its message is the client's; the original is in `cause` and stays here. */
export class ApiError extends TRPCError {
  readonly client: ClientError;
  /** Names the line in the log; null when nothing was logged because the error says everything itself. */
  readonly logId: string | null;

  constructor(options: { readonly client: ClientError; readonly logId: string | null; readonly cause: unknown }) {
    super({ code: options.client.trpcCode, message: options.client.message, cause: options.cause });
    this.client = options.client;
    this.logId = options.logId;
  }
}
