import { useMemo } from 'react';
import type { z } from 'zod';
import { changesIn } from './edits.ts';
import { useEdits, type ChangesStore, type EditedForm } from './use-edits.ts';

/**
 * A form's values as `useEdits` has them, and what was typed is kept for as long as the window is open: leaving the screen or loading it anew
 * loses nothing.
 */
export function useDraft<Value extends object>(name: string, schema: z.ZodType<Value>, kept: Value): EditedForm<Value> {
  const store = useMemo(() => sessionStore(`rsm.draft.${name}`, schema), [name, schema]);
  return useEdits(kept, store);
}

function sessionStore<Value extends object>(key: string, schema: z.ZodType<Value>): ChangesStore<Value> {
  return {
    read: (kept) => changesIn(sessionStorage.getItem(key), schema, kept),
    write: (changes) => {
      if (changes === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(changes));
    },
  };
}
