import type { BookingRead } from '@rsm/api/schemas/bookings';
import { AUTO_EXTEND_LEAD_MS, isLive } from '@rsm/domain/bookings/booking';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import { formatDuration } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Facts } from '../ui/page.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { AutoExtendDialog } from './auto-extend-dialog.tsx';
import { toast } from '../ui/toast.ts';

/** Whether the booking gets longer by itself, by how much, and up to what. */
export function AutoExtendCard({ booking }: { readonly booking: BookingRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const stop = useMutation(
    trpc.bookings.clearAutoExtend.mutationOptions({
      onSuccess: () => {
        toast.success('The booking is not extended by itself any more.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.pathKey() }));
      },
    }),
  );
  const canChange = isLive(booking.status) && booking.endRequestedAt === null && booking.cancelRequestedAt === null;
  if (!canChange) return null;
  const wish = booking.autoExtend;
  return (
    <TitledCard
      title="Extend by itself"
      description={`In steps, ${formatDuration(AUTO_EXTEND_LEAD_MS)} before the end, while the time is free and up to your limit.`}
      actions={
        wish === null && (
          <Button size="sm" onClick={() => setIsOpen(true)}>
            Set it up
          </Button>
        )
      }
    >
      {wish === null ? (
        <p className="text-sm text-muted-foreground">Off: the booking ends as agreed.</p>
      ) : (
        <div className="flex flex-col gap-4">
          <Facts
            items={[
              ['Each step', formatDuration(wish.stepMs)],
              ['Limit', `${formatMoney(wish.maximumMicros, booking.currency)} for the whole booking`],
              ['Maximum now', formatMoney(booking.holdMicros, booking.currency)],
            ]}
          />
          <div className="flex gap-2">
            <Button size="sm" onClick={() => setIsOpen(true)}>
              Change
            </Button>
            <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate({ id: booking.id })}>
              Stop extending
            </Button>
          </div>
        </div>
      )}
      {stop.error !== null && <ErrorNote error={stop.error} className="mt-3" />}
      {isOpen && <AutoExtendDialog booking={booking} onClose={() => setIsOpen(false)} />}
    </TitledCard>
  );
}
