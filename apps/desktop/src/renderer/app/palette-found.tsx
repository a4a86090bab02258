import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { CalendarClock, KeyRound, Search, Server } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { useSession } from '../auth/session-context.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { bookingStatusWords, machineStatusWords } from '../format/words.ts';
import { PaletteGroup, PaletteItem } from './palette-item.tsx';

const BOOKINGS_MAX = 30;
const MACHINES_MAX = 50;
const LISTINGS_MAX = 6;
/** The server is asked when the typing pauses. */
const SEARCH_PAUSE_MS = 200;
/** The market's own search takes no longer text. */
const SEARCH_CHARS_MAX = 100;

interface FoundProps {
  readonly search: string;
  readonly onOpen: (path: string) => void;
}

/** What belongs to the person, and what the market has for the words that were typed. */
export function PaletteFound({ search, onOpen }: FoundProps) {
  const { state } = useSession();
  return (
    <>
      {state.kind === 'signed_in' && <OwnThings onOpen={onOpen} />}
      <Listings search={search} onOpen={onOpen} />
    </>
  );
}

function OwnThings({ onOpen }: Pick<FoundProps, 'onOpen'>) {
  const trpc = useTRPC();
  const me = useQuery(trpc.users.me.queryOptions());
  const provides = me.data?.providerProfile?.status === 'approved';
  const bookings = useQuery(trpc.bookings.list.queryOptions({ limit: BOOKINGS_MAX }));
  const machines = useQuery(trpc.machines.list.queryOptions({ limit: MACHINES_MAX }, { enabled: provides }));
  const keys = useQuery(trpc.users.listSshKeys.queryOptions());
  return (
    <>
      {(bookings.data?.items.length ?? 0) > 0 && (
        <PaletteGroup heading="Bookings">
          {bookings.data?.items.map((booking) => (
            <PaletteItem
              key={booking.id}
              value={`booking ${booking.id}`}
              keywords={['booking', booking.listingTitle, booking.otherName, bookingStatusWords[booking.status].label]}
              icon={<CalendarClock aria-hidden />}
              detail={`${bookingStatusWords[booking.status].label}, ${formatDateTime(booking.start)}`}
              onSelect={() => onOpen(`/bookings/${booking.id}`)}
            >
              {booking.listingTitle}
            </PaletteItem>
          ))}
        </PaletteGroup>
      )}
      {provides && (machines.data?.items.length ?? 0) > 0 && (
        <PaletteGroup heading="Machines">
          {machines.data?.items.map((machine) => (
            <PaletteItem
              key={machine.id}
              value={`machine ${machine.id}`}
              keywords={['machine', machine.name]}
              icon={<Server aria-hidden />}
              detail={machineStatusWords[machine.status].label}
              onSelect={() => onOpen(`/machines/${machine.id}`)}
            >
              {machine.name}
            </PaletteItem>
          ))}
        </PaletteGroup>
      )}
      {(keys.data?.items.length ?? 0) > 0 && (
        <PaletteGroup heading="SSH keys">
          {keys.data?.items.map((key) => (
            <PaletteItem
              key={key.id}
              value={`ssh key ${key.id}`}
              keywords={['SSH key', key.name, key.fingerprint]}
              icon={<KeyRound aria-hidden />}
              onSelect={() => onOpen('/ssh-keys')}
            >
              {key.name}
            </PaletteItem>
          ))}
        </PaletteGroup>
      )}
    </>
  );
}

/** Asked of the server, which looks through the whole market. What it found fits by its judgement, so each carries the typed text. */
function Listings({ search, onOpen }: FoundProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const text = usePause(search.trim()).slice(0, SEARCH_CHARS_MAX);
  const found = useQuery(
    trpc.listings.search.queryOptions(
      { limit: LISTINGS_MAX, filter: { text } },
      { enabled: text !== '', meta: { passing: true } },
    ),
  );
  if (text === '') return null;
  return (
    <PaletteGroup heading="Market">
      {found.data?.items.map((listing) => (
        <PaletteItem
          key={listing.id}
          value={`listing ${listing.id}`}
          keywords={[search]}
          icon={<Server aria-hidden />}
          detail={`${formatMoney(listing.pricePerHour, listing.currency)} per hour`}
          onSelect={() => onOpen(`/listings/${listing.id}`)}
        >
          {listing.title}
        </PaletteItem>
      ))}
      <PaletteItem
        value={`search the market for ${text}`}
        keywords={[search]}
        icon={<Search aria-hidden />}
        onSelect={() => onOpen(router.buildLocation({ to: '/', search: { q: text } }).href)}
      >
        Search the market for “{text}”
      </PaletteItem>
    </PaletteGroup>
  );
}

function usePause(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), SEARCH_PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}
