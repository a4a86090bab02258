import { useInfiniteQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { paymentKindWords, paymentStatusWords, processorWords } from './statement-words.ts';

const PAGE_PAYMENTS = 25;

/** Money between the outside world and the marketplace, with what became of it. */
export function WalletPayments() {
  const trpc = useTRPC();
  const payments = useInfiniteQuery(
    trpc.payments.list.infiniteQueryOptions({ limit: PAGE_PAYMENTS }, { getNextPageParam: (page) => page.nextCursor }),
  );
  return (
    <QueryView query={payments}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0)
          return <EmptyState title="No payment yet">Your first top-up will stand here.</EmptyState>;
        return (
          <>
            <Card className="overflow-x-auto">
              <table className="w-full text-sm">
                <caption className="sr-only">Payments, newest first</caption>
                <thead>
                  <tr className="border-b text-left text-[13px] text-muted-foreground">
                    <th className="px-4 py-2.5 font-medium">When</th>
                    <th className="px-4 py-2.5 font-medium">What</th>
                    <th className="px-4 py-2.5 font-medium">State</th>
                    <th className="px-4 py-2.5 text-right font-medium">Amount</th>
                  </tr>
                </thead>
                <tbody className="divide-y">
                  {items.map((payment) => (
                    <tr key={payment.id} className="align-top">
                      <td className="px-4 py-2.5 whitespace-nowrap text-muted-foreground">
                        {formatDateTime(payment.createdAt)}
                      </td>
                      <td className="min-w-48 px-4 py-2.5">
                        <span className="font-medium">{paymentKindWords[payment.kind]}</span>{' '}
                        <span className="text-muted-foreground">by {processorWords[payment.processor]}</span>
                        {payment.note !== null && (
                          <p className="text-[13px] break-words text-muted-foreground">{payment.note}</p>
                        )}
                      </td>
                      <td className="px-4 py-2.5">
                        <Badge tone={paymentStatusWords[payment.status].tone}>
                          {paymentStatusWords[payment.status].label}
                        </Badge>
                      </td>
                      <td className="px-4 py-2.5 text-right font-medium whitespace-nowrap tabular-nums">
                        {formatMoney(payment.amountMicros, payment.currency)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Card>
            {payments.hasNextPage && (
              <LoadMore
                label="Show older payments"
                busy={payments.isFetchingNextPage}
                onLoad={() => detached(payments.fetchNextPage())}
              />
            )}
          </>
        );
      }}
    </QueryView>
  );
}
