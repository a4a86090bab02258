import type { z } from 'zod';

/**
 * What somebody changed in a form, apart from what is kept. Answers of before stand in a form until they are read again: what was not touched
 * follows then, so that saving one field never brings an older state of the others back.
 */
export interface Edits<Value extends object> {
  readonly changes: Partial<Value>;
  /** What was just saved. It is shown until what is kept is read again and says something else than `insteadOf`. */
  readonly saved: { readonly value: Value; readonly insteadOf: string } | null;
}

export function editsOf<Value extends object>(changes: Partial<Value>): Edits<Value> {
  return { changes, saved: null };
}

/** What the form shows: what was typed, over what is kept. */
export function shownValue<Value extends object>(kept: Value, edits: Edits<Value>): Value {
  return { ...(hasOvertaken(kept, edits) ? kept : (edits.saved?.value ?? kept)), ...edits.changes };
}

export function withChange<Value extends object>(edits: Edits<Value>, change: Partial<Value>): Edits<Value> {
  return { ...edits, changes: { ...edits.changes, ...change } };
}

/** Forgets what was typed and goes on with `value`, which what is kept does not say yet. */
export function savedAs<Value extends object>(kept: Value, value: Value): Edits<Value> {
  return { changes: {}, saved: { value, insteadOf: JSON.stringify(kept) } };
}

/** Whether what is kept was read again since the form was saved; what was saved is of no use any more then. */
export function hasOvertaken<Value extends object>(kept: Value, { saved }: Edits<Value>): boolean {
  return saved !== null && saved.insteadOf !== JSON.stringify(kept);
}

/** Changes that were written down as JSON. They are checked, because an older version of this program may have written them. */
export function changesIn<Value extends object>(
  text: string | null,
  schema: z.ZodType<Value>,
  kept: Value,
): Partial<Value> {
  if (text === null) return {};
  try {
    const written: unknown = JSON.parse(text);
    if (typeof written !== 'object' || written === null) return {};
    const whole = schema.safeParse({ ...kept, ...written }).data;
    if (whole === undefined) return {};
    const changes: Partial<Value> = { ...whole };
    for (const name in changes) if (!Object.hasOwn(written, name)) delete changes[name];
    return changes;
  } catch {
    return {};
  }
}
