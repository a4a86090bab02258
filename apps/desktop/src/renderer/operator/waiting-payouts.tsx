import type { WaitingPayoutRead } from '@rsm/api/schemas/payouts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Banknote, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { PayoutDecisionDialog, type PayoutDecision } from './payout-decision-dialog.tsx';

const PAGE_PAYOUTS = 25;

/** Payouts that are paid by hand, or of which the processor has not said for days what became of them. */
export function WaitingPayouts() {
  const trpc = useTRPC();
  const payouts = useInfiniteQuery(
    trpc.payouts.listPending.infiniteQueryOptions(
      { limit: PAGE_PAYOUTS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  // Above the rows: the dialog stays when its row is gone, because somebody else was faster.
  const [asked, setAsked] = useState<{ readonly payout: WaitingPayoutRead; readonly what: PayoutDecision } | null>(
    null,
  );
  return (
    <TitledCard
      title="Payouts that wait for you"
      description="The oldest first. Their money has left the provider’s balance and is nobody else’s."
      actions={
        <Button size="sm" busy={payouts.isRefetching} onClick={() => detached(payouts.refetch())}>
          <RefreshCw aria-hidden />
          Look again
        </Button>
      }
    >
      <QueryView query={payouts}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <EmptyState icon={<Banknote aria-hidden />} title="No payout waits">
                Where payouts are made by hand, each waits here until you have paid it. One that the processor is silent
                about comes here after three days.
              </EmptyState>
            );
          }
          return (
            <>
              <ul className="flex flex-col gap-2">
                {items.map((payout) => (
                  <PayoutRow key={payout.id} payout={payout} onAsk={(what) => setAsked({ payout, what })} />
                ))}
              </ul>
              {payouts.hasNextPage && (
                <LoadMore
                  label="Show more payouts"
                  busy={payouts.isFetchingNextPage}
                  onLoad={() => detached(payouts.fetchNextPage())}
                />
              )}
            </>
          );
        }}
      </QueryView>
      {asked !== null && (
        <PayoutDecisionDialog
          key={asked.payout.id}
          payout={asked.payout}
          what={asked.what}
          onClose={() => setAsked(null)}
        />
      )}
    </TitledCard>
  );
}

function PayoutRow({
  payout,
  onAsk,
}: {
  readonly payout: WaitingPayoutRead;
  readonly onAsk: (what: PayoutDecision) => void;
}) {
  const amount = formatMoney(payout.amountMicros, payout.currency);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border px-4 py-3 text-sm">
      <div className="min-w-0 grow basis-60">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">
            {amount} to {payout.providerName}
          </span>
          <Badge tone={payout.isByHand ? 'info' : 'warning'}>
            {payout.isByHand ? 'By hand' : 'The processor is silent'}
          </Badge>
        </p>
        <p className="text-[13px] text-muted-foreground">
          Asked for {formatDateTime(payout.createdAt)}
          {payout.isByHand ? '.' : `; the processor (${payout.processor}) was asked ${String(payout.attempts)} times.`}
        </p>
        <p className="text-xs text-muted-foreground">
          Payout id <code className="break-all">{payout.id}</code>
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" aria-label={`Reject: ${amount} to ${payout.providerName}`} onClick={() => onAsk('reject')}>
          Reject
        </Button>
        <Button
          size="sm"
          variant="primary"
          aria-label={`It is paid: ${amount} to ${payout.providerName}`}
          onClick={() => onAsk('confirm')}
        >
          It is paid
        </Button>
      </div>
    </li>
  );
}
