import type { BookingListItem } from '@rsm/api/schemas/bookings';
import { Link } from '@tanstack/react-router';
import { formatMoney } from '../format/money.ts';
import { bookingStatusWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { isOpen, momentsOfItem } from './booking-moments.ts';
import { CountdownView } from './countdown-view.tsx';
import { formatWindow } from './moment-words.ts';
import { whatNext } from './next-steps.ts';
import { useServerNow } from './use-server-now.ts';

/** One booking of a list; the whole row leads to it. */
export function BookingRow({ item }: { readonly item: BookingListItem }) {
  const moments = momentsOfItem(item);
  const status = bookingStatusWords[item.status];
  return (
    <li>
      <Link
        to="/bookings/$bookingId"
        params={{ bookingId: item.id }}
        className="grid gap-x-6 gap-y-1 rounded-lg border bg-surface px-5 py-4 hover:bg-muted sm:grid-cols-[minmax(0,1fr)_auto]"
      >
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <span className="truncate font-semibold">{item.listingTitle}</span>
          <Badge tone={status.tone}>{status.label}</Badge>
        </span>
        <span className="text-sm sm:text-right">
          <CountdownView moments={moments} />
        </span>
        <span className="text-[13px] text-muted-foreground">
          {formatWindow(moments.startMs, moments.endMs)} ·{' '}
          {item.viewer === 'renter'
            ? `Provider ${item.otherName}`
            : `Machine ${item.machineName ?? '–'} · Renter ${item.otherName}`}
        </span>
        <span className="text-[13px] sm:text-right">
          <CostWords item={item} />
        </span>
        {isOpen(item.status) && (
          <span className="text-[13px] text-muted-foreground sm:col-span-2">
            <NextWords item={item} />
          </span>
        )}
      </Link>
    </li>
  );
}

function NextWords({ item }: { readonly item: BookingListItem }) {
  return whatNext(momentsOfItem(item), useServerNow(), item.viewer);
}

function CostWords({ item }: { readonly item: BookingListItem }) {
  const { charged, currency, hold } = item;
  return (
    <>
      <span className="font-medium tabular-nums">
        {charged === null ? `At most ${formatMoney(hold, currency)}` : formatMoney(charged, currency)}
      </span>
      {charged !== null && <span className="text-muted-foreground"> of at most {formatMoney(hold, currency)}</span>}
    </>
  );
}
