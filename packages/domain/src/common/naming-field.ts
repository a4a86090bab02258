import type { DomainErrorCode } from './domain-error.ts';
import { DomainError } from './domain-error.ts';

/**
 * Waits for the work and names the caller's own field in a refusal of the given code: the database knows which rule was
 * broken, and only the caller knows which field of its form that is.
 * @param change.remedy replaces the remedy too, when the way out differs for this caller
 */
export async function namingField<Result>(
  code: DomainErrorCode,
  change: { readonly field: string; readonly remedy?: string },
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== code) throw error;
    const remedy = change.remedy ?? error.remedy;
    throw new DomainError(code, error.message, {
      field: change.field,
      ...(remedy === undefined ? {} : { remedy }),
      cause: error,
    });
  }
}
