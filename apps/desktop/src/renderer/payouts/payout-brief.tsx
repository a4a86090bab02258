import type { EarningsRead } from '@rsm/api/schemas/payments';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { useServerSkew } from '../bookings/use-server-now.ts';
import { formatMoney } from '../format/money.ts';
import { formatDate } from '../format/time.ts';
import { buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { nextPayout, nextWeeklyRun, type NextPayout } from './next-payout.ts';

/** The next payout at one look, beside the balances. */
export function PayoutBrief({ balances }: { readonly balances: EarningsRead }) {
  const trpc = useTRPC();
  const account = useQuery(trpc.payouts.account.queryOptions());
  const nowMs = Date.now() + useServerSkew();
  const next = account.data === undefined ? null : nextPayout(balances, account.data.status);
  return (
    <Card className="flex flex-col items-start p-5">
      <h2 className="text-[13px] text-muted-foreground">Next payout</h2>
      <p className="mt-1 text-2xl font-semibold tabular-nums">
        {next?.kind === 'ready' ? formatMoney(next.amountMicros, balances.currency) : '–'}
      </p>
      <p className="mt-1 mb-2 text-[13px] text-muted-foreground">
        {next === null ? 'Payouts go to your bank.' : briefWords(next, balances.currency, nowMs)}
      </p>
      <Link to="/earnings" search={{ tab: 'payouts' }} className={buttonClasses({ size: 'sm' })}>
        {next?.kind === 'no_account' ? 'Set up payouts' : 'Payouts'}
      </Link>
    </Card>
  );
}

function briefWords(next: NextPayout, currency: string, nowMs: number): string {
  switch (next.kind) {
    case 'ready':
      return `By itself on ${formatDate(nextWeeklyRun(nowMs))}, or when you ask for it.`;
    case 'too_little':
      return `${formatMoney(next.missingMicros, currency)} more have to become available.`;
    case 'no_account':
      return 'Your account does not take payouts yet.';
  }
}
