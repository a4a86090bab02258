import { useCallback, useState } from 'react';
import { editsOf, hasOvertaken, savedAs, shownValue, withChange, type Edits } from './edits.ts';

export interface EditedForm<Value extends object> {
  readonly value: Value;
  readonly set: (change: Partial<Value>) => void;
  /** Forgets what was typed; goes on with the given values. */
  readonly reset: (value: Value) => void;
}

/** Where changes outlive the form. */
export interface ChangesStore<Value extends object> {
  readonly read: (kept: Value) => Partial<Value>;
  /** `null` takes them away. */
  readonly write: (changes: Partial<Value> | null) => void;
}

/** A form’s values, which JSON can hold: what is kept, with what somebody typed over it (edits.ts). Give `kept` anew each time, as it was read last. */
export function useEdits<Value extends object>(kept: Value, store?: ChangesStore<Value>): EditedForm<Value> {
  const [edits, setEdits] = useState<Edits<Value>>(() => editsOf(store?.read(kept) ?? {}));
  // Else it would come back if what is kept should ever say again what it said then.
  if (hasOvertaken(kept, edits)) setEdits(editsOf(edits.changes));
  const set = useCallback(
    (change: Partial<Value>): void => {
      setEdits((before) => {
        const next = withChange(before, change);
        store?.write(next.changes);
        return next;
      });
    },
    [store],
  );
  const reset = useCallback(
    (value: Value): void => {
      store?.write(null);
      setEdits(savedAs(kept, value));
    },
    [kept, store],
  );
  return { value: shownValue(kept, edits), set, reset };
}
