import type { SpendingRead } from '@rsm/api/schemas/spending';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { formatMoney } from '../../format/money.ts';
import { formatDateTimeZone } from '../../format/time.ts';
import { Button } from '../../ui/button.tsx';
import { TitledCard } from '../../ui/card.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { ErrorNote, Skeleton } from '../../ui/states.tsx';
import { SpendingBar } from './spending-bar.tsx';
import { SpendingLimitDialog } from './spending-limit-dialog.tsx';
import { spendingShare } from './spending-share.ts';
import { toast } from '../../ui/toast.ts';

/** How the month stands against the limit that the person gave himself. */
export function SpendingLimitCard() {
  const trpc = useTRPC();
  const spending = useQuery(trpc.spending.get.queryOptions());
  return (
    <QueryView query={spending} loading={<Skeleton className="h-44" />}>
      {(month) => <Month month={month} />}
    </QueryView>
  );
}

const monthName = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });

function Month({ month }: { readonly month: SpendingRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const clear = useMutation(
    trpc.spending.clearLimit.mutationOptions({
      onSuccess: (changed) => {
        queryClient.setQueryData(trpc.spending.get.queryKey(), changed);
        detached(queryClient.invalidateQueries({ queryKey: trpc.spending.pathKey() }));
        toast.success('Your months have no limit now.');
      },
    }),
  );
  const money = (amount: bigint): string => formatMoney(amount, month.currency);
  const { limitMicros, leftMicros, spentMicros } = month;
  const share = limitMicros === null ? null : spendingShare(spentMicros, limitMicros);
  return (
    <TitledCard
      title="Monthly limit"
      description={`${monthName.format(month.month.start)}, until ${formatDateTimeZone(month.month.end)}`}
    >
      <div className="flex flex-col gap-4">
        {limitMicros === null || share === null || leftMicros === null ? (
          <p className="text-sm text-muted-foreground">
            {money(spentMicros)} are spent or set aside this month. There is no limit: bookings can use all that is in
            your wallet.
          </p>
        ) : (
          <>
            <p className="text-sm">
              <span className="font-medium tabular-nums">{money(spentMicros)}</span> of {money(limitMicros)} are spent
              or set aside. <span className="font-medium tabular-nums">{money(leftMicros)}</span> are left.
              {month.decidedBy === 'operator' && ' The operator’s limit holds until you choose your own.'}
            </p>
            <SpendingBar
              share={share}
              label={`${String(share.percent)} % of the monthly limit are used: ${money(spentMicros)} of ${money(limitMicros)}.`}
            />
            <p className="text-[13px] text-muted-foreground">
              {share.percent >= 100
                ? 'Nothing more can be booked or extended until the month ends or you raise the limit. What runs goes on.'
                : 'You are told at 50, 80 and 100 %. What would go above is refused; what runs goes on.'}
            </p>
          </>
        )}
        <div className="flex flex-wrap gap-2">
          <Button size="sm" onClick={() => setIsOpen(true)}>
            {limitMicros === null ? 'Set a limit' : 'Change the limit'}
          </Button>
          {limitMicros !== null && (
            <Button size="sm" busy={clear.isPending} onClick={() => clear.mutate()}>
              Take it away
            </Button>
          )}
        </div>
        {clear.error !== null && <ErrorNote error={clear.error} />}
      </div>
      {isOpen && <SpendingLimitDialog month={month} onClose={() => setIsOpen(false)} />}
    </TitledCard>
  );
}
