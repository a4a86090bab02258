import type { BookingRead, EndConsequenceRead } from '@rsm/api/schemas/bookings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';

/** The price of ending grows while somebody reads. */
const QUOTE_AGAIN_MS = 10_000;

const words = {
  end: {
    title: 'End this booking now?',
    stay: 'Keep the booking',
    go: 'End now',
    done: 'The booking is ending.',
    consequences: [
      'Your access ends at once: programs of yours get a minute to stop.',
      'Everything of yours on the machine is then deleted. Take your data home first.',
      'The rest of the time is given to others. This can’t be undone.',
    ],
  },
  cancel: {
    title: 'Cancel this booking?',
    stay: 'Keep the booking',
    go: 'Cancel the booking',
    done: 'The booking is cancelled.',
    consequences: ['The time is given to others. This can’t be undone.'],
  },
} as const;

/** Ending early or cancelling, with the exact consequence before the button. */
export function EndDialog({
  booking,
  kind,
  onClose,
}: {
  readonly booking: BookingRead;
  readonly kind: 'end' | 'cancel';
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const input = { id: booking.id };
  const live = { refetchInterval: QUOTE_AGAIN_MS, staleTime: 0, meta: { passing: true } } as const;
  const endQuote = useQuery(trpc.bookings.endEarlyQuote.queryOptions(input, { ...live, enabled: kind === 'end' }));
  const cancelQuote = useQuery(trpc.bookings.cancelQuote.queryOptions(input, { ...live, enabled: kind === 'cancel' }));
  const quote = kind === 'end' ? endQuote : cancelQuote;
  const onSuccess = (): void => {
    toast.success(words[kind].done);
    detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.pathKey() }));
    onClose();
  };
  const end = useMutation(trpc.bookings.endEarly.mutationOptions({ onSuccess }));
  const cancel = useMutation(trpc.bookings.cancel.mutationOptions({ onSuccess }));
  const chosen = kind === 'end' ? end : cancel;
  const { title, stay, go, consequences } = words[kind];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{stay}</Button>
          <Button
            variant="danger"
            busy={chosen.isPending}
            disabled={quote.data === undefined}
            onClick={() => chosen.mutate(input)}
          >
            {go}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <QueryView query={quote}>
          {(consequence) => <ConsequenceView consequence={consequence} isEstimate={kind === 'end'} />}
        </QueryView>
        <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
          {consequences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        {chosen.error !== null && <ErrorNote error={chosen.error} />}
      </div>
    </Dialog>
  );
}

function ConsequenceView({
  consequence,
  isEstimate,
}: {
  readonly consequence: EndConsequenceRead;
  readonly isEstimate: boolean;
}) {
  const { at, chargedMicros, currency, explanation, releasedMicros } = consequence;
  return (
    <div className="flex flex-col gap-3" aria-live="polite">
      <dl className="grid grid-cols-2 gap-3 rounded-md bg-muted px-4 py-3">
        <div>
          <dt className="text-[13px] text-muted-foreground">You pay</dt>
          <dd className="text-lg font-semibold tabular-nums">{formatMoney(chargedMicros, currency)}</dd>
        </div>
        <div>
          <dt className="text-[13px] text-muted-foreground">Goes back to your wallet</dt>
          <dd className="text-lg font-semibold tabular-nums">{formatMoney(releasedMicros, currency)}</dd>
        </div>
      </dl>
      <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
        {explanation.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {isEstimate && (
        <p className="text-[13px] text-muted-foreground">
          As of {formatDateTimeZone(at)}; each second of use until you press the button counts.
        </p>
      )}
    </div>
  );
}
