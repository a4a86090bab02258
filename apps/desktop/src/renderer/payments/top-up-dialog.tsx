import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { toClientError } from '../api/client-error.ts';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { useServerInfo } from '../auth/use-server-info.ts';
import { formatMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote, Loading } from '../ui/states.tsx';
import { amountInput, topUpAmount } from './top-up-amount.ts';
import { TopUpWishes } from './top-up-wishes.ts';

const PRESETS = ['10', '25', '50', '100', '250'] as const;
const FORM_ID = 'top-up';

/** Money from a card into the wallet. Where the marketplace takes no cards it says who can credit the wallet. */
export function TopUpDialog({ currency, onClose }: { readonly currency: string; readonly onClose: () => void }) {
  const info = useServerInfo();
  const notice = info.data?.processorNotice ?? null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Top up your wallet"
      description="Bookings are paid from the wallet alone, so nothing can cost more than is in it."
      {...(notice === null ? { footer: <Button onClick={onClose}>Close</Button> } : {})}
    >
      {info.data === undefined && info.error === null && <Loading rows={2} />}
      {info.data === undefined && info.error !== null && (
        <ErrorNote error={info.error} onRetry={() => detached(info.refetch())} />
      )}
      {info.data !== undefined &&
        (notice === null ? (
          <p className="text-sm">
            This marketplace takes no cards. Ask its operator to credit your wallet, with the e-mail address of your
            account: the amount and the reason then stand in your statement.
          </p>
        ) : (
          <TopUpForm currency={currency} notice={notice} onClose={onClose} />
        ))}
    </Dialog>
  );
}

function TopUpForm({
  currency,
  notice,
  onClose,
}: {
  readonly currency: string;
  readonly notice: string;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [amount, setAmount] = useState<string>('25');
  const [source, setSource] = useState('');
  const [amountProblem, setAmountProblem] = useState<string | null>(null);
  const [wishes] = useState(() => new TopUpWishes(() => crypto.randomUUID()));
  const errors = useFormErrors(['amount', 'source']);
  const topUp = useMutation({
    mutationFn: async (amountMicros: bigint) =>
      client.payments.topUp.mutate({
        idempotencyKey: wishes.keyFor(amountMicros),
        amount: amountInput(amountMicros),
        source,
      }),
    onMutate: () => {
      errors.clear();
    },
    onSuccess: (payment, amountMicros) => {
      if (payment.status === 'pending') {
        toast.info('The payment is on its way. The wallet shows it as soon as it is confirmed.');
      } else {
        wishes.settle(amountMicros);
        toast.success(`${formatMoney(payment.amountMicros, payment.currency)} are in your wallet.`);
      }
      onClose();
    },
    onError: (error, amountMicros) => {
      // Declined is an outcome: the next try is another payment. Anything else may still have gone through.
      if (toClientError(error).code === 'payment_declined') wishes.settle(amountMicros);
      errors.set(error);
    },
    onSettled: () => detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() })),
  });
  const submit = (): void => {
    if (topUp.isPending) return;
    const read = topUpAmount(amount, currency);
    setAmountProblem(read.kind === 'problem' ? read.problem : null);
    if (read.kind === 'amount') topUp.mutate(read.amountMicros);
  };
  const read = topUpAmount(amount, currency);
  // A declined card says at its field what to do next, too.
  const refusal = topUp.error === null ? null : toClientError(topUp.error);
  const declined = refusal?.code === 'payment_declined' ? refusal.remedy : null;
  const sourceError = errors.of('source');
  return (
    <form
      id={FORM_ID}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="flex flex-col gap-4"
      noValidate
    >
      <div role="group" aria-label="Amounts" className="flex flex-wrap gap-2">
        {PRESETS.map((preset) => (
          <Button
            key={preset}
            size="sm"
            aria-pressed={amount === preset}
            className="aria-pressed:border-primary aria-pressed:bg-primary-soft aria-pressed:text-primary-text"
            onClick={() => {
              setAmount(preset);
              setAmountProblem(null);
            }}
          >
            {formatMoney(preset, currency)}
          </Button>
        ))}
      </div>
      <Field label={`Amount in ${currency}`} error={amountProblem ?? errors.of('amount')}>
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            value={amount}
            onChange={(event) => {
              setAmount(event.target.value);
              setAmountProblem(null);
            }}
            required
          />
        )}
      </Field>
      <Field
        label="Card number"
        hint={notice}
        error={
          sourceError === undefined ? undefined : [sourceError, declined].filter((part) => part !== null).join(' ')
        }
      >
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            // Never filled in by itself: a real card does not belong here.
            autoComplete="off"
            spellCheck={false}
            value={source}
            onChange={(event) => setSource(event.target.value)}
            required
          />
        )}
      </Field>
      {errors.rest !== null && <ErrorNote error={errors.rest} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={topUp.isPending}>
          {read.kind === 'amount' ? `Pay ${formatMoney(read.amountMicros, currency)}` : 'Pay'}
        </Button>
      </div>
    </form>
  );
}
