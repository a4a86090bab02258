import { Field, Input } from '../../ui/field.tsx';

/** A card that is typed in each time, where none are saved. */
export function TypedCardField({
  source,
  notice,
  error,
  onChange,
}: {
  readonly source: string;
  readonly notice: string | null;
  readonly error: string | undefined;
  readonly onChange: (source: string) => void;
}) {
  return (
    <Field label="Card number" hint={notice ?? undefined} error={error}>
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          // Never filled in by itself: a real card does not belong here.
          autoComplete="off"
          spellCheck={false}
          value={source}
          onChange={(event) => onChange(event.target.value)}
          required
        />
      )}
    </Field>
  );
}
