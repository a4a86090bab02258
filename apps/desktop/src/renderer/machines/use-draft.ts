import { useCallback, useState } from 'react';
import type { z } from 'zod';

/**
 * A form's values, kept for as long as the window is open: leaving the screen or loading it anew loses nothing that was typed.
 * What is read back is checked, because an older version of this program may have written it.
 */
export function useDraft<Value>(
  name: string,
  schema: z.ZodType<Value>,
  initial: Value,
): {
  readonly value: Value;
  readonly set: (change: Partial<Value>) => void;
  /** Forgets what was typed; goes on with the given values. */
  readonly reset: (value: Value) => void;
} {
  const key = `rsm.draft.${name}`;
  const [value, setValue] = useState<Value>(() => readDraft(key, schema) ?? initial);
  const set = useCallback(
    (change: Partial<Value>): void => {
      setValue((before) => {
        const next = { ...before, ...change };
        sessionStorage.setItem(key, JSON.stringify(next));
        return next;
      });
    },
    [key],
  );
  const reset = useCallback(
    (next: Value): void => {
      sessionStorage.removeItem(key);
      setValue(next);
    },
    [key],
  );
  return { value, set, reset };
}

function readDraft<Value>(key: string, schema: z.ZodType<Value>): Value | null {
  const text = sessionStorage.getItem(key);
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
