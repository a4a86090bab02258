import type { HeldEarningRead } from '@rsm/api/schemas/earnings';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { dataWipeStatusWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { holdText, partText } from './held-words.ts';

const PAGE_EARNINGS = 25;

/** Every amount that is held back, with the booking and each reason. */
export function EarningsHeld() {
  const trpc = useTRPC();
  const held = useInfiniteQuery(
    trpc.earnings.listHeld.infiniteQueryOptions(
      { limit: PAGE_EARNINGS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <TitledCard
      title="What is held back, and why"
      description="A share becomes available when nothing holds it back any more: not the clean-up, not a dispute, not the first weeks of a new provider."
    >
      <QueryView query={held}>
        {({ pages }) => {
          const earnings = pages.flatMap((page) => page.items);
          if (earnings.length === 0) return <p className="text-sm text-muted-foreground">Nothing is held back.</p>;
          return (
            <>
              <ul className="flex flex-col gap-2">
                {earnings.map((earning) => (
                  <HeldRow key={earning.id} earning={earning} />
                ))}
              </ul>
              {held.hasNextPage && (
                <LoadMore
                  label="Show older earnings"
                  busy={held.isFetchingNextPage}
                  onLoad={() => detached(held.fetchNextPage())}
                />
              )}
            </>
          );
        }}
      </QueryView>
    </TitledCard>
  );
}

function HeldRow({ earning }: { readonly earning: HeldEarningRead }) {
  const trpc = useTRPC();
  const { bookingId, currency, holds, takenMicros } = earning;
  const booking = useQuery(trpc.bookings.get.queryOptions({ id: bookingId }));
  const wipe = useQuery(trpc.dataWipes.getByBooking.queryOptions({ bookingId }, { retry: false }));
  const wipeStatus = wipe.data?.status ?? null;
  const facts = { booking: booking.data?.booking.status ?? null, wipe: wipeStatus };
  const needsProvider = wipeStatus === 'failed' || wipeStatus === 'unverifiable';
  return (
    <li className="grid gap-x-4 gap-y-1 rounded-md border px-4 py-3 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0 text-sm">
        <p className="flex flex-wrap items-center gap-2">
          <Link
            to="/bookings/$bookingId"
            params={{ bookingId }}
            className="font-medium text-primary-text underline underline-offset-4"
          >
            {booking.data === undefined
              ? 'Booking'
              : `${booking.data.machineName}, booking of ${booking.data.renterName}`}
          </Link>
          {holds.includes('clean_up') && wipeStatus !== null && (
            <Badge tone={dataWipeStatusWords[wipeStatus].tone}>Clean-up: {dataWipeStatusWords[wipeStatus].label}</Badge>
          )}
        </p>
        <p className="text-[13px] text-muted-foreground">
          {partText(earning.part)} Earned {formatDateTime(earning.createdAt)}.
        </p>
        <ul className="text-[13px] text-muted-foreground">
          {holds.map((hold) => (
            <li key={hold}>
              {holdText(hold, facts, earning.reservedUntil)}
              {hold === 'dispute' && (
                <>
                  {' '}
                  <Link to="/bookings/$bookingId" params={{ bookingId }} hash="dispute" className={linkClasses}>
                    Go to the dispute
                  </Link>
                </>
              )}
              {hold === 'clean_up' && needsProvider && booking.data !== undefined && (
                <>
                  {' '}
                  <Link
                    to="/machines/$machineId"
                    params={{ machineId: booking.data.booking.machineId }}
                    className="text-primary-text underline underline-offset-4"
                  >
                    Go to the machine
                  </Link>
                </>
              )}
            </li>
          ))}
        </ul>
      </div>
      <div className="text-right">
        <p className="text-sm font-semibold whitespace-nowrap tabular-nums">
          {formatMoney(earning.amountMicros - takenMicros, currency)}
        </p>
        {takenMicros > 0n && (
          <p className="text-[13px] whitespace-nowrap text-muted-foreground">
            of {formatMoney(earning.amountMicros, currency)}; the rest was given back
          </p>
        )}
      </div>
    </li>
  );
}
