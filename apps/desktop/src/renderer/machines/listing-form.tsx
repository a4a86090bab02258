import { parseMoney } from '@rsm/api/schemas/common';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { cancellationPolicies, visibilities, type Visibility } from '@rsm/domain/listings/listing';
import type { ReactNode } from 'react';
import { formatMoney } from '../format/money.ts';
import { cancellationPolicyWords } from '../format/words.ts';
import { Field, Input, Select, Textarea } from '../ui/field.tsx';
import type { FormErrors } from '../ui/form-errors.ts';
import { DURATION_UNITS, priceText, type ListingDraft } from './listing-draft.ts';
import { PriceHelp } from './price-help.tsx';
import { WipePlanField } from './wipe-plan-field.tsx';

const visibilityWords: Readonly<Record<Visibility, { readonly label: string; readonly rule: string }>> = {
  public: { label: 'Everybody', rule: 'It stands in the market and in searches.' },
  unlisted: { label: 'Only who has the link', rule: 'It is in no search. Whoever has the link can book it.' },
};

export interface ListingFormProps {
  readonly machine: MachineRead;
  readonly currency: string;
  readonly draft: ListingDraft;
  readonly onChange: (change: Partial<ListingDraft>) => void;
  readonly errors: FormErrors;
}

/** The terms of an offer. */
export function ListingForm({ machine, currency, draft, onChange, errors }: ListingFormProps) {
  const price = parseMoney(priceText(draft.price));
  return (
    <div className="flex flex-col gap-5">
      <Field label="Title" error={errors.of('terms.title')}>
        {(control) => (
          <Input
            {...control}
            value={draft.title}
            maxLength={120}
            onChange={(event) => onChange({ title: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Description"
        hint="What the facts don’t say: what is installed, how the network is, what it suits. Optional."
        error={errors.of('terms.description')}
      >
        {(control) => (
          <Textarea
            {...control}
            value={draft.description}
            maxLength={4_000}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-5 md:grid-cols-[12rem_minmax(0,1fr)]">
        <Field
          label={`Price per hour (${currency})`}
          hint={price === null || price === 0n ? 'Such as 2.40.' : dayText(price, currency)}
          error={errors.of('terms.pricePerHour')}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              value={draft.price}
              onChange={(event) => onChange({ price: event.target.value })}
            />
          )}
        </Field>
        <section aria-label="Price help" className="rounded-md bg-muted px-4 py-3">
          <PriceHelp machine={machine} currency={currency} price={price} onUse={(text) => onChange({ price: text })} />
        </section>
      </div>
      <div className="grid gap-5 sm:grid-cols-2">
        {/* Number and unit are one thing: half of it must not follow what somebody else saved meanwhile. */}
        <DurationField
          label="Shortest booking"
          count={draft.shortest}
          unit={draft.shortestUnit}
          error={errors.of('terms.durationMinMs')}
          onCount={(shortest) => onChange({ shortest, shortestUnit: draft.shortestUnit })}
          onUnit={(shortestUnit) => onChange({ shortest: draft.shortest, shortestUnit })}
        />
        <DurationField
          label="Longest booking"
          count={draft.longest}
          unit={draft.longestUnit}
          error={errors.of('terms.durationMaxMs')}
          onCount={(longest) => onChange({ longest, longestUnit: draft.longestUnit })}
          onUnit={(longestUnit) => onChange({ longest: draft.longest, longestUnit })}
        />
      </div>
      <Choices
        legend="Cancellation"
        name="cancellationPolicy"
        value={draft.cancellationPolicy}
        error={errors.of('terms.cancellationPolicy')}
        choices={cancellationPolicies.map((policy) => ({ value: policy, ...cancellationPolicyWords[policy] }))}
        onChange={(cancellationPolicy) => onChange({ cancellationPolicy })}
        note="Cancelling is always free within an hour of booking. When you cancel, the renter pays nothing, and it counts in the machine’s reliability for 180 days."
      />
      <WipePlanField
        accessMode={machine.accessMode}
        extra={draft.extraWipeStrategies}
        error={errors.of('terms.extraWipeStrategies')}
        onChange={(extraWipeStrategies) => onChange({ extraWipeStrategies })}
      />
      <Choices
        legend="Who sees it"
        name="visibility"
        value={draft.visibility}
        error={errors.of('terms.visibility')}
        choices={visibilities.map((visibility) => ({ value: visibility, ...visibilityWords[visibility] }))}
        onChange={(visibility) => onChange({ visibility })}
      />
    </div>
  );
}

function dayText(price: bigint, currency: string): string {
  return `${formatMoney(price * 24n, currency)} a day. The platform fee comes out of your share.`;
}

function DurationField({
  label,
  count,
  unit,
  error,
  onCount,
  onUnit,
}: {
  readonly label: string;
  readonly count: string;
  readonly unit: ListingDraft['shortestUnit'];
  readonly error: string | undefined;
  readonly onCount: (count: string) => void;
  readonly onUnit: (unit: ListingDraft['shortestUnit']) => void;
}) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <div className="grid grid-cols-[minmax(0,1fr)_8rem] gap-2">
          <Input {...control} inputMode="decimal" value={count} onChange={(event) => onCount(event.target.value)} />
          <Select
            aria-label={`${label}: unit`}
            value={unit}
            onChange={(event) => {
              const next = DURATION_UNITS.find(([name]) => name === event.target.value);
              if (next !== undefined) onUnit(next[0]);
            }}
          >
            {DURATION_UNITS.toReversed().map(([name]) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </div>
      )}
    </Field>
  );
}

/** One of a few choices, each with its rule. */
function Choices<Value extends string>({
  legend,
  name,
  value,
  choices,
  error,
  note,
  onChange,
}: {
  readonly legend: string;
  readonly name: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string; readonly rule: string }[];
  readonly error: string | undefined;
  readonly note?: ReactNode;
  readonly onChange: (value: Value) => void;
}) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-[13px] font-medium">{legend}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className="flex items-start gap-2.5 rounded-md border px-3 py-2.5 has-checked:border-primary has-checked:bg-primary-soft"
        >
          <input
            type="radio"
            name={name}
            className="mt-1 accent-primary"
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>
            <span className="block text-sm font-medium">{choice.label}</span>
            <span className="block text-[13px]">{choice.rule}</span>
          </span>
        </label>
      ))}
      {note !== undefined && <p className="text-[13px] text-muted-foreground">{note}</p>}
      {error !== undefined && (
        <p role="alert" className="text-[13px] font-medium text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
