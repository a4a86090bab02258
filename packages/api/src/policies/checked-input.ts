import { z } from 'zod';
import { plainWords } from '../schemas/plain-words.ts';

/** The part of the Standard Schema interface (version 1) that tRPC reads. */
export interface CheckedInput<Input, Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'rsm';
    readonly validate: (
      value: unknown,
    ) =>
      | { readonly value: Output }
      | { readonly issues: readonly { readonly message: string; readonly path?: readonly PropertyKey[] }[] };
    readonly types?: { readonly input: Input; readonly output: Output };
  };
}

/**
 * An input schema as a procedure uses it: compiled on first use, and with our plain words wherever the schema has none of
 * its own, so that a form can show every message as it is.
 */
export function checked<Schema extends z.ZodType>(schema: Schema): CheckedInput<z.input<Schema>, z.output<Schema>> {
  let compiled: Schema | undefined;
  return {
    '~standard': {
      version: 1,
      vendor: 'rsm',
      validate: (value) => {
        const result = (compiled ??= z.compile(schema)).safeParse(value, { error: plainWords });
        return result.success ? { value: result.data } : { issues: result.error.issues };
      },
    },
  };
}
