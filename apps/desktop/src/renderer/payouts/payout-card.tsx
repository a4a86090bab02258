import type { EarningsRead } from '@rsm/api/schemas/payments';
import type { PayoutAccountRead } from '@rsm/api/schemas/payouts';
import { PAYOUT_MIN_MICROS } from '@rsm/domain/payouts/payout';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { WishKeys } from '../api/wish-keys.ts';
import { useTRPC } from '../api/trpc.ts';
import { useServerSkew } from '../bookings/use-server-now.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { nextPayout, nextWeeklyRun, type NextPayout } from './next-payout.ts';
import { PayOutDialog } from './pay-out-dialog.tsx';
import { PayoutAccount } from './payout-account.tsx';
import { accountWords } from './payout-words.ts';

/** Where payouts go, what the next one would be and when it comes. */
export function PayoutCard({ balances }: { readonly balances: EarningsRead }) {
  const trpc = useTRPC();
  const account = useQuery(trpc.payouts.account.queryOptions());
  return (
    <TitledCard
      title="Payouts"
      actions={
        account.data !== undefined && (
          <Badge tone={accountWords[account.data.status].tone}>{accountWords[account.data.status].label}</Badge>
        )
      }
    >
      <QueryView query={account}>
        {(known) => (
          <div className="grid gap-x-8 gap-y-5 md:grid-cols-2">
            <PayoutAccount account={known} />
            <NextPayoutView balances={balances} account={known} />
          </div>
        )}
      </QueryView>
    </TitledCard>
  );
}

function NextPayoutView({
  balances,
  account,
}: {
  readonly balances: EarningsRead;
  readonly account: PayoutAccountRead;
}) {
  const [isAsking, setAsking] = useState(false);
  // Outlives the dialog: whoever opens it again after a broken connection asks for the same payout.
  const [wishes] = useState(() => new WishKeys());
  const nowMs = Date.now() + useServerSkew();
  const next = nextPayout(balances, account.status);
  return (
    <div className="flex flex-col items-start gap-3 text-sm">
      <div>
        <h3 className="text-[13px] font-medium text-muted-foreground">Next payout</h3>
        <p>{nextWords(next, balances)}</p>
        <p className="mt-1 text-[13px] text-muted-foreground">
          What is available is paid by itself every Monday, next on {formatDateTimeZone(nextWeeklyRun(nowMs))}. A payout
          is at least {formatMoney(PAYOUT_MIN_MICROS, balances.currency)}; what is less stays and loses nothing.
        </p>
      </div>
      {next.kind === 'ready' && (
        <Button variant="primary" onClick={() => setAsking(true)}>
          Pay out now
        </Button>
      )}
      {isAsking && (
        <PayOutDialog
          next={next}
          currency={balances.currency}
          isByHand={account.status === 'by_hand'}
          wishes={wishes}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function nextWords(next: NextPayout, { availableMicros, currency }: EarningsRead): string {
  switch (next.kind) {
    case 'ready':
      return `${formatMoney(next.amountMicros, currency)} can be paid out now.`;
    case 'too_little':
      return `${formatMoney(next.missingMicros, currency)} more have to become available.`;
    case 'no_account':
      return availableMicros === 0n
        ? 'Nothing is available yet. You can set up the account before it is.'
        : `${formatMoney(availableMicros, currency)} wait until your account takes payouts.`;
  }
}
