import type { ReliabilityRead } from '@rsm/api/schemas/reliability';
import { UPTIME_DAYS_SHOWN, type LossKind } from '@rsm/domain/reliability/reliability';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatRelative } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { QueryView } from '../ui/query-view.tsx';
import { dayBars, type DayBar } from './day-bars.ts';
import { daysSentence, lossWords, newSentence, pointsWords, reliabilityWords } from './reliability-words.ts';

const PAGE_ITEMS = 10;
const BAR_HEIGHT = 28;
const barClasses: Readonly<Record<DayBar['kind'], string>> = {
  up: 'fill-success',
  degraded: 'fill-warning',
  down: 'fill-danger',
  not_measured: 'fill-input',
};

/** How far a machine can be relied on, with every event behind it, for its owner. */
export function MachineReliability({ machineId }: { readonly machineId: string }) {
  const trpc = useTRPC();
  const figure = useQuery(trpc.reliability.ofMachine.queryOptions({ id: machineId }));
  const losses = useInfiniteQuery(
    trpc.reliability.listMachineLosses.infiniteQueryOptions(
      { id: machineId, limit: PAGE_ITEMS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <ReliabilityCard figure={figure}>
      <QueryView query={losses}>
        {({ pages }) => (
          <Losses
            items={pages
              .flatMap((page) => page.items)
              .map(({ at, bookingId, kind, ppm }) => ({ kind, ppm, day: at, bookingId }))}
            more={losses.hasNextPage ? () => detached(losses.fetchNextPage()) : null}
            isBusy={losses.isFetchingNextPage}
          />
        )}
      </QueryView>
    </ReliabilityCard>
  );
}

/** The same for whoever looks at a listing: no booking is named. */
export function ListingReliability({ listingId }: { readonly listingId: string }) {
  const trpc = useTRPC();
  const figure = useQuery(trpc.reliability.ofListing.queryOptions({ id: listingId }));
  const losses = useInfiniteQuery(
    trpc.reliability.listListingLosses.infiniteQueryOptions(
      { id: listingId, limit: PAGE_ITEMS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <ReliabilityCard figure={figure}>
      <QueryView query={losses}>
        {({ pages }) => (
          <Losses
            items={pages.flatMap((page) => page.items).map((loss) => ({ ...loss, bookingId: null }))}
            more={losses.hasNextPage ? () => detached(losses.fetchNextPage()) : null}
            isBusy={losses.isFetchingNextPage}
          />
        )}
      </QueryView>
    </ReliabilityCard>
  );
}

function ReliabilityCard({
  figure,
  children,
}: {
  readonly figure: Parameters<typeof QueryView<ReliabilityRead>>[0]['query'];
  readonly children: ReactNode;
}) {
  return (
    <TitledCard
      title="Reliability"
      description="Over 180 days: bookings that the provider or the machine broke, and minutes down or degraded. Days in UTC."
    >
      <QueryView query={figure}>
        {(read) => (
          <div className="flex flex-col gap-4">
            <p className="text-sm">
              <span className="text-xl font-semibold tabular-nums">{reliabilityWords(read.ppm)}</span>
              <span className="ml-3 text-[13px] text-muted-foreground">
                {read.computedAt === null
                  ? 'It is computed within a minute.'
                  : `Computed ${formatRelative(read.computedAt)}.`}
              </span>
            </p>
            {read.ppm === null && <p className="text-[13px]">{newSentence(read)}</p>}
            <DayBars days={read.days} />
            {children}
          </div>
        )}
      </QueryView>
    </TitledCard>
  );
}

function DayBars({ days }: { readonly days: ReliabilityRead['days'] }) {
  const sentence = daysSentence(days);
  const bars = dayBars(days, UPTIME_DAYS_SHOWN, Date.now());
  return (
    <figure className="min-w-0">
      <svg
        role="img"
        aria-label={`Last ${String(UPTIME_DAYS_SHOWN)} days: ${sentence}`}
        viewBox={`0 0 ${String(UPTIME_DAYS_SHOWN)} ${String(BAR_HEIGHT)}`}
        preserveAspectRatio="none"
        className="block h-7 w-full"
      >
        {bars.map(({ heightPercent, kind, startMs }, index) => {
          const height = (BAR_HEIGHT * heightPercent) / 100;
          return (
            <rect
              key={startMs}
              x={index + 0.1}
              width={0.8}
              y={BAR_HEIGHT - height}
              height={height}
              className={barClasses[kind]}
            />
          );
        })}
      </svg>
      <figcaption className="mt-1 text-xs text-muted-foreground">
        Last {UPTIME_DAYS_SHOWN} days. {sentence}
      </figcaption>
    </figure>
  );
}

interface Loss {
  readonly kind: LossKind;
  readonly ppm: number;
  readonly day: Date;
  readonly bookingId: string | null;
}

function Losses({
  items,
  more,
  isBusy,
}: {
  readonly items: readonly Loss[];
  readonly more: (() => void) | null;
  readonly isBusy: boolean;
}) {
  if (items.length === 0) return <p className="text-[13px]">Nothing lowered it.</p>;
  return (
    <div>
      <h3 className="mb-2 text-[13px] font-semibold">What lowered it</h3>
      <ul className="flex flex-col divide-y text-[13px]">
        {items.map(({ bookingId, day, kind, ppm }, index) => (
          // Two losses may be equal in everything: the list only grows at its end.
          <li key={index} className="grid grid-cols-[6.5rem_1fr_auto] gap-3 py-1.5">
            <span className="text-muted-foreground">{formatUtcDay(day)}</span>
            <span className="min-w-0">
              {lossWords[kind]}.{' '}
              {bookingId !== null && (
                <Link to="/bookings/$bookingId" params={{ bookingId }} className={linkClasses}>
                  Look at the booking
                </Link>
              )}
            </span>
            <span className="tabular-nums">{pointsWords(ppm)}</span>
          </li>
        ))}
      </ul>
      {more !== null && (
        <Button size="sm" className="mt-2" busy={isBusy} onClick={more}>
          Show more
        </Button>
      )}
    </div>
  );
}

/** The day in UTC, in which days are added up. */
function formatUtcDay(day: Date): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' }).format(day);
}
