/** One wrong input field. `path` is dotted (`window.end`, `publicKeys.0`), empty for the input as a whole. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** A hostile input can be wrong in thousands of places; nobody reads more than these. */
export const FIELD_ERRORS_MAX = 30;

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** The issues of a refused input with their paths, or null when the error is no refused input. */
export function fieldErrorsOf(error: unknown): readonly FieldError[] | null {
  if (!(error instanceof Error) || !('issues' in error) || !Array.isArray(error.issues)) return null;
  const issues: readonly unknown[] = error.issues;
  return issues
    .filter(isIssue)
    .slice(0, FIELD_ERRORS_MAX)
    .map((issue) => ({ path: (issue.path ?? []).map(keyOf).join('.'), message: issue.message }));
}

function isIssue(value: unknown): value is Issue {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}

/** A segment of a path is a key, or (in the standard schema interface) an object that holds one. */
function keyOf(segment: unknown): string {
  return typeof segment === 'object' && segment !== null && 'key' in segment ? String(segment.key) : String(segment);
}
