import type { RefundQuoteRead, WalletRead } from '@rsm/api/schemas/payments';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC, useTRPCClient } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { decimalOf, formatMoney } from '../../format/money.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { useFormErrors } from '../../ui/form-errors.ts';
import { Facts } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { ErrorNote, Loading } from '../../ui/states.tsx';
import { RefusalNote } from '../refusal-note.tsx';
import { amountInput } from '../top-up-amount.ts';
import { TopUpWishes } from '../top-up-wishes.ts';
import { refundAmount, refundShares } from './refund-parts.ts';
import { toast } from '../../ui/toast.ts';

/** Money of the wallet back to the cards that it came from: how much can, whereto, and what stays. */
export function RefundDialog({
  wallet,
  onSent,
  onClose,
}: {
  readonly wallet: WalletRead;
  readonly onSent: () => void;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const quote = useQuery(trpc.payments.refundQuote.queryOptions(undefined, { staleTime: 0, meta: { passing: true } }));
  const canSend = quote.data !== undefined && quote.data.amountMicros > 0n && wallet.owedMicros === 0n;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Send money back to your card"
      description="Unspent money goes back to the cards that it came from, the newest top-up first."
      {...(canSend ? {} : { footer: <Button onClick={onClose}>Close</Button> })}
    >
      <QueryView query={quote} loading={<Loading rows={3} label="Asking how much can go back" />}>
        {(answer) => {
          if (wallet.owedMicros > 0n) {
            return (
              <p className="text-sm">
                You owe {formatMoney(wallet.owedMicros, wallet.currency)} from a payment that was charged back. Nothing
                can go back before that is repaid: top up, or ask the operator of this marketplace.
              </p>
            );
          }
          return answer.amountMicros === 0n ? (
            <p className="text-sm">
              Nothing can go back to a card now. Only money that is free in the wallet and was paid by card can; money
              that is set aside for bookings can when they have ended.
            </p>
          ) : (
            <RefundForm wallet={wallet} quote={answer} onSent={onSent} onClose={onClose} />
          );
        }}
      </QueryView>
    </Dialog>
  );
}

function RefundForm({
  wallet,
  quote,
  onSent,
  onClose,
}: {
  readonly wallet: WalletRead;
  readonly quote: RefundQuoteRead;
  readonly onSent: () => void;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const wish = useQuery(trpc.payments.autoTopUp.queryOptions());
  const [amount, setAmount] = useState(() => decimalOf(quote.amountMicros));
  const [wishes] = useState(() => new TopUpWishes(() => crypto.randomUUID()));
  const [problem, setProblem] = useState<string>();
  const errors = useFormErrors(['amount']);
  const money = (micros: bigint): string => formatMoney(micros, quote.currency);
  const refund = useMutation({
    mutationFn: async (amountMicros: bigint) =>
      client.payments.refund.mutate({
        idempotencyKey: wishes.keyFor(amountMicros),
        amount: amountInput(amountMicros),
      }),
    onMutate: errors.clear,
    onError: errors.set,
    onSuccess: (_, amountMicros) => {
      wishes.settle(amountMicros);
      toast.success(`${money(amountMicros)} are on their way to your card.`);
      onSent();
    },
    onSettled: () => detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() })),
  });
  const read = refundAmount(amount, quote);
  const fills = wish.data?.autoTopUp !== null && wish.data?.autoTopUp.stopped === null;
  const stays = quote.amountMicros < wallet.availableMicros ? wallet.availableMicros - quote.amountMicros : 0n;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        setProblem(read.kind === 'problem' ? read.problem : undefined);
        if (read.kind === 'amount' && !refund.isPending) refund.mutate(read.amountMicros);
      }}
    >
      <p className="text-sm">
        <strong className="font-semibold">{money(quote.amountMicros)}</strong> can go back.
        {stays > 0n && ` The other ${money(stays)} were not paid by card, or are less than a cent, and stay.`}
      </p>
      <Field label={`Amount in ${quote.currency}`} error={problem ?? errors.of('amount')}>
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            value={amount}
            onChange={(event) => {
              setAmount(event.target.value);
              setProblem(undefined);
            }}
            required
          />
        )}
      </Field>
      {read.kind === 'amount' && (
        <div aria-live="polite" className="rounded-md bg-muted px-4 py-3">
          <Facts
            items={[
              ...refundShares(quote.parts, read.amountMicros).map(
                (share) => [`To ${share.target}`, money(share.amountMicros)] as const,
              ),
              ['Stays in the wallet', money(wallet.availableMicros - read.amountMicros)],
            ]}
          />
        </div>
      )}
      <ul className="flex list-disc flex-col gap-1 pl-5 text-[13px] text-muted-foreground">
        <li>It leaves the wallet at once. Banks take up to ten days to show it; your payments say how it stands.</li>
        <li>If a card does not take it, it comes back into the wallet.</li>
        {fills && <li className="font-medium text-foreground">Automatic top-up stops, or it would be taken again.</li>}
      </ul>
      {errors.rest !== null && <RefusalNote error={errors.rest} />}
      {wish.error !== null && <ErrorNote error={wish.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Keep it in the wallet</Button>
        <Button type="submit" variant="primary" busy={refund.isPending}>
          {read.kind === 'amount' ? `Send back ${money(read.amountMicros)}` : 'Send back'}
        </Button>
      </div>
    </form>
  );
}
