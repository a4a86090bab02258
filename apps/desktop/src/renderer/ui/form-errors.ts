import { useState } from 'react';
import { toClientError, type ClientError } from '../api/client-error.ts';

export interface FormErrors {
  /** The sentence for a field, as the API names it: `terms.title`. */
  readonly of: (field: string) => string | undefined;
  /** What belongs to none of the fields that the form shows. */
  readonly rest: ClientError | null;
  readonly set: (error: unknown) => void;
  readonly clear: () => void;
}

/** A refusal's sentences, each at its field; the remainder above the button. What was typed stays. */
export function useFormErrors(fields: readonly string[]): FormErrors {
  const [error, setError] = useState<ClientError | null>(null);
  const shown = (path: string): boolean => fields.some((field) => path === field || path.startsWith(`${field}.`));
  const of = (field: string): string | undefined =>
    error?.fieldErrors.find(({ path }) => path === field || path.startsWith(`${field}.`))?.message;
  const hasRest =
    error !== null && (error.fieldErrors.length === 0 || error.fieldErrors.some(({ path }) => !shown(path)));
  return {
    of,
    rest: hasRest ? error : null,
    set: (thrown) => setError(toClientError(thrown)),
    clear: () => setError(null),
  };
}
