import type { AutoTopUpRead, CardRead } from '@rsm/api/schemas/payments';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { decimalOf } from '../../format/money.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { useFormErrors } from '../../ui/form-errors.ts';
import { ErrorNote } from '../../ui/states.tsx';
import { moneyText } from '../money-input.ts';
import { CardChoice } from './card-choice.tsx';
import { firstChoice } from './card-words.ts';
import { toast } from '../../ui/toast.ts';

const FORM_ID = 'auto-top-up';

/** Below what, how much, up to what and from which card. */
export function AutoTopUpDialog({
  wish,
  cards,
  currency,
  onClose,
}: {
  readonly wish: AutoTopUpRead | null;
  readonly cards: readonly CardRead[];
  readonly currency: string;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [threshold, setThreshold] = useState(() => (wish === null ? '10' : decimalOf(wish.thresholdMicros)));
  const [amount, setAmount] = useState(() => (wish === null ? '25' : decimalOf(wish.amountMicros)));
  const [monthlyLimit, setMonthlyLimit] = useState(() => (wish === null ? '100' : decimalOf(wish.monthlyLimitMicros)));
  const [picked, setPicked] = useState<string | null>(wish?.cardId ?? null);
  const [cardProblem, setCardProblem] = useState<string>();
  const chosen = cards.find(({ id }) => id === picked) ?? firstChoice(cards, Date.now());
  const errors = useFormErrors(['threshold', 'amount', 'monthlyLimit', 'cardId']);
  const set = useMutation(
    trpc.payments.setAutoTopUp.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      onSuccess: () => {
        toast.success('The wallet is filled by itself from now on.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() }));
        onClose();
      },
    }),
  );
  const fields = [
    {
      name: 'threshold',
      label: `When the wallet has less than, in ${currency}`,
      hint: 'Money that is set aside for bookings does not count.',
      value: threshold,
      set: setThreshold,
    },
    { name: 'amount', label: `Charge, in ${currency}`, hint: undefined, value: amount, set: setAmount },
    {
      name: 'monthlyLimit',
      label: `At most in a calendar month, in ${currency}`,
      hint: 'At the limit it rests until the next month.',
      value: monthlyLimit,
      set: setMonthlyLimit,
    },
  ] as const;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Automatic top-up"
      description="It begins at once: a wallet that has less is filled now. You are told of every charge and when one does not work."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" form={FORM_ID} variant="primary" busy={set.isPending}>
            Fill it by itself
          </Button>
        </>
      }
    >
      <form
        id={FORM_ID}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setCardProblem(chosen === undefined ? 'Choose a card that has not expired.' : undefined);
          if (chosen === undefined || set.isPending) return;
          set.mutate({
            cardId: chosen.id,
            threshold: moneyText(threshold),
            amount: moneyText(amount),
            monthlyLimit: moneyText(monthlyLimit),
          });
        }}
      >
        {fields.map((field) => (
          <Field key={field.name} label={field.label} hint={field.hint} error={errors.of(field.name)}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                value={field.value}
                onChange={(event) => field.set(event.target.value)}
                required
              />
            )}
          </Field>
        ))}
        <CardChoice
          legend="Card"
          cards={cards}
          chosen={chosen?.id ?? null}
          onChange={setPicked}
          error={cardProblem ?? errors.of('cardId')}
        />
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </form>
    </Dialog>
  );
}
