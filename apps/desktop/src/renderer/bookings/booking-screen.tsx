import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { CleanUpPanel } from '../data-wipes/clean-up-panel.tsx';
import { KeptReport } from '../data-wipes/kept-report.tsx';
import { ZONE } from '../format/time.ts';
import { FreeLeaveNotice } from '../handovers/leave-free.tsx';
import { Page } from '../ui/page.tsx';
import { ErrorNote, Loading } from '../ui/states.tsx';
import { Tabs, type TabItem } from '../ui/tabs.tsx';
import { AccessHistory } from './access-history.tsx';
import { BookingActions } from './booking-actions.tsx';
import { BookingOverview } from './booking-overview.tsx';
import { BookingSummary } from './booking-summary.tsx';
import { ConnectionPanel } from './connection-panel.tsx';
import { PortsAndFilesPanel } from './ports-and-files-panel.tsx';
import { TakeHomeHint } from './take-home-hint.tsx';
import { TerminalTab } from './terminal-tab.tsx';
import { linkClasses } from '../ui/link-classes.ts';

/** Why a start is late can change without an event for this person: a machine that answers again tells its provider alone. */
const LOOK_AGAIN_LATE_MS = 10_000;

function mayBeLate(detail: BookingDetailRead | undefined): boolean {
  if (detail === undefined) return false;
  const { start, status } = detail.booking;
  return (status === 'scheduled' || status === 'provisioning') && Date.now() >= start.getTime() - LOOK_AGAIN_LATE_MS;
}

/** One booking, as its renter, its provider or an admin sees it. */
export function BookingScreen() {
  const { bookingId } = useParams({ from: '/shell/signed-in/bookings/$bookingId' });
  const trpc = useTRPC();
  const detail = useQuery(
    trpc.bookings.get.queryOptions(
      { id: bookingId },
      { refetchInterval: ({ state }) => (mayBeLate(state.data) ? LOOK_AGAIN_LATE_MS : false) },
    ),
  );
  const { data, error } = detail;
  if (data === undefined) {
    return (
      <Page title="Booking">
        {error === null ? (
          <Loading label="Loading the booking" />
        ) : (
          <>
            <ErrorNote error={error} onRetry={() => detached(detail.refetch())} />
            <KeptReport bookingId={bookingId} />
          </>
        )}
      </Page>
    );
  }
  return <BookingDetail detail={data} error={error} onRetry={() => detached(detail.refetch())} />;
}

function BookingDetail({
  detail,
  error,
  onRetry,
}: {
  readonly detail: BookingDetailRead;
  readonly error: unknown;
  readonly onRetry: () => void;
}) {
  const { booking, viewer } = detail;
  const { tab } = useSearch({ from: '/shell/signed-in/bookings/$bookingId' });
  const navigate = useNavigate();
  const tabs = tabsOf(detail);
  const shown = tabs.find(({ value }) => value === tab)?.value ?? 'overview';
  return (
    <Page
      title={detail.listingTitle}
      description={
        <>
          <Link to="/bookings" className={linkClasses}>
            Bookings
          </Link>{' '}
          · Machine {detail.machineName} ·{' '}
          {viewer === 'renter' ? `Provider ${detail.providerName}` : `Renter ${detail.renterName}`} · Times in {ZONE}
        </>
      }
      actions={<BookingActions detail={detail} />}
    >
      {error !== null && <ErrorNote error={error} onRetry={onRetry} />}
      <BookingSummary detail={detail} isCompact={shown === 'terminal'} />
      {viewer === 'renter' && <FreeLeaveNotice booking={booking} />}
      {viewer === 'renter' && <TakeHomeHint booking={booking} isTerse={shown === 'terminal'} />}
      <Tabs
        label="About this booking"
        items={tabs}
        value={shown}
        onValueChange={(next) =>
          detached(
            navigate({
              to: '/bookings/$bookingId',
              params: { bookingId: booking.id },
              search: next === 'overview' ? {} : { tab: next },
              replace: true,
            }),
          )
        }
      />
    </Page>
  );
}

function tabsOf(detail: BookingDetailRead): readonly TabItem[] {
  const { booking, viewer } = detail;
  const overview = { value: 'overview', label: 'Overview', content: <BookingOverview detail={detail} /> };
  const cleanUp = { value: 'clean-up', label: 'Clean-up', content: <CleanUpPanel detail={detail} /> };
  const access = { value: 'access', label: 'Access history', content: <AccessHistory detail={detail} /> };
  // The way in is the renter's alone.
  if (viewer !== 'renter') return [overview, cleanUp, access];
  return [
    overview,
    { value: 'connection', label: 'Connection', content: <ConnectionPanel booking={booking} /> },
    { value: 'terminal', label: 'Terminal', content: <TerminalTab booking={booking} /> },
    { value: 'files', label: 'Ports and files', content: <PortsAndFilesPanel booking={booking} /> },
    cleanUp,
    access,
  ];
}
