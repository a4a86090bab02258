import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import type { DisputeSide } from '@rsm/domain/disputes/dispute';
import { useState } from 'react';
import { useServerSkew } from '../bookings/use-server-now.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Skeleton } from '../ui/states.tsx';
import { disputeChance } from './booking-dispute.ts';
import { DisputeCard } from './dispute-card.tsx';
import { OpenDisputeDialog } from './open-dispute-dialog.tsx';
import { useBookingDisputes } from './use-booking-disputes.ts';

/** The disputes about a booking, with what this person can do about each. */
export function BookingDisputes({ detail }: { readonly detail: BookingDetailRead }) {
  const { mayHaveSome, query } = useBookingDisputes(detail);
  if (!mayHaveSome) return null;
  return (
    <QueryView query={query} loading={<Skeleton className="h-14" />}>
      {({ items }) =>
        items.length === 0 ? null : (
          <div id="dispute" className="flex scroll-mt-4 flex-col gap-5">
            {items.map((dispute) => (
              <DisputeCard key={dispute.id} dispute={dispute} />
            ))}
          </div>
        )
      }
    </QueryView>
  );
}

/** The way to open one, while that is possible; afterwards until when it was. */
export function DisputeWayIn({ detail }: { readonly detail: BookingDetailRead }) {
  const { query } = useBookingDisputes(detail);
  if (query.data === undefined || detail.viewer === 'admin') return null;
  return <WayIn detail={detail} side={detail.viewer} />;
}

function WayIn({ detail, side }: { readonly detail: BookingDetailRead; readonly side: DisputeSide }) {
  const { disputes } = useBookingDisputes(detail);
  const skewMs = useServerSkew();
  const [isAsking, setAsking] = useState(false);
  const chance = disputeChance(detail.booking, disputes, Date.now() + skewMs);
  switch (chance.kind) {
    case 'nothing':
      return null;
    case 'too_late':
      return disputes.length > 0 ? null : (
        <p className="text-[13px] text-muted-foreground">
          A dispute about this booking could be opened until {formatDateTimeZone(chance.until)}. If something is still
          wrong, write to the people who run this marketplace.
        </p>
      );
    case 'too_many':
      return (
        <p className="text-[13px] text-muted-foreground">
          This booking had as many disputes as one can have. Write to the people who run this marketplace.
        </p>
      );
    case 'open':
      return (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-surface px-5 py-4">
          <div className="min-w-0 grow basis-64 text-sm">
            <p className="font-medium">Something went wrong with this booking?</p>
            <p className="text-[13px] text-muted-foreground">
              Our records are looked at, and an administrator decides. Possible until {formatDateTimeZone(chance.until)}
              .
            </p>
          </div>
          <Button onClick={() => setAsking(true)}>Open a dispute</Button>
          {isAsking && (
            <OpenDisputeDialog detail={detail} side={side} until={chance.until} onClose={() => setAsking(false)} />
          )}
        </div>
      );
  }
}
