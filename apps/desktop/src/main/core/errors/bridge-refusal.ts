import type { DomainErrorCode } from '@rsm/domain/common/domain-error';
import type { BridgeError } from '../../../shared/bridge.ts';

/** Codes that only this program gives, besides those of the API. docs/errors.md explains each. */
export const desktopErrorCodes = [
  'offline',
  'no_server',
  'not_our_server',
  'call_refused',
  'key_chain_unavailable',
  'no_key_here',
  'file_failed',
  'port_taken',
  'terminal_gone',
] as const;

/** The API's own codes mean the same here. */
export type DesktopErrorCode = (typeof desktopErrorCodes)[number] | DomainErrorCode;

export interface RefusalOptions {
  readonly field?: string;
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** An error that a person may read. It travels to the window as a `BridgeError`, and never carries a secret. */
export class BridgeRefusal extends Error {
  override readonly name = 'BridgeRefusal';
  readonly error: BridgeError;

  constructor(error: BridgeError, cause?: unknown) {
    super(error.message, cause === undefined ? undefined : { cause });
    this.error = error;
  }
}

/** A refusal of this program itself. */
export function refusal(code: DesktopErrorCode, message: string, options: RefusalOptions = {}): BridgeRefusal {
  const { field = null, remedy = null, cause } = options;
  return new BridgeRefusal(
    { code, message, field, remedy, fieldErrors: field === null ? [] : [{ path: field, message }], logId: null },
    cause,
  );
}
