import type { EarningsRead } from '@rsm/api/schemas/payments';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import { ZONE } from '../format/time.ts';
import { ProviderGate } from '../machines/provider-gate.tsx';
import { Card, TitledCard } from '../ui/card.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
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
  const earnings = useQuery(trpc.payments.earnings.queryOptions());
  const pending = usePendingLines();
  return (
    <QueryView query={earnings}>
      {(balances) => (
        <div className="flex flex-col gap-5">
          <Balances balances={balances} />
          <EarningsHeld />
          <QueryView query={pending}>
            {(lines) => <EarningsChart lines={lines} currency={balances.currency} />}
          </QueryView>
          <EarningsLines currency={balances.currency} />
        </div>
      )}
    </QueryView>
  );
}

function Balances({ balances }: { readonly balances: EarningsRead }) {
  const { availableMicros, owedMicros, pendingMicros, currency } = balances;
  return (
    <div className="grid gap-4 md:grid-cols-3">
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
        <p className="mt-1 text-[13px] text-muted-foreground">Earned. Each share below says what it waits for.</p>
      </Card>
      <TitledCard title="Payouts">
        <p className="text-sm">
          This server can’t pay out yet. What is available stays in your balance, and nothing of it expires. Ask the
          people who run this marketplace when payouts come.
        </p>
      </TitledCard>
    </div>
  );
}
