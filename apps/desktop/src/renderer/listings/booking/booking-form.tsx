import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import type { SshKeyRead } from '@rsm/api/schemas/users';
import { PUBLIC_KEYS_PER_BOOKING_MAX } from '@rsm/domain/bookings/booking';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { toClientError } from '../../api/client-error.ts';
import { useTRPC } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { formatMoney } from '../../format/money.ts';
import { Button } from '../../ui/button.tsx';
import { CheckboxField } from '../../ui/field.tsx';
import { useFormErrors } from '../../ui/form-errors.ts';
import { MonthLine } from '../../payments/spending/month-line.tsx';
import { missingOfMonth } from '../../payments/spending/spending-share.ts';
import { RefusalNote } from '../../payments/refusal-note.tsx';
import { ErrorNote, Skeleton } from '../../ui/states.tsx';
import type { BookingDraft, WindowWish } from './booking-draft.ts';
import { shortfallOf } from './booking-wish.ts';
import { chosenImage } from './image-choice.tsx';
import { KeyChoice } from './key-choice.tsx';
import { PanelFoot } from './panel-foot.tsx';
import { QuoteSummary } from './quote-summary.tsx';
import { wishKey, type LiveQuote } from './use-quote.ts';
import { WalletLine } from './wallet-line.tsx';

interface BookingFormProps {
  readonly detail: ListingDetailRead;
  readonly draft: BookingDraft;
  readonly set: (change: Partial<BookingDraft>) => void;
  readonly wish: WindowWish;
  readonly isTaken: boolean;
  readonly quote: LiveQuote;
  readonly fields: (errors: {
    readonly start?: string | undefined;
    readonly length?: string | undefined;
    readonly image?: string | undefined;
  }) => ReactNode;
}

/** The rest of the panel for whoever is signed in: the server's quote, keys, wallet, and the button. */
export function BookingForm({ detail, draft, set, wish, isTaken, quote, fields }: BookingFormProps) {
  const { listing } = detail;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const wallet = useQuery(trpc.payments.wallet.queryOptions());
  const keys = useQuery(trpc.users.listSshKeys.queryOptions());
  const month = useQuery(trpc.spending.get.queryOptions());
  const [unticked, setUnticked] = useState<ReadonlySet<string>>(new Set());
  const chosen = useMemo(() => chosenKeys(keys.data?.items ?? [], unticked), [keys.data, unticked]);
  const errors = useFormErrors(['start', 'durationMs', 'sshKeyIds', 'containerImage']);

  const missing =
    quote.data !== undefined && wallet.data !== undefined
      ? shortfallOf(wallet.data.availableMicros, quote.data.maximumMicros)
      : 0n;
  const aboveMonth =
    quote.data !== undefined && month.data !== undefined && missingOfMonth(month.data, quote.data.maximumMicros) > 0n;
  // The foot has room for one obstacle; the wallet's comes first.
  const isMonthInTheWay = aboveMonth && missing === 0n;

  // One key for one wish: pressing again after a lost answer asks for the same booking, another window for another one.
  const wishId = useRef({ text: '', key: '' });
  const keyFor = (text: string): string => {
    if (wishId.current.text !== text) wishId.current = { text, key: crypto.randomUUID() };
    return wishId.current.key;
  };
  const create = useMutation(
    trpc.bookings.create.mutationOptions({
      onMutate: errors.clear,
      onError: (error) => {
        errors.set(error);
        const { code } = toClientError(error);
        if (
          code === 'conflict' ||
          code === 'window_taken' ||
          code === 'insufficient_funds' ||
          code === 'limit_reached'
        ) {
          detached(queryClient.invalidateQueries({ queryKey: trpc.spending.pathKey() }));
          detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.quote.pathKey() }));
          detached(queryClient.invalidateQueries({ queryKey: trpc.listings.pathKey() }));
          detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() }));
        }
      },
      onSuccess: (booking) => {
        wishId.current = { text: '', key: '' };
        detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.list.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.listings.busyRanges.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.spending.pathKey() }));
        detached(navigate({ to: '/bookings/$bookingId', params: { bookingId: booking.id } }));
      },
    }),
  );

  const book = (): void => {
    if (!wish.ok || !quote.isCurrent || quote.data === undefined || create.isPending) return;
    const sshKeyIds = [...chosen].toSorted();
    const maximum = quote.data.maximumMicros;
    const containerImage = chosenImage(detail.images, draft.containerImage)?.reference ?? null;
    create.mutate({
      idempotencyKey: keyFor(
        JSON.stringify([wishKey(wish), sshKeyIds, draft.canaryConsent, containerImage, maximum.toString()]),
      ),
      listingId: listing.id,
      start: wish.start,
      durationMs: wish.durationMs,
      sshKeyIds,
      canaryConsent: draft.canaryConsent,
      containerImage,
      acceptedMaximum: maximum,
    });
  };

  const verb = wish.ok && wish.start !== null ? 'Book' : 'Book now';
  const bookWords =
    quote.data === undefined
      ? verb
      : `${verb} for at most ${formatMoney(quote.data.maximumMicros, quote.data.currency)}`;
  const blocked = blockedBy({ wishOk: wish.ok, isTaken, hasKeys: chosen.size > 0, missing, aboveMonth });
  return (
    <form
      className="flex flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // React lets the forms of dialogs that this one opens bubble up to it: adding a key must not book.
        if (event.target === event.currentTarget && blocked === null) book();
      }}
    >
      {fields({ start: errors.of('start'), length: errors.of('durationMs'), image: errors.of('containerImage') })}
      {wish.ok && quote.error !== null && <ErrorNote error={quote.error} onRetry={() => detached(quote.refetch())} />}
      {wish.ok && quote.data !== undefined && quote.error === null && (
        <QuoteSummary
          startsNow={wish.start === null}
          isExact
          isUpdating={!quote.isCurrent}
          quote={{
            ...quote.data,
            ...quote.data.range,
            tax: {
              name: quote.data.taxName,
              basisPoints: quote.data.taxBasisPoints,
              includedMicros: quote.data.taxIncludedMicros,
            },
          }}
        />
      )}
      {wish.ok && quote.isPending && quote.error === null && <Skeleton className="h-48" />}
      {keys.data === undefined ? (
        keys.error === null ? (
          <Skeleton className="h-16" />
        ) : (
          <ErrorNote error={keys.error} onRetry={() => detached(keys.refetch())} />
        )
      ) : (
        <KeyChoice
          keys={keys.data.items}
          chosen={chosen}
          onChange={(next) => {
            setUnticked(new Set(keys.data.items.map(({ id }) => id).filter((id) => !next.has(id))));
          }}
          error={errors.of('sshKeyIds')}
        />
      )}
      <CheckboxField
        label="Plant marker files to test the clean-up"
        hint="Small random files are put into your space at the start. If the clean-up misses one, the check finds it. They hold nothing of yours; without them the check looks all the same, only less sharply."
        checked={draft.canaryConsent}
        onChange={(event) => set({ canaryConsent: event.target.checked })}
      />
      {wallet.data !== undefined && quote.data !== undefined && missing === 0n && (
        <WalletLine wallet={wallet.data} maximumMicros={quote.data.maximumMicros} />
      )}
      {month.data !== undefined && quote.data !== undefined && !isMonthInTheWay && (
        <MonthLine month={month.data} maximumMicros={quote.data.maximumMicros} />
      )}
      {errors.rest !== null && <RefusalNote error={errors.rest} />}
      <PanelFoot>
        {month.data !== undefined && quote.data !== undefined && isMonthInTheWay && (
          <MonthLine month={month.data} maximumMicros={quote.data.maximumMicros} />
        )}
        {wallet.data !== undefined && quote.data !== undefined && missing > 0n && (
          <WalletLine wallet={wallet.data} maximumMicros={quote.data.maximumMicros} />
        )}
        <Button
          type="submit"
          variant="primary"
          className="h-10 w-full"
          busy={create.isPending}
          disabled={blocked !== null || !quote.isCurrent}
          aria-describedby={blocked === null ? undefined : 'why-not-bookable'}
        >
          {bookWords}
        </Button>
        {blocked !== null && (
          <p id="why-not-bookable" className="text-center text-[13px] text-muted-foreground">
            {blocked}
          </p>
        )}
      </PanelFoot>
    </form>
  );
}

/** What is still in the way of the button, in the order in which it is dealt with. */
function blockedBy(state: {
  readonly wishOk: boolean;
  readonly isTaken: boolean;
  readonly hasKeys: boolean;
  readonly missing: bigint;
  readonly aboveMonth: boolean;
}): string | null {
  if (!state.wishOk) return 'Choose a start and a length first.';
  if (state.isTaken) return 'Choose a time that is free.';
  if (!state.hasKeys) return 'Choose at least one SSH key.';
  if (state.missing > 0n) return 'Top up your wallet first.';
  if (state.aboveMonth) return 'It does not fit into your monthly limit.';
  return null;
}

/** All keys but those that were taken out: whoever has several computers wants to log in from each. */
function chosenKeys(keys: readonly SshKeyRead[], unticked: ReadonlySet<string>): ReadonlySet<string> {
  const ids = keys.map(({ id }) => id).filter((id) => !unticked.has(id));
  return new Set(ids.slice(0, PUBLIC_KEYS_PER_BOOKING_MAX));
}
