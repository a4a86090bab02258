import type { BookingListItem } from '@rsm/api/schemas/bookings';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import { ZONE } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Skeleton } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { StatementTable } from './statement-table.tsx';
import { TopUpDialog } from './top-up-dialog.tsx';
import { linesSince, useWalletBookings, type Walk } from './wallet-bookings.ts';
import { WalletHeld } from './wallet-held.tsx';
import { WalletPayments } from './wallet-payments.tsx';
import { WalletSpendingChart } from './wallet-spending-chart.tsx';
import { spendingPerDay, spendingSinceMs } from './wallet-spending.ts';

const NO_BOOKINGS: readonly BookingListItem[] = [];

export function WalletScreen() {
  const trpc = useTRPC();
  const wallet = useQuery(trpc.payments.wallet.queryOptions());
  const bookings = useWalletBookings();
  const [toppingUp, setToppingUp] = useState(false);
  const [tab, setTab] = useState('statement');
  return (
    <Page
      title="Wallet"
      description={`Every movement with its reason. Times in ${ZONE}.`}
      actions={
        <Button variant="primary" disabled={wallet.data === undefined} onClick={() => setToppingUp(true)}>
          <Plus aria-hidden />
          Top up
        </Button>
      }
    >
      <QueryView query={wallet}>
        {({ availableMicros, heldMicros, currency }) => (
          <>
            <div className="grid gap-4 sm:grid-cols-2" aria-live="polite">
              <Amount label="Available" amount={formatMoney(availableMicros, currency)}>
                Free for bookings.
              </Amount>
              <Amount label="Set aside" amount={formatMoney(heldMicros, currency)}>
                The most that your running and coming bookings can cost.
              </Amount>
            </div>
            <QueryView
              query={bookings}
              loading={
                <div className="grid gap-4 lg:grid-cols-2">
                  <Skeleton className="h-56" />
                  <Skeleton className="h-56" />
                </div>
              }
            >
              {(walked) => (
                <div className="grid items-start gap-4 lg:grid-cols-2">
                  <Spending bookings={walked} currency={currency} />
                  <WalletHeld bookings={walked} heldMicros={heldMicros} currency={currency} />
                </div>
              )}
            </QueryView>
            <Tabs
              label="Movements"
              value={tab}
              onValueChange={setTab}
              items={[
                {
                  value: 'statement',
                  label: 'Statement',
                  content: (
                    <StatementTable bookings={bookings.data?.items ?? NO_BOOKINGS} availableMicros={availableMicros} />
                  ),
                },
                { value: 'payments', label: 'Top-ups and payments', content: <WalletPayments /> },
              ]}
            />
            {toppingUp && <TopUpDialog currency={currency} onClose={() => setToppingUp(false)} />}
          </>
        )}
      </QueryView>
    </Page>
  );
}

function Amount({
  label,
  amount,
  children,
}: {
  readonly label: string;
  readonly amount: string;
  readonly children: string;
}) {
  return (
    <Card className="p-5">
      <h2 className="text-[13px] text-muted-foreground">{label}</h2>
      <p className="mt-1 text-2xl font-semibold tracking-tight tabular-nums">{amount}</p>
      <p className="mt-1 text-[13px] text-muted-foreground">{children}</p>
    </Card>
  );
}

function Spending({ bookings, currency }: { readonly bookings: Walk<BookingListItem>; readonly currency: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const lines = useQuery({
    queryKey: [...trpc.payments.statement.pathKey(), 'spending'],
    queryFn: async ({ signal }) => linesSince(client, spendingSinceMs(Date.now()), signal),
  });
  return (
    <QueryView query={lines} loading={<Skeleton className="h-56" />}>
      {(walked) => (
        <WalletSpendingChart
          days={spendingPerDay({ bookings: bookings.items, lines: walked.items, nowMs: Date.now() })}
          isComplete={bookings.isComplete && walked.isComplete}
          currency={currency}
        />
      )}
    </QueryView>
  );
}
