import type { PayoutLineRead } from '@rsm/api/schemas/payouts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { QueryView } from '../ui/query-view.tsx';
import { payoutSortWords } from './payout-words.ts';

const PAGE_LINES = 50;

/** The lines of the ledger behind a payout, each with its booking. */
export function PayoutLines({ payoutId, currency }: { readonly payoutId: string; readonly currency: string }) {
  const trpc = useTRPC();
  const lines = useInfiniteQuery(
    trpc.payouts.lines.infiniteQueryOptions(
      { id: payoutId, limit: PAGE_LINES },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <TitledCard
      title="Line by line"
      description="Everything that became available or was taken since the payout before."
    >
      <QueryView query={lines}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p className="text-sm text-muted-foreground">It has no lines of its own.</p>;
          return (
            <div className="flex flex-col gap-4">
              <LineTable lines={items} currency={currency} />
              {lines.hasNextPage && (
                <Button
                  className="self-start"
                  busy={lines.isFetchingNextPage}
                  onClick={() => detached(lines.fetchNextPage())}
                >
                  Show more lines
                </Button>
              )}
            </div>
          );
        }}
      </QueryView>
    </TitledCard>
  );
}

function LineTable({ lines, currency }: { readonly lines: readonly PayoutLineRead[]; readonly currency: string }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">Lines of the payout</caption>
        <thead>
          <tr className="border-b text-[13px] text-muted-foreground">
            <th scope="col" className="py-2 pr-4 font-medium">
              When
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              What
            </th>
            <th scope="col" className="py-2 text-right font-medium">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.transferId} className="border-b last:border-b-0">
              <td className="py-2.5 pr-4 align-top whitespace-nowrap tabular-nums">{formatDateTime(line.at)}</td>
              <td className="py-2.5 pr-4 align-top">
                <p className="font-medium">{payoutSortWords[line.sort]}</p>
                <p className="text-[13px] text-muted-foreground">{line.explanation}</p>
                {line.bookingId !== null && (
                  <p className="text-[13px]">
                    <Link to="/bookings/$bookingId" params={{ bookingId: line.bookingId }} className={linkClasses}>
                      The booking
                    </Link>
                  </p>
                )}
              </td>
              <td className="py-2.5 text-right align-top font-medium whitespace-nowrap tabular-nums">
                {formatMoney(line.amountMicros, currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
