import type { StatementLineRead } from '@rsm/api/schemas/payments';
import { feeOf } from '@rsm/domain/bookings/booking-price';
import { amountMicros } from '@rsm/domain/common/money';
import type { TransferKind } from '@rsm/domain/ledger/ledger';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { cn } from '../ui/class-names.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { feeMicros, feePercentText } from './earnings-sums.ts';

const PAGE_ITEMS = 25;
const accounts = ['provider_available', 'provider_pending'] as const;
type Account = (typeof accounts)[number];

const accountWords: Readonly<Record<Account, string>> = {
  provider_available: 'Available',
  provider_pending: 'Held back',
};

/** What a line does, as the provider sees it. */
const kindWords: Readonly<Record<TransferKind, string>> = {
  top_up: 'Top-up',
  manual_credit: 'Credit by the marketplace',
  manual_debit: 'Debit by the marketplace',
  hold: 'Set aside',
  charge: 'Earned',
  release: 'Given back to the renter',
  charge_returned: 'Taken back',
  earning_available: 'Clean-up verified',
  provider_penalty: 'Taken back',
  payout: 'Payout',
  payout_reversed: 'Payout came back',
  refund: 'Refund to a card',
  refund_reversed: 'Refund came back',
  chargeback: 'Chargeback',
  chargeback_reversed: 'Chargeback came back',
  dispute_refund: 'Refund after a dispute',
  debt_repaid: 'Debt repaid',
};

/** The statement of the two accounts of a provider, line by line. */
export function EarningsLines({ currency }: { readonly currency: string }) {
  const trpc = useTRPC();
  const [account, setAccount] = useState<Account>('provider_available');
  const statement = useInfiniteQuery(
    trpc.payments.statement.infiniteQueryOptions(
      { account, limit: PAGE_ITEMS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <TitledCard
      title="Statement"
      description="Lines are never changed or deleted. A correction is a new line."
      actions={
        <div role="group" aria-label="Account" className="flex gap-1">
          {accounts.map((each) => (
            <Button
              key={each}
              size="sm"
              variant={each === account ? 'primary' : 'secondary'}
              aria-pressed={each === account}
              onClick={() => setAccount(each)}
            >
              {accountWords[each]}
            </Button>
          ))}
        </div>
      }
    >
      <QueryView query={statement}>
        {({ pages }) => {
          const lines = pages.flatMap((page) => page.items);
          if (lines.length === 0) {
            return (
              <EmptyState title="No line yet">
                {account === 'provider_available'
                  ? 'A share comes here when the clean-up after its booking is verified.'
                  : 'A share comes here when the access of a booking ends.'}
              </EmptyState>
            );
          }
          return (
            <div className="flex flex-col gap-4">
              <LineTable lines={lines} account={account} currency={currency} />
              {statement.hasNextPage && (
                <Button
                  className="self-start"
                  busy={statement.isFetchingNextPage}
                  onClick={() => detached(statement.fetchNextPage())}
                >
                  Show older lines
                </Button>
              )}
            </div>
          );
        }}
      </QueryView>
    </TitledCard>
  );
}

function LineTable({
  lines,
  account,
  currency,
}: {
  readonly lines: readonly StatementLineRead[];
  readonly account: Account;
  readonly currency: string;
}) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">Statement: {accountWords[account]}</caption>
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
                <p className="font-medium">{kindWords[line.kind]}</p>
                <p className="text-[13px] text-muted-foreground">{line.explanation}</p>
                {line.bookingId !== null && (
                  <BookingOfLine bookingId={line.bookingId} line={line} currency={currency} />
                )}
              </td>
              <td
                className={cn(
                  'py-2.5 text-right align-top font-medium whitespace-nowrap tabular-nums',
                  line.amountMicros < 0n && 'text-muted-foreground',
                )}
              >
                {line.amountMicros > 0n ? '+' : ''}
                {formatMoney(line.amountMicros, currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Which booking a line belongs to, and for what was earned: what the renter paid and what the fee took of it. */
function BookingOfLine({
  bookingId,
  line,
  currency,
}: {
  readonly bookingId: string;
  readonly line: StatementLineRead;
  readonly currency: string;
}) {
  const trpc = useTRPC();
  const detail = useQuery(trpc.bookings.get.queryOptions({ id: bookingId }));
  const booking = detail.data?.booking ?? null;
  const chargedMicros = booking?.chargedMicros ?? null;
  // Only where the line is the whole share: bookings of weeks are charged in parts, and a dispute may have taken some of it.
  const showsFee =
    booking !== null &&
    chargedMicros !== null &&
    feeMicros(chargedMicros, line.amountMicros) === feeOf(amountMicros(chargedMicros), booking.feeBasisPoints);
  return (
    <p className="mt-0.5 text-[13px]">
      <Link to="/bookings/$bookingId" params={{ bookingId }} className="text-primary-text underline underline-offset-4">
        {detail.data === undefined ? 'The booking' : `${detail.data.machineName}, booking of ${detail.data.renterName}`}
      </Link>
      {showsFee && (
        <span className="text-muted-foreground">
          {' '}
          The renter paid {formatMoney(chargedMicros, currency)}, the platform fee of{' '}
          {feePercentText(booking.feeBasisPoints)} took{' '}
          {formatMoney(feeMicros(chargedMicros, line.amountMicros), currency)}.
        </span>
      )}
    </p>
  );
}
