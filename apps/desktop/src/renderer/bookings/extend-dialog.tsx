import type { BookingRead, ExtensionQuoteRead } from '@rsm/api/schemas/bookings';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { toClientError } from '../api/client-error.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import {
  formatDateTime,
  formatDateTimeZone,
  formatDuration,
  fromLocalInput,
  toLocalInput,
  ZONE,
} from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { Facts } from '../ui/page.tsx';
import { ErrorNote, Loading } from '../ui/states.tsx';
import { RefusalNote } from '../payments/refusal-note.tsx';
import { latestEnd } from './extension-limit.ts';
import { toast } from '../ui/toast.ts';

const MINUTE_MS = 60_000;
const CHOICES = [
  { label: '+30 min', ms: 30 * MINUTE_MS },
  { label: '+1 h', ms: 60 * MINUTE_MS },
  { label: '+1 day', ms: 24 * 60 * MINUTE_MS },
] as const;
/** How far ahead the calendar is read for what follows. */
const LOOK_AHEAD_MS = 30 * 24 * 60 * MINUTE_MS;

/** Moves the end of a booking, with the exact additional price shown before it is agreed to. */
export function ExtendDialog({ booking, onClose }: { readonly booking: BookingRead; readonly onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [newEnd, setNewEnd] = useState<Date | null>(() => new Date(booking.end.getTime() + CHOICES[0].ms));
  // One wish, one key: a second try after a lost answer extends nothing twice.
  const [wish, setWish] = useState(() => crypto.randomUUID());
  const errors = useFormErrors(['newEnd']);
  const quote = useQuery(
    trpc.bookings.extendQuote.queryOptions(
      { id: booking.id, newEnd: newEnd ?? booking.end },
      { enabled: newEnd !== null, staleTime: 0, placeholderData: keepPreviousData, meta: { passing: true } },
    ),
  );
  const choose = (end: Date | null): void => {
    setNewEnd(end);
    setWish(crypto.randomUUID());
    errors.clear();
  };
  const extend = useMutation(
    trpc.bookings.extend.mutationOptions({
      onSuccess: ({ end }) => {
        toast.success(`The booking now ends ${formatDateTimeZone(end)}.`);
        detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() }));
        onClose();
      },
      onError: errors.set,
    }),
  );
  const refused = quote.error === null ? undefined : toClientError(quote.error);
  const isQuoted = quote.data !== undefined && !quote.isPlaceholderData && refused === undefined && newEnd !== null;
  const refusedWords = refused === undefined ? undefined : [refused.message, refused.remedy].filter(Boolean).join(' ');
  const conflict = errors.of('newEnd') ?? (refused?.field === 'newEnd' ? refusedWords : undefined);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Extend the booking"
      description={`It ends ${formatDateTimeZone(booking.end)}.`}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            variant="primary"
            busy={extend.isPending}
            disabled={!isQuoted}
            onClick={() => {
              if (!isQuoted) return;
              errors.clear();
              extend.mutate({
                id: booking.id,
                idempotencyKey: wish,
                newEnd,
                acceptedAdditional: quote.data.additionalMicros,
              });
            }}
          >
            {isQuoted ? `Extend for ${formatMoney(quote.data.additionalMicros, quote.data.currency)}` : 'Extend'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap gap-2" role="group" aria-label="Longer by">
          {CHOICES.map(({ label, ms }) => {
            const end = new Date(booking.end.getTime() + ms);
            return (
              <Button
                key={label}
                size="sm"
                aria-pressed={newEnd?.getTime() === end.getTime()}
                className="aria-pressed:border-primary aria-pressed:bg-primary-soft aria-pressed:text-primary-text"
                onClick={() => choose(end)}
              >
                {label}
              </Button>
            );
          })}
        </div>
        <Field
          label={`New end (${ZONE})`}
          error={conflict ?? (newEnd === null ? 'Choose a date and a time.' : undefined)}
        >
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              min={toLocalInput(booking.end)}
              value={newEnd === null ? '' : toLocalInput(newEnd)}
              onChange={(event) => choose(fromLocalInput(event.target.value))}
            />
          )}
        </Field>
        <FreeUntil booking={booking} onChoose={choose} />
        <div aria-live="polite" className="min-h-28">
          {quote.data !== undefined && refused === undefined && newEnd !== null ? (
            <QuoteFacts booking={booking} quote={quote.data} />
          ) : (
            refused === undefined && newEnd !== null && <Loading rows={2} label="Asking for the price" />
          )}
          {refused !== undefined && refused.field !== 'newEnd' && <ErrorNote error={refused} />}
        </div>
        {errors.rest !== null && <RefusalNote error={errors.rest} />}
      </div>
    </Dialog>
  );
}

function QuoteFacts({ booking, quote }: { readonly booking: BookingRead; readonly quote: ExtensionQuoteRead }) {
  const trpc = useTRPC();
  const wallet = useQuery(trpc.payments.wallet.queryOptions());
  const money = (amount: bigint): string => formatMoney(amount, quote.currency);
  return (
    <Facts
      items={[
        ['Longer by', formatDuration(quote.newEnd.getTime() - booking.end.getTime())],
        ['Price', `${money(quote.pricePerHourMicros)} an hour, the listing’s price of this moment`],
        ['Set aside in addition', <strong key="additional">{money(quote.additionalMicros)}</strong>],
        ['New maximum', money(quote.maximumMicros)],
        ...(wallet.data === undefined ? [] : [['In your wallet', money(wallet.data.availableMicros)] as const]),
      ]}
    />
  );
}

/** Says until when the machine is free, before somebody chooses an end that is not. */
function FreeUntil({ booking, onChoose }: { readonly booking: BookingRead; readonly onChoose: (end: Date) => void }) {
  const trpc = useTRPC();
  const busy = useQuery(
    trpc.listings.busyRanges.queryOptions({
      id: booking.listingId,
      range: { start: booking.end, end: new Date(booking.end.getTime() + LOOK_AHEAD_MS) },
    }),
  );
  const limit = busy.data === undefined ? null : latestEnd(booking, busy.data.ranges);
  if (limit === null) return null;
  if (limit.getTime() === booking.end.getTime()) {
    return <p className="text-sm">The machine is taken right after this booking: it can’t be made longer.</p>;
  }
  return (
    <p className="text-sm">
      It can be extended until {formatDateTime(limit)}; afterwards the machine is taken, with the clean-up between.{' '}
      <Button variant="link" size="sm" onClick={() => onChoose(limit)}>
        Choose that end
      </Button>
    </p>
  );
}
