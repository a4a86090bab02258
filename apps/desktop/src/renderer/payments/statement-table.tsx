import type { BookingListItem } from '@rsm/api/schemas/bookings';
import type { StatementLineRead } from '@rsm/api/schemas/payments';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { Card } from '../ui/card.tsx';
import { cn } from '../ui/class-names.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { balancesAfter } from './statement-balances.ts';
import { transferKindWords } from './statement-words.ts';

const PAGE_LINES = 50;

/** Every movement of the wallet, newest first, each with its reason and what the wallet held after it. */
export function StatementTable({
  bookings,
  availableMicros,
}: {
  readonly bookings: readonly BookingListItem[];
  readonly availableMicros: bigint;
}) {
  const trpc = useTRPC();
  const statement = useInfiniteQuery(
    trpc.payments.statement.infiniteQueryOptions(
      { account: 'wallet', limit: PAGE_LINES },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );
  const byId = new Map(bookings.map((booking) => [booking.id, booking]));
  return (
    <QueryView query={statement}>
      {({ pages }) => {
        const lines = pages.flatMap((page) => page.items);
        const balances = balancesAfter(lines, availableMicros);
        if (lines.length === 0) {
          return (
            <EmptyState title="Nothing has moved yet">
              Top up the wallet; every movement then stands here with its reason.
            </EmptyState>
          );
        }
        return (
          <>
            <Card className="overflow-x-auto">
              <table className="w-full text-sm">
                <caption className="sr-only">Statement of the wallet, newest first</caption>
                <thead>
                  <tr className="border-b text-left text-[13px] text-muted-foreground">
                    <th className="px-4 py-2.5 font-medium">When</th>
                    <th className="px-4 py-2.5 font-medium">What</th>
                    <th className="px-4 py-2.5 text-right font-medium">Amount</th>
                    <th className="px-4 py-2.5 text-right font-medium">Then available</th>
                  </tr>
                </thead>
                <tbody className="divide-y">
                  {lines.map((line, index) => (
                    <tr key={line.transferId} className="align-top">
                      <td className="px-4 py-2.5 whitespace-nowrap text-muted-foreground">{formatDateTime(line.at)}</td>
                      <td className="min-w-56 px-4 py-2.5">
                        <span className="font-medium">{transferKindWords[line.kind]}</span>
                        {line.bookingId !== null && (
                          <>
                            {' · '}
                            <Link
                              to="/bookings/$bookingId"
                              params={{ bookingId: line.bookingId }}
                              className={cn(linkClasses, 'break-words')}
                            >
                              {byId.get(line.bookingId)?.listingTitle ?? `booking ${line.bookingId.slice(0, 8)}`}
                            </Link>
                          </>
                        )}
                        <p className="text-[13px] text-muted-foreground">
                          {line.explanation} {line.bookingId !== null && sequelOf(line, byId.get(line.bookingId))}
                        </p>
                      </td>
                      <td className="px-4 py-2.5 text-right font-medium whitespace-nowrap tabular-nums">
                        {line.amountMicros > 0n && '+'}
                        {formatMoney(line.amountMicros, line.currency)}
                      </td>
                      <td className="px-4 py-2.5 text-right whitespace-nowrap text-muted-foreground tabular-nums">
                        {formatMoney(balances[index] ?? 0n, line.currency)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Card>
            {statement.hasNextPage && (
              <LoadMore
                label="Show older lines"
                busy={statement.isFetchingNextPage}
                onLoad={() => detached(statement.fetchNextPage())}
              />
            )}
          </>
        );
      }}
    </QueryView>
  );
}

/** What became of money that was set aside: a maximum that was used up leaves no line of its own, since nothing goes back. */
function sequelOf(line: StatementLineRead, booking: BookingListItem | undefined): string | null {
  if (line.kind !== 'hold' || booking === undefined || booking.charged === null) return null;
  return `The booking has ended: ${formatMoney(booking.charged, booking.currency)} were charged.`;
}
