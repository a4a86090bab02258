import type { BookingListItem } from '@rsm/api/schemas/bookings';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, Plus, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { ZONE } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Skeleton } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { CardsTab } from './cards/cards-tab.tsx';
import { DebtNote } from './debt-note.tsx';
import { DocumentsTab } from './documents/documents-tab.tsx';
import { ExportDialog } from './documents/export-dialog.tsx';
import { RefundDialog } from './refund/refund-dialog.tsx';
import { SpendingLimitCard } from './spending/spending-limit-card.tsx';
import { StatementTable } from './statement-table.tsx';
import { TopUpDialog } from './top-up-dialog.tsx';
import { linesSince, useWalletBookings, type Walk } from './wallet-bookings.ts';
import { WalletHeld } from './wallet-held.tsx';
import { WalletPayments } from './wallet-payments.tsx';
import { WalletSpendingChart } from './wallet-spending-chart.tsx';
import { spendingPerDay, spendingSinceMs } from './wallet-spending.ts';

const NO_BOOKINGS: readonly BookingListItem[] = [];

const TABS = ['overview', 'statement', 'payments', 'cards', 'documents'] as const;
type Tab = (typeof TABS)[number];

export function WalletScreen() {
  const trpc = useTRPC();
  const wallet = useQuery(trpc.payments.wallet.queryOptions());
  const bookings = useWalletBookings();
  const { tab } = useSearch({ from: '/shell/signed-in/wallet' });
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'top_up' | 'refund' | 'export' | null>(null);
  const close = (): void => setDialog(null);
  const show = (next: Tab): void =>
    detached(navigate({ to: '/wallet', search: next === 'overview' ? {} : { tab: next }, replace: true }));
  return (
    <Page
      title="Wallet"
      description={`Every movement with its reason. Times in ${ZONE}.`}
      actions={
        <>
          <Button disabled={wallet.data === undefined} onClick={() => setDialog('refund')}>
            <Undo2 aria-hidden />
            Send money back
          </Button>
          <Button variant="primary" disabled={wallet.data === undefined} onClick={() => setDialog('top_up')}>
            <Plus aria-hidden />
            Top up
          </Button>
        </>
      }
    >
      <QueryView query={wallet}>
        {(money) => {
          const { availableMicros, heldMicros, currency } = money;
          return (
            <>
              <DebtNote wallet={money} onTopUp={() => setDialog('top_up')} onPayments={() => show('payments')} />
              <div className="grid gap-4 sm:grid-cols-2" aria-live="polite">
                <Amount label="Available" amount={formatMoney(availableMicros, currency)}>
                  Free for bookings.
                </Amount>
                <Amount label="Set aside" amount={formatMoney(heldMicros, currency)}>
                  The most that your running and coming bookings can cost.
                </Amount>
              </div>
              <Tabs
                label="About the wallet"
                value={TABS.find((name) => name === tab) ?? 'overview'}
                onValueChange={(next) => show(TABS.find((name) => name === next) ?? 'overview')}
                items={[
                  {
                    value: 'overview',
                    label: 'Overview',
                    content: <Overview bookings={bookings} heldMicros={heldMicros} currency={currency} />,
                  },
                  {
                    value: 'statement',
                    label: 'Statement',
                    content: (
                      <>
                        <div className="mb-3 flex justify-end">
                          <Button size="sm" onClick={() => setDialog('export')}>
                            <Download aria-hidden />
                            Save as CSV
                          </Button>
                        </div>
                        <StatementTable
                          bookings={bookings.data?.items ?? NO_BOOKINGS}
                          availableMicros={availableMicros}
                        />
                      </>
                    ),
                  },
                  { value: 'payments', label: 'Top-ups and payments', content: <WalletPayments /> },
                  { value: 'cards', label: 'Cards', content: <CardsTab currency={currency} /> },
                  { value: 'documents', label: 'Invoices', content: <DocumentsTab /> },
                ]}
              />
              {dialog === 'top_up' && <TopUpDialog currency={currency} onClose={close} />}
              {dialog === 'refund' && (
                <RefundDialog
                  wallet={money}
                  onClose={close}
                  onSent={() => {
                    close();
                    show('payments');
                  }}
                />
              )}
              {dialog === 'export' && <ExportDialog onClose={close} />}
            </>
          );
        }}
      </QueryView>
    </Page>
  );
}

/** What the money was spent on, what is set aside for what, and how the month stands. */
function Overview({
  bookings,
  heldMicros,
  currency,
}: {
  readonly bookings: ReturnType<typeof useWalletBookings>;
  readonly heldMicros: bigint;
  readonly currency: string;
}) {
  const waiting = <Skeleton className="h-56" />;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <QueryView query={bookings} loading={waiting}>
        {(walked) => <Spending bookings={walked} currency={currency} />}
      </QueryView>
      <div className="flex min-w-0 flex-col gap-4">
        <SpendingLimitCard />
        <QueryView query={bookings} loading={waiting}>
          {(walked) => <WalletHeld bookings={walked} heldMicros={heldMicros} currency={currency} />}
        </QueryView>
      </div>
    </div>
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
