import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import type { EndReason } from '@rsm/domain/bookings/booking';
import { feeOf } from '@rsm/domain/bookings/booking-price';
import { amountMicros } from '@rsm/domain/common/money';
import { Link } from '@tanstack/react-router';
import { refundedMicros } from '../disputes/booking-dispute.ts';
import { BookingDisputes, DisputeWayIn } from '../disputes/booking-disputes.tsx';
import { useBookingDisputes } from '../disputes/use-booking-disputes.ts';
import { HandoverCard } from '../handovers/handover-card.tsx';
import { formatMoney } from '../format/money.ts';
import { formatDateTime, formatDuration } from '../format/time.ts';
import { accessModeWords, cancellationPolicyWords } from '../format/words.ts';
import { TitledCard } from '../ui/card.tsx';
import { Facts } from '../ui/page.tsx';
import { AutoExtendCard } from './auto-extend-card.tsx';
import { BookingTimeline } from './booking-timeline.tsx';
import { QuarantineHelp } from './quarantine-help.tsx';
import { linkClasses } from '../ui/link-classes.ts';

/** What was and will be, and what was agreed. */
export function BookingOverview({ detail }: { readonly detail: BookingDetailRead }) {
  const { booking, viewer } = detail;
  return (
    <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
      <div className="flex flex-col gap-5">
        <QuarantineHelp detail={detail} />
        <BookingDisputes detail={detail} />
        <HandoverCard detail={detail} />
        <TitledCard title="What happens">
          <BookingTimeline booking={booking} />
        </TitledCard>
        <DisputeWayIn detail={detail} />
      </div>
      <div className="flex flex-col gap-5">
        <MoneyCard detail={detail} />
        {viewer === 'renter' && <AutoExtendCard booking={booking} />}
        <TitledCard title="What was agreed">
          <Facts
            items={[
              [
                'Listing',
                <Link
                  key="listing"
                  to="/listings/$listingId"
                  params={{ listingId: booking.listingId }}
                  className={linkClasses}
                >
                  {detail.listingTitle}
                </Link>,
              ],
              ['Access', accessModeWords[booking.accessMode]],
              ...(booking.containerImage === null
                ? []
                : [['Image', <ImageFact key="image" image={booking.containerImage} />] as const]),
              ['Clean-up time', formatDuration(booking.turnaroundMs)],
              [
                'Cancellation',
                `${cancellationPolicyWords[booking.cancellationPolicy].label}. ${cancellationPolicyWords[booking.cancellationPolicy].rule}`,
              ],
              [
                'Marker files',
                booking.canaryConsent
                  ? 'Agreed: markers are planted at the start, and the check looks for them.'
                  : 'Not agreed.',
              ],
              ['Booked', formatDateTime(booking.createdAt)],
              [
                'Booking id',
                <code key="id" className="text-xs break-all">
                  {booking.id}
                </code>,
              ],
            ]}
          />
        </TitledCard>
      </div>
    </div>
  );
}

function ImageFact({ image }: { readonly image: { readonly name: string; readonly reference: string } }) {
  return (
    <>
      {image.name}
      <code className="block text-xs break-all">{image.reference}</code>
    </>
  );
}

function MoneyCard({ detail }: { readonly detail: BookingDetailRead }) {
  const { booking, viewer } = detail;
  const { disputes } = useBookingDisputes(detail);
  const refunded = refundedMicros(disputes);
  // What decisions gave back counts as if it had never been charged.
  const keptMicros = booking.chargedMicros === null ? null : booking.chargedMicros - refunded;
  const money = (amount: bigint): string => formatMoney(amount, booking.currency);
  const prices = booking.priceSegments
    // An extension at the same price says nothing new.
    .filter(({ pricePerHourMicros }, index, all) => pricePerHourMicros !== all[index - 1]?.pricePerHourMicros)
    .map(
      ({ range, pricePerHourMicros }, index) =>
        [
          index === 0 ? 'Price' : `From ${formatDateTime(range.start)}`,
          `${money(pricePerHourMicros)} an hour`,
        ] as const,
    );
  return (
    <TitledCard
      title="Money"
      description={
        booking.chargedMicros === null
          ? 'What is shown as cost so far is an estimate until access has ended. Minutes in which the machine was down or a listed part was missing are not charged.'
          : undefined
      }
    >
      <Facts
        items={[
          ...prices,
          ['Maximum', `${money(booking.holdMicros)}; nothing is added on top.`],
          ...(booking.chargedMicros === null ? [] : [['Charged', money(booking.chargedMicros)] as const]),
          ...(booking.releasedMicros === null ? [] : [['Went back', money(booking.releasedMicros)] as const]),
          ...(refunded === 0n
            ? []
            : [
                ['Given back after a dispute', money(refunded)] as const,
                [viewer === 'renter' ? 'You paid in the end' : 'Charged in the end', money(keptMicros ?? 0n)] as const,
              ]),
          ...(viewer === 'renter'
            ? []
            : [
                [
                  'Your share',
                  shareWords({
                    booking,
                    keptMicros,
                    isDisputed: disputes.some(({ status }) => status === 'open'),
                    money,
                  }),
                ] as const,
              ]),
        ]}
      />
      {booking.chargedMicros !== null && booking.endReason !== null && (
        <p className="mt-3 text-[13px] text-muted-foreground">{chargeWords[booking.endReason]}</p>
      )}
    </TitledCard>
  );
}

/** Which rules made the charge, by how the booking ended (product.md, "Rules"). */
const chargeWords: Readonly<Record<EndReason, string>> = {
  ended:
    'The time used, less the minutes in which the machine was not usable, at least 10 minutes, and what the cancellation policy takes of the rest.',
  expired: 'The time used, less the minutes in which the machine was not usable, at least 10 minutes.',
  handover: 'The check at the start failed and the renter left: nothing is charged.',
  interrupted: 'The machine was down: only usable time is charged, without a minimum.',
  provider: 'The provider ended the booking: its last 24 hours of charges went back, and there is no minimum.',
  admin: 'An administrator ended the booking: only usable time is charged, without a minimum.',
};

/** About, because bookings of weeks are charged in parts, each with its own rounding of the fee. */
function shareWords({
  booking,
  keptMicros,
  isDisputed,
  money,
}: {
  readonly booking: BookingDetailRead['booking'];
  /** What of the charge was not given back. */
  readonly keptMicros: bigint | null;
  readonly isDisputed: boolean;
  readonly money: (amount: bigint) => string;
}): string {
  const percent = `${String(booking.feeBasisPoints / 100)} %`;
  if (booking.chargedMicros === null || keptMicros === null) return `What is charged, less the fee of ${percent}.`;
  if (booking.chargedMicros === 0n) return 'Nothing was charged.';
  if (keptMicros === 0n) return 'All of the charge was given back.';
  const fee = feeOf(amountMicros(keptMicros), booking.feeBasisPoints);
  const share = `About ${money(keptMicros - fee)}, after the fee of ${percent}`;
  if (isDisputed) return `${share}. What was not paid out yet is held back until the dispute is decided.`;
  switch (booking.status) {
    case 'completed':
    case 'cancelled':
    case 'failed':
      return `${share}: it is yours.`;
    case 'scheduled':
    case 'provisioning':
    case 'active':
    case 'revoking':
    case 'wiping':
    case 'quarantined':
      return `${share}. It is held back until the clean-up is verified.`;
  }
}
