import type { BookingStatus } from '@rsm/domain/bookings/booking';
import type { DataWipeStatus } from '@rsm/domain/data-wipes/data-wipe';
import type { EarningsRead, StatementLineRead } from '@rsm/api/schemas/payments';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { dataWipeStatusWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { explainedMicros, heldShares, type HeldShare } from './earnings-sums.ts';

/** Every amount that is held back, with the booking and the reason. */
export function EarningsHeld({
  lines,
  balances,
}: {
  readonly lines: readonly StatementLineRead[];
  readonly balances: EarningsRead;
}) {
  const shares = heldShares(lines);
  const restMicros = balances.pendingMicros - explainedMicros(shares);
  return (
    <TitledCard
      title="What is held back, and why"
      description="A share becomes available when the clean-up after its booking is verified, or when the people who run this marketplace decided."
    >
      {shares.length === 0 && restMicros <= 0n ? (
        <p className="text-sm text-muted-foreground">Nothing is held back.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {shares.map((share) => (
            <HeldRow key={share.bookingId} share={share} currency={balances.currency} />
          ))}
          {restMicros > 0n && (
            <li className="text-sm text-muted-foreground">
              {formatMoney(restMicros, balances.currency)} more belong to older bookings. Their lines are below.
            </li>
          )}
        </ul>
      )}
    </TitledCard>
  );
}

function HeldRow({ share, currency }: { readonly share: HeldShare; readonly currency: string }) {
  const trpc = useTRPC();
  const booking = useQuery(trpc.bookings.get.queryOptions({ id: share.bookingId }));
  const wipe = useQuery(trpc.dataWipes.getByBooking.queryOptions({ bookingId: share.bookingId }, { retry: false }));
  const status = wipe.data?.status ?? null;
  return (
    <li className="grid gap-x-4 gap-y-1 rounded-md border px-4 py-3 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0 text-sm">
        <p className="flex flex-wrap items-center gap-2">
          <Link
            to="/bookings/$bookingId"
            params={{ bookingId: share.bookingId }}
            className="font-medium text-primary-text underline underline-offset-4"
          >
            {booking.data === undefined
              ? 'Booking'
              : `${booking.data.machineName}, booking of ${booking.data.renterName}`}
          </Link>
          {status !== null && (
            <Badge tone={dataWipeStatusWords[status].tone}>Clean-up: {dataWipeStatusWords[status].label}</Badge>
          )}
        </p>
        <p className="text-[13px] text-muted-foreground">
          {reasonText(booking.data?.booking.status ?? null, status)} Earned {formatDateTime(share.since)}.
          {booking.data !== undefined && (status === 'failed' || status === 'unverifiable') && (
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
        </p>
      </div>
      <p className="text-sm font-semibold whitespace-nowrap tabular-nums">{formatMoney(share.heldMicros, currency)}</p>
    </li>
  );
}

/** Why it waits, and what ends the waiting. */
function reasonText(booking: BookingStatus | null, wipe: DataWipeStatus | null): string {
  switch (wipe) {
    case 'pending':
      return 'The clean-up has not begun yet.';
    case 'running':
      return 'The clean-up runs. The share is yours when it is verified.';
    case 'failed':
      return 'The clean-up failed. Run it again on the machine’s page.';
    case 'unverifiable':
      return 'The clean-up could not be checked. Run it again on the machine’s page, or the people who run this marketplace decide.';
    case 'verified':
      return 'The clean-up is verified. The share becomes available in a moment.';
    case null:
      return booking === 'quarantined'
        ? 'The clean-up could not be done in time, and the machine is quarantined.'
        : 'The access is being ended. The clean-up comes next.';
  }
}
