import type { SpendingRead } from '@rsm/api/schemas/spending';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { decimalOf, formatMoney } from '../../format/money.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { useFormErrors } from '../../ui/form-errors.ts';
import { ErrorNote } from '../../ui/states.tsx';
import { moneyText } from '../money-input.ts';
import { toast } from '../../ui/toast.ts';

const FORM_ID = 'spending-limit';

/** How much bookings may take in a calendar month. */
export function SpendingLimitDialog({
  month,
  onClose,
}: {
  readonly month: SpendingRead;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [limit, setLimit] = useState(() => (month.limitMicros === null ? '' : decimalOf(month.limitMicros)));
  const errors = useFormErrors(['limit']);
  const set = useMutation(
    trpc.spending.setLimit.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      onSuccess: (changed) => {
        queryClient.setQueryData(trpc.spending.get.queryKey(), changed);
        detached(queryClient.invalidateQueries({ queryKey: trpc.spending.pathKey() }));
        if (changed.limitMicros !== null) {
          toast.success(`Your limit for a month is ${formatMoney(changed.limitMicros, changed.currency)} now.`);
        }
        onClose();
      },
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Monthly limit"
      description="For each calendar month, in UTC. It counts what is set aside for bookings, less what comes back."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" form={FORM_ID} variant="primary" busy={set.isPending}>
            Set the limit
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
          if (!set.isPending) set.mutate({ limit: moneyText(limit) });
        }}
      >
        <Field
          label={`Limit in ${month.currency}`}
          hint={
            month.spentMicros === 0n
              ? 'Nothing is spent or set aside this month yet.'
              : `${formatMoney(month.spentMicros, month.currency)} are spent or set aside this month. With a lower limit nothing new can be booked in it; what runs goes on.`
          }
          error={errors.of('limit')}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              autoComplete="off"
              value={limit}
              onChange={(event) => setLimit(event.target.value)}
              required
            />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </form>
    </Dialog>
  );
}
