import type { EarningsRead } from '@rsm/api/schemas/payments';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { ZONE } from '../format/time.ts';
import { ProviderGate } from '../machines/provider-gate.tsx';
import { PayoutBrief } from '../payouts/payout-brief.tsx';
import { PayoutCard } from '../payouts/payout-card.tsx';
import { PayoutList } from '../payouts/payout-list.tsx';
import { ProviderDocuments } from '../payouts/provider-documents.tsx';
import { TaxDataCard } from '../payouts/tax-data-card.tsx';
import { Card } from '../ui/card.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Tabs, type TabItem } from '../ui/tabs.tsx';
import { EarningsChart } from './earnings-chart.tsx';
import { EarningsHeld } from './earnings-held.tsx';
import { EarningsLines } from './earnings-lines.tsx';
import { usePendingLines } from './earnings-pending-lines.ts';

/** What a provider earned, what of it is held back and why, and what is his. */
export function EarningsScreen() {
  return (
    <Page title="Earnings" description={`Your share of what renters paid. Times in ${ZONE}.`}>
      <ProviderGate>
        <Earnings />
      </ProviderGate>
    </Page>
  );
}

function Earnings() {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: '/shell/signed-in/earnings' });
  const earnings = useQuery(trpc.payments.earnings.queryOptions());
  return (
    <QueryView query={earnings}>
      {(balances) => {
        const tabs = tabsOf(balances);
        return (
          <div className="flex flex-col gap-5">
            <Balances balances={balances} />
            <Tabs
              label="About your earnings"
              items={tabs}
              value={tabs.find(({ value }) => value === tab)?.value ?? 'overview'}
              onValueChange={(next) =>
                detached(navigate({ to: '/earnings', search: next === 'overview' ? {} : { tab: next }, replace: true }))
              }
            />
          </div>
        );
      }}
    </QueryView>
  );
}

function tabsOf(balances: EarningsRead): readonly TabItem[] {
  const { currency } = balances;
  return [
    { value: 'overview', label: 'Overview', content: <Overview currency={currency} /> },
    { value: 'lines', label: 'Line by line', content: <EarningsLines currency={currency} /> },
    {
      value: 'payouts',
      label: 'Payouts',
      content: (
        <div className="flex flex-col gap-5">
          <PayoutCard balances={balances} />
          <PayoutList />
        </div>
      ),
    },
    {
      value: 'documents',
      label: 'Statements and tax',
      content: (
        <div className="flex flex-col gap-5">
          <ProviderDocuments />
          <TaxDataCard />
        </div>
      ),
    },
  ];
}

function Overview({ currency }: { readonly currency: string }) {
  const pending = usePendingLines();
  return (
    <div className="flex flex-col gap-5">
      <EarningsHeld />
      <QueryView query={pending}>{(lines) => <EarningsChart lines={lines} currency={currency} />}</QueryView>
    </div>
  );
}

function Balances({ balances }: { readonly balances: EarningsRead }) {
  const { availableMicros, owedMicros, pendingMicros, currency } = balances;
  return (
    <div className="grid gap-4 md:grid-cols-3" aria-live="polite">
      <Card className="p-5">
        <h2 className="text-[13px] text-muted-foreground">Available</h2>
        <p className="mt-1 text-2xl font-semibold tabular-nums">{formatMoney(availableMicros, currency)}</p>
        <p className="mt-1 text-[13px] text-muted-foreground">Yours. Nothing holds it back any more.</p>
        {owedMicros > 0n && (
          <p className="mt-1 text-[13px] text-muted-foreground">
            You owe {formatMoney(owedMicros, currency)} after a refund; your next earnings repay it.
          </p>
        )}
      </Card>
      <Card className="p-5">
        <h2 className="text-[13px] text-muted-foreground">Held back</h2>
        <p className="mt-1 text-2xl font-semibold tabular-nums">{formatMoney(pendingMicros, currency)}</p>
        <p className="mt-1 text-[13px] text-muted-foreground">
          Earned. Each share says in the overview what it waits for.
        </p>
      </Card>
      <PayoutBrief balances={balances} />
    </div>
  );
}
