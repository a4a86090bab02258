import type { WaitingPayoutRead } from '@rsm/api/schemas/payouts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { WishKeys } from '../api/wish-keys.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { useDraft } from '../ui/use-draft.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';

export type PayoutDecision = 'confirm' | 'reject';

const draftSchema = z.strictObject({ reference: z.string(), reason: z.string() });
const EMPTY = { reference: '', reason: '' };
/** As long as the window is open: the same decision sent again moves nothing twice. */
const wishes = new WishKeys();

/** An administrator says that a payout was paid, or that it will not be. */
export function PayoutDecisionDialog({
  payout,
  what,
  onClose,
}: {
  readonly payout: WaitingPayoutRead;
  readonly what: PayoutDecision;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const { value, set, reset } = useDraft(`payout-decision.${payout.id}`, draftSchema, EMPTY);
  const errors = useFormErrors(what === 'confirm' ? ['reference', 'reason'] : ['reason']);
  const { reference, reason } = value;
  const wish = JSON.stringify([payout.id, what, reference, reason]);
  const decide = useMutation({
    mutationFn: async () => {
      const decision = { idempotencyKey: wishes.keyFor(wish), id: payout.id, reason };
      return what === 'confirm'
        ? client.payouts.confirm.mutate({ ...decision, reference })
        : client.payouts.reject.mutate(decision);
    },
    onMutate: errors.clear,
    onSuccess: () => {
      wishes.settle(wish);
      reset(EMPTY);
      toast.success(what === 'confirm' ? 'The payout is confirmed.' : 'The payout is rejected. Its money is back.');
      onClose();
    },
    // Also when somebody else was faster: the dialog says so, and behind it the list is read anew.
    onError: errors.set,
    onSettled: () => detached(queryClient.invalidateQueries({ queryKey: trpc.payouts.pathKey() })),
  });
  const amount = formatMoney(payout.amountMicros, payout.currency);
  const isConfirm = what === 'confirm';
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isConfirm ? `Were ${amount} paid to ${payout.providerName}?` : `Reject the payout of ${amount}?`}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button variant={isConfirm ? 'primary' : 'danger'} busy={decide.isPending} onClick={() => decide.mutate()}>
            {isConfirm ? `Yes, ${amount} are paid` : 'Reject it'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
          {consequences(what, payout, amount).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        {isConfirm && (
          <Field
            label="Reference"
            hint="The bank’s or the processor’s own number of the transfer. No two payouts have the same."
            error={errors.of('reference')}
          >
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                spellCheck={false}
                value={reference}
                onChange={(event) => set({ reference: event.target.value })}
                required
              />
            )}
          </Field>
        )}
        <Field
          label={isConfirm ? 'Note' : 'Reason'}
          hint={
            isConfirm
              ? 'How it was paid, such as “SEPA transfer on Friday”. The provider reads it.'
              : 'The provider reads it.'
          }
          error={errors.of('reason')}
        >
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              maxLength={500}
              value={reason}
              onChange={(event) => set({ reason: event.target.value })}
              required
            />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </div>
    </Dialog>
  );
}

function consequences(what: PayoutDecision, payout: WaitingPayoutRead, amount: string): readonly string[] {
  if (what === 'confirm') {
    return [
      `${payout.providerName} is told that ${amount} were paid. No money moves here: you paid it.`,
      'Confirm only what has really left. It can’t be taken back.',
    ];
  }
  return [
    `${amount} are available to ${payout.providerName} again at once; what is owed is repaid from it first.`,
    ...(payout.isByHand
      ? ['Reject it only if you have not paid it.']
      : ['The processor is asked first: what is under way there can’t be rejected.']),
    'It can’t be taken back. A new payout can be asked for.',
  ];
}
