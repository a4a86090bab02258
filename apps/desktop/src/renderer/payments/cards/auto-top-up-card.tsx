import type { AutoTopUpRead, CardRead } from '@rsm/api/schemas/payments';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { formatMoney } from '../../format/money.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { TitledCard } from '../../ui/card.tsx';
import { Facts } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { ErrorNote, Skeleton } from '../../ui/states.tsx';
import { AutoTopUpDialog } from './auto-top-up-dialog.tsx';
import { autoTopUpState } from './auto-top-up-words.ts';
import { cardName } from './card-words.ts';
import { toast } from '../../ui/toast.ts';

/** Fills the wallet from a saved card before it runs dry, within the person's own limits. */
export function AutoTopUpCard({ cards, currency }: { readonly cards: readonly CardRead[]; readonly currency: string }) {
  const trpc = useTRPC();
  const wish = useQuery(trpc.payments.autoTopUp.queryOptions());
  return (
    <QueryView query={wish} loading={<Skeleton className="h-56" />}>
      {({ autoTopUp }) => <Wish wish={autoTopUp} cards={cards} currency={currency} />}
    </QueryView>
  );
}

function Wish({
  wish,
  cards,
  currency,
}: {
  readonly wish: AutoTopUpRead | null;
  readonly cards: readonly CardRead[];
  readonly currency: string;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const clear = useMutation(
    trpc.payments.clearAutoTopUp.mutationOptions({
      onSuccess: () => {
        toast.success('The wallet is not filled by itself any more.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.payments.autoTopUp.pathKey() }));
      },
    }),
  );
  const state = autoTopUpState(wish);
  const card = cards.find(({ id }) => id === wish?.cardId);
  const money = (amount: bigint): string => formatMoney(amount, currency);
  return (
    <TitledCard
      title={
        <span className="flex flex-wrap items-center gap-2">
          Automatic top-up <Badge tone={state.tone}>{state.label}</Badge>
        </span>
      }
      description="Charges a saved card when the wallet falls below an amount, so that bookings can go on."
    >
      <div className="flex flex-col gap-4">
        {state.sentence !== null && (
          <p className={state.tone === 'danger' ? 'text-sm text-danger' : 'text-sm text-warning'}>{state.sentence}</p>
        )}
        {wish === null ? (
          <p className="text-sm text-muted-foreground">
            {cards.length === 0
              ? 'Save a card first; then you can have it charged by itself, up to a limit for each month.'
              : 'Off: nothing is charged unless you top up yourself.'}
          </p>
        ) : (
          <Facts
            items={[
              ['When', `the wallet has less than ${money(wish.thresholdMicros)} free`],
              ['Charges', `${money(wish.amountMicros)} each time`],
              ['Card', card === undefined ? 'one that was removed' : cardName(card)],
              [
                'This month',
                `${money(wish.usedThisMonthMicros)} of at most ${money(wish.monthlyLimitMicros)} (calendar month, UTC)`,
              ],
            ]}
          />
        )}
        <div className="flex flex-wrap gap-2">
          <Button size="sm" disabled={cards.length === 0} onClick={() => setIsOpen(true)}>
            {wish === null ? 'Set it up' : wish.stopped === null ? 'Change' : 'Set it up anew'}
          </Button>
          {wish !== null && (
            <Button size="sm" busy={clear.isPending} onClick={() => clear.mutate()}>
              Turn it off
            </Button>
          )}
        </div>
        {clear.error !== null && <ErrorNote error={clear.error} />}
      </div>
      {isOpen && <AutoTopUpDialog wish={wish} cards={cards} currency={currency} onClose={() => setIsOpen(false)} />}
    </TitledCard>
  );
}
