import type { BookingRead } from '@rsm/api/schemas/bookings';
import type { HandoverRead } from '@rsm/api/schemas/handovers';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatCountdown } from '../bookings/countdown.ts';
import { useServerNow } from '../bookings/use-server-now.ts';
import { formatDuration } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { freeLeaveLeftMs } from './handover-words.ts';
import { toast } from '../ui/toast.ts';

/** Above everything else of a booking, because it is possible for 15 minutes only: the way out after a failed check. */
export function FreeLeaveNotice({ booking }: { readonly booking: BookingRead }) {
  const trpc = useTRPC();
  const isUsed = booking.status === 'active' && booking.readyAt !== null;
  const handover = useQuery(trpc.handovers.get.queryOptions({ id: booking.id }, { enabled: isUsed }));
  return isUsed && handover.data !== undefined ? <LeaveFree bookingId={booking.id} handover={handover.data} /> : null;
}

/** The renter's way out, with one click, for as long as it costs nothing. */
function LeaveFree({ bookingId, handover }: { readonly bookingId: string; readonly handover: HandoverRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const nowMs = useServerNow();
  const leave = useMutation(
    trpc.handovers.leave.mutationOptions({
      onSuccess: () => {
        toast.success('You are leaving. The whole maximum goes back to your wallet.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.handovers.pathKey() }));
      },
    }),
  );
  const leftMs = freeLeaveLeftMs(handover, nowMs);
  if (leftMs === null) return leave.error === null ? null : <ErrorNote error={leave.error} />;
  return (
    <section aria-label="Leave free of charge" className="flex flex-col gap-3 rounded-md bg-danger-soft px-4 py-3">
      <p className="text-sm">
        <strong className="font-semibold text-danger">The machine is not what its listing shows.</strong> You may leave
        now and pay nothing. Your access ends at once, and everything of yours on the machine is deleted.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="danger" busy={leave.isPending} onClick={() => leave.mutate({ id: bookingId })}>
          Leave free of charge
        </Button>
        <span role="timer" aria-label={`Possible for ${formatDuration(leftMs)}`} className="text-sm tabular-nums">
          <span aria-hidden>Possible for {formatCountdown(leftMs)}</span>
        </span>
      </div>
      {leave.error !== null && <ErrorNote error={leave.error} />}
    </section>
  );
}
