import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import { formatMoney } from '../format/money.ts';
import { bookingStatusWords, endReasonWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { momentsOf } from './booking-moments.ts';
import { costSoFar, formatEstimate, shareOfHold, type BookingCost } from './cost-so-far.ts';
import { CountdownView } from './countdown-view.tsx';
import { formatWindow, sentence } from './moment-words.ts';
import { isDelayed, whatNext } from './next-steps.ts';
import { LeaveLateStart } from './leave-late-start.tsx';
import { useServerNow } from './use-server-now.ts';

/** State, time and money at one look; in one line where the room is needed for something else. */
export function BookingSummary({
  detail,
  isCompact,
}: {
  readonly detail: BookingDetailRead;
  readonly isCompact: boolean;
}) {
  const { booking } = detail;
  const moments = momentsOf(booking);
  if (isCompact) return <SummaryLine detail={detail} />;
  return (
    <Card className="grid gap-x-8 gap-y-4 p-5 sm:grid-cols-2 lg:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1fr)]">
      <div className="min-w-0 sm:col-span-2 lg:col-span-1">
        <StateWords detail={detail} />
      </div>
      <div className="min-w-0">
        <CountdownView moments={moments} size="large" />
        <p className="text-[13px] text-muted-foreground">Booked: {formatWindow(moments.startMs, moments.endMs)}</p>
        {booking.endReason !== null && (
          <p className="text-[13px] text-muted-foreground">{sentence(endReasonWords[booking.endReason])}</p>
        )}
      </div>
      <div className="min-w-0">
        <CostView detail={detail} />
      </div>
    </Card>
  );
}

function SummaryLine({ detail: { booking } }: { readonly detail: BookingDetailRead }) {
  const nowMs = useServerNow();
  const { label, tone } = bookingStatusWords[booking.status];
  const cost = costSoFar(booking, nowMs);
  return (
    <Card className="flex flex-wrap items-center gap-x-6 gap-y-1 px-5 py-3 text-sm">
      <span role="status">
        <Badge tone={tone}>{label}</Badge>
      </span>
      <CountdownView moments={momentsOf(booking)} />
      <span className="tabular-nums">
        <span className="text-muted-foreground">{costLabels[cost.kind]} </span>
        <span className="font-semibold">{amountWords(cost, booking.currency)}</span>
        <span className="text-muted-foreground"> of at most {formatMoney(booking.holdMicros, booking.currency)}</span>
      </span>
    </Card>
  );
}

function amountWords(cost: BookingCost, currency: string): string {
  return cost.kind === 'estimate' && !cost.isMinimum
    ? formatEstimate(cost.amountMicros, currency)
    : formatMoney(cost.amountMicros, currency);
}

const costLabels = { not_started: 'Cost so far', estimate: 'Cost so far (estimate)', charged: 'Charged' } as const;

function StateWords({ detail: { booking, delayReason, viewer } }: { readonly detail: BookingDetailRead }) {
  const nowMs = useServerNow();
  const moments = momentsOf(booking, delayReason);
  const { label, tone } = bookingStatusWords[booking.status];
  const isLate = isDelayed(moments, nowMs);
  return (
    <div aria-live="polite" aria-atomic="true">
      <p className="mb-1.5 flex flex-wrap gap-2">
        <Badge tone={tone}>{label}</Badge>
        {isLate && <Badge tone="warning">Delayed</Badge>}
        {moments.isEnding && booking.status === 'active' && <Badge tone="warning">End asked for</Badge>}
      </p>
      <p className="text-sm">{whatNext(moments, nowMs, viewer)}</p>
      {booking.statusReason !== null && <p className="mt-1 text-sm font-medium">{booking.statusReason}</p>}
      {isLate && viewer === 'renter' && !moments.isLeaving && <LeaveLateStart booking={booking} />}
    </div>
  );
}

function CostView({ detail: { booking, viewer } }: { readonly detail: BookingDetailRead }) {
  const nowMs = useServerNow();
  const cost = costSoFar(booking, nowMs);
  const amount = amountWords(cost, booking.currency);
  const hold = formatMoney(booking.holdMicros, booking.currency);
  const share = shareOfHold(cost.amountMicros, booking.holdMicros);
  return (
    <>
      <p className="text-[13px] text-muted-foreground">{costLabels[cost.kind]}</p>
      <p className="text-2xl font-semibold tabular-nums">{amount}</p>
      <div
        role="meter"
        aria-label="Share of the maximum"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={`${amount} of at most ${hold}`}
        className="my-1.5 h-1.5 overflow-hidden rounded-full bg-muted"
      >
        <div className="h-full rounded-full bg-primary" style={{ width: `${String(share * 100)}%` }} />
      </div>
      <p className="text-[13px] text-muted-foreground">
        {cost.kind === 'charged'
          ? `Of at most ${hold}; ${formatMoney(cost.releasedMicros, booking.currency)} went back${viewer === 'renter' ? ' to your wallet' : ''}.`
          : `Of at most ${hold}.`}
        {cost.kind === 'estimate' && cost.isMinimum && ' A booking that was active costs at least 10 minutes.'}
      </p>
    </>
  );
}
