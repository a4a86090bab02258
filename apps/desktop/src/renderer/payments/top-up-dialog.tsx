import type { ServerInfoRead } from '@rsm/api/schemas/server';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { useServerInfo } from '../auth/use-server-info.ts';
import { formatMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote, Loading } from '../ui/states.tsx';
import { firstChoice } from './cards/card-words.ts';
import { AmountField } from './top-up/amount-field.tsx';
import { PaymentProgress } from './top-up/payment-progress.tsx';
import { SavedCardField } from './top-up/saved-card-field.tsx';
import { TypedCardField } from './top-up/typed-card-field.tsx';
import { useTopUp } from './top-up/use-top-up.ts';
import { topUpAmount } from './top-up-amount.ts';
import { toast } from '../ui/toast.ts';

/** Money from a card into the wallet. Where the marketplace takes no cards it says who can credit the wallet. */
export function TopUpDialog({ currency, onClose }: { readonly currency: string; readonly onClose: () => void }) {
  const info = useServerInfo();
  const takesCards = info.data?.cardPayments === 'typed' || info.data?.cardPayments === 'saved';
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Top up your wallet"
      description="Bookings are paid from the wallet alone, so nothing can cost more than is in it."
      {...(takesCards ? {} : { footer: <Button onClick={onClose}>Close</Button> })}
    >
      <QueryView query={info} loading={<Loading rows={2} />}>
        {(server) =>
          takesCards ? (
            <TopUpForm currency={currency} server={server} onClose={onClose} />
          ) : (
            <p className="text-sm">
              This marketplace takes no cards. Ask its operator to credit your wallet, with the e-mail address of your
              account: the amount and the reason then stand in your statement.
            </p>
          )
        }
      </QueryView>
    </Dialog>
  );
}

function TopUpForm({
  currency,
  server,
  onClose,
}: {
  readonly currency: string;
  readonly server: Pick<ServerInfoRead, 'cardPayments' | 'processorNotice'>;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const keepsCards = server.cardPayments === 'saved';
  const cards = useQuery(trpc.payments.listCards.queryOptions(undefined, { enabled: keepsCards }));
  const wallet = useQuery(trpc.payments.wallet.queryOptions());
  const [amount, setAmount] = useState('25');
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<string | null>(null);
  const [problems, setProblems] = useState<{ readonly amount?: string; readonly card?: string }>({});
  const topUp = useTopUp((payment) => {
    toast.success(`${formatMoney(payment.amountMicros, payment.currency)} are in your wallet.`);
    onClose();
  });
  const known = cards.data?.cards ?? [];
  // A card that was removed meanwhile is not chosen any more.
  const chosen = known.find(({ id }) => id === picked) ?? firstChoice(known, Date.now());
  const read = topUpAmount(amount, currency);
  const owedMicros = wallet.data?.owedMicros ?? 0n;

  if (topUp.payment !== null) {
    return (
      <PaymentProgress
        payment={topUp.payment}
        askAgain={topUp.askAgain}
        isAsking={topUp.isAsking}
        onAnother={topUp.startOver}
        onClose={onClose}
      />
    );
  }
  const submit = (): void => {
    const card = keepsCards && chosen === undefined ? { card: 'Choose a card, or add one first.' } : {};
    setProblems({ ...card, ...(read.kind === 'problem' ? { amount: read.problem } : {}) });
    if (read.kind === 'problem' || (keepsCards && chosen === undefined)) return;
    topUp.pay({
      amountMicros: read.amountMicros,
      source: keepsCards ? (chosen?.id ?? '') : typed,
      cardId: chosen?.id ?? null,
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="flex flex-col gap-4"
      noValidate
    >
      {owedMicros > 0n && (
        <p className="rounded-md bg-warning-soft px-4 py-3 text-[13px]">
          {formatMoney(owedMicros, currency)} are owed from a payment that was charged back. They are repaid first; the
          rest goes into your wallet.
        </p>
      )}
      <AmountField
        amount={amount}
        currency={currency}
        error={problems.amount ?? topUp.errors.of('amount')}
        onChange={(next) => {
          setAmount(next);
          setProblems({});
        }}
      />
      {keepsCards ? (
        <SavedCardField
          chosen={chosen?.id ?? null}
          error={problems.card ?? topUp.sourceError}
          onChange={(id) => {
            setPicked(id);
            setProblems({});
          }}
        />
      ) : (
        <TypedCardField source={typed} notice={server.processorNotice} error={topUp.sourceError} onChange={setTyped} />
      )}
      {topUp.errors.rest !== null && <ErrorNote error={topUp.errors.rest} />}
      {keepsCards && problems.card !== undefined && known.length === 0 && (
        <p role="alert" className="text-[13px] font-medium text-danger">
          {problems.card}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={topUp.isPaying}>
          {read.kind === 'amount' ? `Pay ${formatMoney(read.amountMicros, currency)}` : 'Pay'}
        </Button>
      </div>
    </form>
  );
}
