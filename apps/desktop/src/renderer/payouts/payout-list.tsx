import type { PayoutRead } from '@rsm/api/schemas/payouts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { payoutNoteLabel, payoutOriginWords, payoutWord } from './payout-words.ts';

const PAGE_PAYOUTS = 25;

/** Every payout with its state, and the reason of each that did not arrive. */
export function PayoutList() {
  const trpc = useTRPC();
  const payouts = useInfiniteQuery(
    trpc.payouts.list.infiniteQueryOptions(
      { limit: PAGE_PAYOUTS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <TitledCard title="All payouts" description="Each says what it is made of, down to the booking.">
      <QueryView query={payouts}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <EmptyState title="No payout yet">
                The first one comes on the first Monday on which at least 20.00 are available, or when you ask for it.
              </EmptyState>
            );
          }
          return (
            <>
              <ul className="flex flex-col gap-2">
                {items.map((payout) => (
                  <PayoutRow key={payout.id} payout={payout} />
                ))}
              </ul>
              {payouts.hasNextPage && (
                <LoadMore
                  label="Show older payouts"
                  busy={payouts.isFetchingNextPage}
                  onLoad={() => detached(payouts.fetchNextPage())}
                />
              )}
            </>
          );
        }}
      </QueryView>
    </TitledCard>
  );
}

function PayoutRow({ payout }: { readonly payout: PayoutRead }) {
  const word = payoutWord(payout);
  return (
    <li className="grid gap-x-4 gap-y-1 rounded-md border px-4 py-3 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0 text-sm">
        <p className="flex flex-wrap items-center gap-2">
          <Link to="/earnings/payouts/$payoutId" params={{ payoutId: payout.id }} className={linkClasses}>
            Payout of {formatDateTime(payout.createdAt)}
          </Link>
          <Badge tone={word.tone}>{word.label}</Badge>
        </p>
        <p className="text-[13px] text-muted-foreground">{payoutOriginWords[payout.origin]}</p>
        {payout.note !== null && payout.note !== '' && (
          <p className="text-[13px] break-words">
            <span className="text-muted-foreground">{payoutNoteLabel(payout)}: </span>
            {payout.note}
          </p>
        )}
      </div>
      <p className="text-sm font-semibold whitespace-nowrap tabular-nums sm:text-right">
        {formatMoney(payout.amountMicros, payout.currency)}
      </p>
    </li>
  );
}
