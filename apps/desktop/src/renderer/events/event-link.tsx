import type { EventListItem } from '@rsm/api/schemas/events';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { toClientError } from '../api/client-error.ts';
import { useTRPCClient } from '../api/trpc.ts';
import { buttonClasses } from '../ui/button.tsx';
import { earningsPartOf, findPath, walletPartOf } from './event-target.ts';
import { toast } from '../ui/toast.ts';

const classes = buttonClasses({ size: 'sm' });

/** The way from an event to what it is about. */
export function EventLink({ event }: { readonly event: EventListItem }) {
  const { subject, subjectId } = event;
  switch (subject) {
    case 'booking':
      return (
        <Link to="/bookings/$bookingId" params={{ bookingId: subjectId }} className={classes}>
          Open the booking
        </Link>
      );
    case 'machine':
      return (
        <Link to="/machines/$machineId" params={{ machineId: subjectId }} className={classes}>
          Open the machine
        </Link>
      );
    case 'listing':
      return (
        <Link to="/listings/$listingId" params={{ listingId: subjectId }} className={classes}>
          Open the listing
        </Link>
      );
    case 'document':
      return (
        <Link to="/wallet/documents/$documentId" params={{ documentId: subjectId }} className={classes}>
          Open the document
        </Link>
      );
    case 'dispute':
      return <FoundLink event={event} label="Open the dispute" />;
    case 'payment':
      if (event.kind !== 'payout_changed') return <MoneyLink event={event} />;
      return (
        <Link to="/earnings/payouts/$payoutId" params={{ payoutId: subjectId }} className={classes}>
          Open the payout
        </Link>
      );
    case 'user':
      return <MoneyLink event={event} />;
    case 'data_wipe':
      return <FoundLink event={event} label="Open the clean-up" />;
    case 'benchmark':
      return <FoundLink event={event} label="Open its machine" />;
  }
}

/** To the part of the earnings or the wallet that shows it; what is not about money leads to the account. */
function MoneyLink({ event }: { readonly event: EventListItem }) {
  const earnings = event.subject === 'user' ? earningsPartOf(event) : null;
  if (earnings !== null) {
    return (
      <Link to="/earnings" search={earnings} className={classes}>
        Open your earnings
      </Link>
    );
  }
  const part = walletPartOf(event);
  return part === null ? (
    <Link to="/settings" className={classes}>
      Open your account
    </Link>
  ) : (
    <Link to="/wallet" search={part} className={classes}>
      Open the wallet
    </Link>
  );
}

/** What the event names has no screen of its own, but its booking or machine has: it is asked for when it is wanted. */
function FoundLink({ event, label }: { readonly event: EventListItem; readonly label: string }) {
  const client = useTRPCClient();
  const router = useRouter();
  const find = useMutation({
    mutationFn: async () => findPath(client, event),
    onSuccess: (path) => router.history.push(path),
    onError: (error) => toast.error(toClientError(error).message),
  });
  return (
    <button type="button" className={classes} aria-busy={find.isPending} onClick={() => find.mutate()}>
      {label}
    </button>
  );
}
