import type { BookingListItem } from '@rsm/api/schemas/bookings';
import { Link } from '@tanstack/react-router';
import { bookingStatusWords } from '../format/words.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import type { Walk } from './wallet-bookings.ts';

/** Which bookings keep how much of the wallet set aside, as long as nothing of it is charged or given back. */
export function WalletHeld({
  bookings,
  heldMicros,
  currency,
}: {
  readonly bookings: Walk<BookingListItem>;
  readonly heldMicros: bigint;
  readonly currency: string;
}) {
  const holding = bookings.items.filter((booking) => booking.charged === null);
  return (
    <TitledCard
      title="Set aside, by booking"
      description="The most that these bookings can cost. When one ends, the used part is charged and the rest goes back at once."
    >
      {holding.length === 0 ? (
        <p className="text-sm text-muted-foreground">
          {heldMicros === 0n ? 'Nothing is set aside now.' : 'It belongs to bookings that are older than this list.'}
        </p>
      ) : (
        <ul className="max-h-64 divide-y overflow-y-auto">
          {holding.map((booking) => (
            <li key={booking.id} className="flex items-start justify-between gap-4 py-2.5 first:pt-0 last:pb-0">
              <div className="min-w-0">
                <Link to="/bookings/$bookingId" params={{ bookingId: booking.id }} className={linkClasses}>
                  {booking.listingTitle}
                </Link>
                <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px] text-muted-foreground">
                  <Badge tone={bookingStatusWords[booking.status].tone}>
                    {bookingStatusWords[booking.status].label}
                  </Badge>
                  until {formatDateTime(booking.end)}
                </p>
              </div>
              <span className="shrink-0 text-sm font-medium tabular-nums">{formatMoney(booking.hold, currency)}</span>
            </li>
          ))}
        </ul>
      )}
      {!bookings.isComplete && (
        <p className="mt-3 text-[13px] text-muted-foreground">
          Only your newest {bookings.items.length} bookings are listed here.
        </p>
      )}
    </TitledCard>
  );
}
