import type { ListingRead } from '@rsm/api/schemas/listings';
import { formatDuration, toLocalInput, ZONE } from '../../format/time.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Field, Input } from '../../ui/field.tsx';
import type { BookingDraft } from './booking-draft.ts';
import { lengthDraftOf, presetsFor } from './booking-wish.ts';

interface WindowFieldsProps {
  readonly listing: ListingRead;
  readonly draft: BookingDraft;
  readonly set: (change: Partial<BookingDraft>) => void;
  readonly startError: string | undefined;
  readonly lengthError: string | undefined;
  /** How long the fields say; null while they make no sense. */
  readonly durationMs: number | null;
}

const PARTS = [
  ['days', 'Days'],
  ['hours', 'Hours'],
  ['minutes', 'Minutes'],
] as const;

/** A later start begins as the next full hour. */
const HOUR_MS = 3_600_000;
const nextHour = (): string => toLocalInput(Math.ceil((Date.now() + 1) / HOUR_MS) * HOUR_MS);

/** When it starts and how long it lasts. */
export function WindowFields({ listing, draft, set, startError, lengthError, durationMs }: WindowFieldsProps) {
  return (
    <>
      <fieldset>
        <legend className="mb-1.5 text-[13px] font-medium">Start</legend>
        <div className="grid grid-cols-2 gap-1 rounded-md bg-muted p-1">
          {(['now', 'later'] as const).map((when) => (
            <label
              key={when}
              className={cn(
                'cursor-pointer rounded px-3 py-1 text-center text-sm has-focus-visible:outline-2 has-focus-visible:outline-ring',
                draft.when === when && 'bg-surface font-medium shadow-sm',
              )}
            >
              <input
                type="radio"
                name="when"
                className="sr-only"
                checked={draft.when === when}
                onChange={() =>
                  set(when === 'later' && draft.startText === '' ? { when, startText: nextHour() } : { when })
                }
              />
              {when === 'now' ? 'Now' : 'Later'}
            </label>
          ))}
        </div>
      </fieldset>
      {draft.when === 'later' && (
        <Field label={`Start, ${ZONE}`} error={startError}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={draft.startText}
              onChange={(event) => set({ startText: event.target.value })}
            />
          )}
        </Field>
      )}
      <fieldset>
        <legend className="mb-1.5 text-[13px] font-medium">How long</legend>
        <div className="mb-2 flex flex-wrap gap-1.5">
          {presetsFor(listing).map((presetMs) => (
            <Button
              key={presetMs}
              size="sm"
              className="h-7 px-2 text-xs aria-pressed:border-primary aria-pressed:bg-primary-soft aria-pressed:text-primary-text"
              aria-pressed={durationMs === presetMs}
              onClick={() => set(lengthDraftOf(presetMs))}
            >
              {formatDuration(presetMs)}
            </Button>
          ))}
        </div>
        <div className="grid grid-cols-3 gap-2">
          {PARTS.map(([part, label]) => (
            <Field key={part} label={<span className="font-normal text-muted-foreground">{label}</span>}>
              {(control) => (
                <Input
                  {...control}
                  inputMode="numeric"
                  autoComplete="off"
                  aria-invalid={lengthError === undefined ? undefined : true}
                  value={draft[part]}
                  onChange={(event) => set({ [part]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        {lengthError !== undefined && (
          <p role="alert" className="mt-1.5 text-[13px] font-medium text-danger">
            {lengthError}
          </p>
        )}
      </fieldset>
      {draft.when === 'now' && startError !== undefined && (
        <p role="alert" className="text-[13px] font-medium text-danger">
          {startError}
        </p>
      )}
    </>
  );
}
