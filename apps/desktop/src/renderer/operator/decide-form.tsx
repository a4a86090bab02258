import type { DisputeDetailRead } from '@rsm/api/schemas/disputes';
import type { DisputeOutcome } from '@rsm/domain/disputes/dispute';
import { useState } from 'react';
import { formatMoney } from '../format/money.ts';
import { useDraft } from '../ui/use-draft.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Field, Input, Textarea } from '../ui/field.tsx';
import { DecideDialog } from './decide-dialog.tsx';
import { decisionConsequence, refundableMicros } from './decision-consequence.ts';
import { decisionDraftSchema, type DecisionDraft } from './decision-draft.ts';

const EMPTY: DecisionDraft = { outcome: 'none', amount: '', reason: '' };
const REASON_LENGTH_MIN = 3;

/** How much of the charge goes back, and why. Nothing moves before the consequence was shown and confirmed. */
export function DecideForm({
  detail,
  onRefused,
}: {
  readonly detail: DisputeDetailRead;
  readonly onRefused: (error: unknown) => void;
}) {
  const { dispute, evidence } = detail;
  const { value, set, reset } = useDraft(`decide.${dispute.id}`, decisionDraftSchema, EMPTY);
  const [isChecked, setChecked] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const refundable = refundableMicros(evidence);
  const consequence = decisionConsequence(evidence, value);
  const reasonProblem =
    value.reason.trim().length < REASON_LENGTH_MIN ? 'Give a reason that both sides can understand.' : null;
  const money = (amount: bigint): string => formatMoney(amount, dispute.currency);
  const choices: readonly { readonly value: DisputeOutcome; readonly label: string; readonly hint: string }[] = [
    { value: 'none', label: 'No refund', hint: 'The charge stays as it is.' },
    { value: 'partial', label: 'A part of the charge', hint: `At most ${money(refundable)}, in whole cents.` },
    { value: 'full', label: 'All of the charge', hint: `${money(refundable)} go back to the renter.` },
  ];
  return (
    <TitledCard title="Your decision" description="It is final, and both sides read its reason.">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setChecked(true);
          if (consequence.kind === 'moves' && reasonProblem === null) setAsking(true);
        }}
      >
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 text-[13px] font-medium">What goes back to the renter</legend>
          {choices.map((choice) => (
            <label
              key={choice.value}
              className="flex items-start gap-2.5 rounded-md border px-3 py-2.5 has-checked:border-primary has-checked:bg-primary-soft"
            >
              <input
                type="radio"
                name="outcome"
                className="mt-1 accent-primary"
                checked={value.outcome === choice.value}
                onChange={() => set({ outcome: choice.value })}
              />
              <span>
                <span className="block text-sm font-medium">{choice.label}</span>
                <span className="block text-[13px]">{choice.hint}</span>
              </span>
            </label>
          ))}
          {isChecked && value.outcome !== 'partial' && consequence.kind === 'problem' && (
            <p role="alert" className="text-[13px] font-medium text-danger">
              {consequence.problem}
            </p>
          )}
        </fieldset>
        {value.outcome === 'partial' && (
          <Field
            label={`Amount in ${dispute.currency}`}
            error={isChecked && consequence.kind === 'problem' ? consequence.problem : undefined}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                value={value.amount}
                onChange={(event) => set({ amount: event.target.value })}
                required
              />
            )}
          </Field>
        )}
        <Field
          label="Reason"
          hint="Say which of the records or words decided it."
          error={isChecked ? (reasonProblem ?? undefined) : undefined}
        >
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              maxLength={500}
              value={value.reason}
              // One line, as both sides read it in their inbox.
              onChange={(event) => set({ reason: event.target.value.replaceAll(/[\r\n]+/g, ' ') })}
              required
            />
          )}
        </Field>
        <Button type="submit" variant="primary" className="self-start">
          Show what it means
        </Button>
      </form>
      {isAsking && consequence.kind === 'moves' && (
        <DecideDialog
          dispute={dispute}
          draft={value}
          consequence={consequence}
          onDecided={() => reset(EMPTY)}
          onRefused={onRefused}
          onClose={() => setAsking(false)}
        />
      )}
    </TitledCard>
  );
}
