import type { BookingListItem } from '@rsm/api/schemas/bookings';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CalendarClock } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { ZONE } from '../format/time.ts';
import { buttonClasses } from '../ui/button.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { arrangeBookings } from './arrange-bookings.ts';
import { BookingRow } from './booking-row.tsx';

const PAGE_ITEMS = 50;

/** A person's bookings; a provider also sees those of his machines. */
export function BookingsScreen() {
  const trpc = useTRPC();
  const me = useQuery(trpc.users.me.queryOptions());
  const [side, setSide] = useState('renter');
  const isProvider = me.data?.roles.includes('provider') ?? false;
  return (
    <Page title="Bookings" description={`Times in ${ZONE}.`}>
      {isProvider ? (
        <Tabs
          label="Whose bookings"
          value={side}
          onValueChange={setSide}
          items={[
            { value: 'renter', label: 'Booked by you', content: <RenterBookings /> },
            { value: 'provider', label: 'On your machines', content: <ProviderBookings /> },
          ]}
        />
      ) : (
        <RenterBookings />
      )}
    </Page>
  );
}

function RenterBookings() {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.bookings.list.infiniteQueryOptions({ limit: PAGE_ITEMS }, { getNextPageParam: (page) => page.nextCursor }),
  );
  return (
    <QueryView query={query}>
      {({ pages }) => (
        <BookingSections
          items={pages.flatMap(({ items }) => items)}
          more={{
            isThere: query.hasNextPage,
            isBusy: query.isFetchingNextPage,
            load: () => detached(query.fetchNextPage()),
          }}
          empty={
            <EmptyState
              icon={<CalendarClock aria-hidden />}
              title="You have not booked anything yet."
              action={
                <Link to="/" className={buttonClasses({ variant: 'primary' })}>
                  Find a machine
                </Link>
              }
            >
              Choose a machine on the market, and a time. You see the most it can cost before you book.
            </EmptyState>
          }
        />
      )}
    </QueryView>
  );
}

function ProviderBookings() {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.bookings.listAsProvider.infiniteQueryOptions(
      { limit: PAGE_ITEMS },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );
  return (
    <QueryView query={query}>
      {({ pages }) => (
        <BookingSections
          items={pages.flatMap(({ items }) => items)}
          more={{
            isThere: query.hasNextPage,
            isBusy: query.isFetchingNextPage,
            load: () => detached(query.fetchNextPage()),
          }}
          empty={
            <EmptyState
              icon={<CalendarClock aria-hidden />}
              title="Nobody has booked your machines yet."
              action={
                <Link to="/machines" className={buttonClasses({ variant: 'primary' })}>
                  Look after your machines
                </Link>
              }
            >
              Bookings appear here as soon as a renter makes one.
            </EmptyState>
          }
        />
      )}
    </QueryView>
  );
}

function BookingSections({
  items,
  more,
  empty,
}: {
  readonly items: readonly BookingListItem[];
  readonly more: { readonly isThere: boolean; readonly isBusy: boolean; readonly load: () => void };
  readonly empty: ReactNode;
}) {
  const { current, past } = arrangeBookings(items);
  return (
    <div className="flex flex-col gap-6">
      {items.length === 0 && empty}
      {current.length > 0 && <Section title="Now and next" items={current} />}
      {past.length > 0 && <Section title="Past" items={past} />}
      {more.isThere && <LoadMore label="Show more" busy={more.isBusy} onLoad={more.load} />}
    </div>
  );
}

function Section({ title, items }: { readonly title: string; readonly items: readonly BookingListItem[] }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-[15px] font-semibold">{title}</h2>
      <ul className="flex flex-col gap-2">
        {items.map((item) => (
          <BookingRow key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}
