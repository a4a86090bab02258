import { formatMoney } from '../../format/money.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/field.tsx';

const PRESETS = ['10', '25', '50', '100', '250'] as const;

/** How much goes into the wallet. */
export function AmountField({
  amount,
  currency,
  error,
  onChange,
}: {
  readonly amount: string;
  readonly currency: string;
  readonly error: string | undefined;
  readonly onChange: (amount: string) => void;
}) {
  return (
    <>
      <div role="group" aria-label="Amounts" className="flex flex-wrap gap-2">
        {PRESETS.map((preset) => (
          <Button
            key={preset}
            size="sm"
            aria-pressed={amount === preset}
            className="aria-pressed:border-primary aria-pressed:bg-primary-soft aria-pressed:text-primary-text"
            onClick={() => onChange(preset)}
          >
            {formatMoney(preset, currency)}
          </Button>
        ))}
      </div>
      <Field label={`Amount in ${currency}`} error={error}>
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            value={amount}
            onChange={(event) => onChange(event.target.value)}
            required
          />
        )}
      </Field>
    </>
  );
}
