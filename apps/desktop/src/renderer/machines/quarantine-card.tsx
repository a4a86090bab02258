import type { MachineRead } from '@rsm/api/schemas/machines';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ShieldAlert } from 'lucide-react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime } from '../format/time.ts';
import { dataWipeStatusWords, quarantineReasonWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, buttonClasses } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';

/** The newest bookings; one that holds a machine back is always among them, because it takes no others meanwhile. */
const BOOKINGS_LOOKED_AT = 50;

/** Why a machine is off the market, and how it comes back. */
export function QuarantineCard({ machine }: { readonly machine: MachineRead }) {
  return (
    <TitledCard
      className="border-danger"
      title={
        <span className="flex items-center gap-2">
          <ShieldAlert className="size-5 text-danger" aria-hidden />
          Quarantined
          {machine.quarantineReason === null ? '' : `: ${quarantineReasonWords[machine.quarantineReason]}`}
        </span>
      }
      description="It takes no bookings until this is settled. Bookings that should start meanwhile are late, and fail free of charge after 60 minutes."
    >
      {machine.statusReason !== null && <p className="mb-4 text-sm">In detail: {machine.statusReason}</p>}
      <WayOut machine={machine} />
    </TitledCard>
  );
}

function WayOut({ machine }: { readonly machine: MachineRead }) {
  switch (machine.quarantineReason) {
    case 'wipe':
      return <UnverifiedWipes machine={machine} />;
    case 'host_key_changed':
      return (
        <div className="flex flex-col items-start gap-3">
          <p className="text-sm">
            The way out: read the new key, compare it on the machine and confirm it. The checks run then, and the
            machine is back when they pass.
          </p>
          <Link
            to="/machines/connect"
            search={{ machineId: machine.id }}
            className={buttonClasses({ variant: 'primary' })}
          >
            Compare the key
          </Link>
        </div>
      );
    case 'facts_changed':
      return <ChangedFacts machine={machine} />;
    case null:
      return <p className="text-sm">The people who run this marketplace can release it. Write to them.</p>;
  }
}

function ChangedFacts({ machine }: { readonly machine: MachineRead }) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const recheck = useMutation(
    trpc.machines.recheck.mutationOptions({
      onSuccess: async () =>
        navigate({ to: '/machines/$machineId', params: { machineId: machine.id }, search: { tab: 'checks' } }),
    }),
  );
  return (
    <div className="flex flex-col items-start gap-3">
      <p className="text-sm">
        Renters booked what was verified, and it is not that any more. The way out: check it again. When the checks
        pass, what is there now counts. Then measure it anew, because old results belong to old hardware.
      </p>
      {recheck.isError && <ErrorNote error={recheck.error} />}
      <Button variant="primary" busy={recheck.isPending} onClick={() => recheck.mutate({ id: machine.id })}>
        Check it again
      </Button>
    </div>
  );
}

/** The bookings whose clean-up holds the machine back, each with what can be done. */
function UnverifiedWipes({ machine }: { readonly machine: MachineRead }) {
  const trpc = useTRPC();
  const bookings = useQuery(
    trpc.bookings.list.queryOptions({ as: 'provider', machineId: machine.id, limit: BOOKINGS_LOOKED_AT }),
  );
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">
        The way out: run the clean-up again. The machine is back when it is verified. If its disk is gone or it was
        installed anew, that can’t be proven any more; then the people who run this marketplace decide.
      </p>
      <QueryView query={bookings}>
        {({ items }) => {
          const open = items.filter(({ status }) => status === 'quarantined' || status === 'wiping');
          if (open.length === 0) {
            return <p className="text-sm text-muted-foreground">No booking waits for a clean-up at the moment.</p>;
          }
          return (
            <ul className="flex flex-col gap-2">
              {open.map((booking) => (
                <li key={booking.id} className="flex flex-wrap items-center gap-3 rounded-md border px-3 py-2">
                  <span className="min-w-0 grow text-sm">
                    Booking of {booking.otherName}, {formatDateTime(booking.start)} to {formatDateTime(booking.end)}
                  </span>
                  <Link
                    to="/bookings/$bookingId"
                    params={{ bookingId: booking.id }}
                    className={buttonClasses({ size: 'sm', variant: 'ghost' })}
                  >
                    What was found
                  </Link>
                  <WipeOfBooking bookingId={booking.id} />
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </div>
  );
}

function WipeOfBooking({ bookingId }: { readonly bookingId: string }) {
  const trpc = useTRPC();
  const wipe = useQuery(trpc.dataWipes.getByBooking.queryOptions({ bookingId }));
  if (wipe.data === undefined) {
    return (
      <span className="text-[13px] text-muted-foreground">{wipe.isError ? 'No clean-up was begun yet.' : '…'}</span>
    );
  }
  const word = dataWipeStatusWords[wipe.data.status];
  const canRetry = wipe.data.status === 'failed' || wipe.data.status === 'unverifiable';
  return (
    <>
      <Badge tone={word.tone}>{word.label}</Badge>
      {canRetry && <RetryWipe dataWipeId={wipe.data.id} />}
    </>
  );
}

function RetryWipe({ dataWipeId }: { readonly dataWipeId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const retry = useMutation(
    trpc.dataWipes.retry.mutationOptions({
      onSuccess: () => {
        toast.success('The clean-up runs again.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.dataWipes.pathKey() }));
      },
    }),
  );
  return (
    <>
      <Button size="sm" variant="primary" busy={retry.isPending} onClick={() => retry.mutate({ id: dataWipeId })}>
        Run it again
      </Button>
      {retry.isError && <ErrorNote error={retry.error} className="basis-full" />}
    </>
  );
}
