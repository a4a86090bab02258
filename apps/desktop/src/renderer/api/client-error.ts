import type { AppRouter } from '@rsm/api';
import { TRPCClientError } from '@trpc/client';
import type { BridgeAnswer, BridgeError } from '../../shared/bridge.ts';

/** Anything that went wrong, in the form that screens show: what, which field, and the way out. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: string;
  readonly field: string | null;
  readonly remedy: string | null;
  readonly fieldErrors: BridgeError['fieldErrors'];
  readonly logId: string | null;

  constructor(error: BridgeError, cause?: unknown) {
    super(error.message, { cause });
    this.code = error.code;
    this.field = error.field;
    this.remedy = error.remedy;
    this.fieldErrors = error.fieldErrors;
    this.logId = error.logId;
  }
}

/** The code of an error that never reached the server. */
export const OFFLINE_CODE = 'offline';

const OFFLINE: BridgeError = {
  code: OFFLINE_CODE,
  message: 'The server did not answer.',
  field: null,
  remedy: 'Nothing was changed as far as we know. It is tried again by itself once the connection is back.',
  fieldErrors: [],
  logId: null,
};

function isCallError(error: unknown): error is TRPCClientError<AppRouter> {
  return error instanceof TRPCClientError;
}

/** Reads any thrown value. What is no refusal of the API counts as a connection that failed. */
export function toClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  if (isCallError(error)) {
    const { data, message } = error;
    if (data === undefined || data === null) return new ClientError(OFFLINE, error);
    return new ClientError(
      {
        code: data.code,
        message,
        field: data.field,
        remedy: data.remedy,
        fieldErrors: data.fieldErrors,
        logId: data.logId,
      },
      error,
    );
  }
  const message = error instanceof Error ? error.message : 'Something went wrong in this program.';
  return new ClientError({ ...OFFLINE, code: 'client', message, remedy: 'Try again.' }, error);
}

/** The value of a bridge's answer. @throws ClientError for a refusal */
export function valueOf<Value>(answer: BridgeAnswer<Value>): Value {
  if (answer.ok) return answer.value;
  throw new ClientError(answer.error);
}
