import type { CardRead, PaymentRead } from '@rsm/api/schemas/payments';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { toClientError } from '../api/client-error.ts';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDate, formatDateTime } from '../format/time.ts';
import { openOutside } from '../platform/open-outside.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { cardName } from './cards/card-words.ts';
import { meansWords, noteWords, paymentState } from './payment-state.ts';
import { paymentKindWords, processorWords } from './statement-words.ts';
import { toast } from '../ui/toast.ts';

const PAGE_PAYMENTS = 25;

/** Money between the outside world and the marketplace, with what became of it. */
export function WalletPayments() {
  const trpc = useTRPC();
  const cards = useQuery(trpc.payments.listCards.queryOptions());
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
                    <PaymentRow key={payment.id} payment={payment} cards={cards.data?.cards ?? []} />
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

function PaymentRow({ payment, cards }: { readonly payment: PaymentRead; readonly cards: readonly CardRead[] }) {
  const card = cards.find(({ id }) => id === payment.cardId);
  const state = paymentState(payment);
  const means = card === undefined ? processorWords[payment.processor] : cardName(card);
  return (
    <tr className="align-top">
      <td className="px-4 py-2.5 whitespace-nowrap text-muted-foreground">{formatDateTime(payment.createdAt)}</td>
      <td className="min-w-48 px-4 py-2.5">
        <span className="font-medium">
          {payment.isAutomatic && 'Automatic '}
          {payment.isAutomatic ? paymentKindWords[payment.kind].toLowerCase() : paymentKindWords[payment.kind]}
        </span>{' '}
        <span className="text-muted-foreground">{meansWords(payment.kind, means)}</span>
        {payment.note !== null && (
          <p className="text-[13px] break-words text-muted-foreground">{noteWords(payment.kind, payment.note)}</p>
        )}
        {payment.reversedAt !== null && (
          <p className="text-[13px] text-muted-foreground">Back on {formatDate(payment.reversedAt)}.</p>
        )}
      </td>
      <td className="px-4 py-2.5">
        <Badge tone={state.tone}>{state.label}</Badge>
        {payment.status === 'pending' && payment.actionUrl !== null && <Confirm url={payment.actionUrl} />}
      </td>
      <td className="px-4 py-2.5 text-right font-medium whitespace-nowrap tabular-nums">
        {formatMoney(payment.amountMicros, payment.currency)}
      </td>
    </tr>
  );
}

function Confirm({ url }: { readonly url: string }) {
  const platform = usePlatform();
  const open = useMutation({
    mutationFn: async () => openOutside(platform, url),
    onError: (error) => toast.error(toClientError(error).message),
  });
  return (
    <Button size="sm" className="mt-1.5 flex" busy={open.isPending} onClick={() => open.mutate()}>
      <ExternalLink aria-hidden />
      Confirm at your bank
    </Button>
  );
}
