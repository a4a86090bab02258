import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import { TURNAROUND_DEFAULT_MS } from '@rsm/domain/bookings/turnaround';
import { HORIZON_MS } from '@rsm/domain/listings/listing';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC } from '../../api/trpc.ts';
import { useServerInfo } from '../../auth/use-server-info.ts';
import { useSession } from '../../auth/session-context.ts';
import { formatMoney } from '../../format/money.ts';
import { formatDateTime, toLocalInput } from '../../format/time.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { BookingForm } from './booking-form.tsx';
import { windowOf, type BookingDraft } from './booking-draft.ts';
import { firstClash, maximumOf, nextFreeStart, taxOf, type Range } from './booking-wish.ts';
import { chosenImage, ImageChoice } from './image-choice.tsx';
import { PanelFoot } from './panel-foot.tsx';
import { QuoteSummary } from './quote-summary.tsx';
import { useNow } from './use-now.ts';
import { useQuote } from './use-quote.ts';
import { WindowFields } from './window-fields.tsx';

const NOW_STEP_MS = 15_000;

const rangeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

interface BookingPanelProps {
  readonly detail: ListingDetailRead;
  readonly draft: BookingDraft;
  readonly set: (change: Partial<BookingDraft>) => void;
  /** Taken ranges; undefined while they are not known. */
  readonly busy: readonly Range[] | undefined;
}

/** Where a listing becomes a booking. */
export function BookingPanel(props: BookingPanelProps) {
  const { listing } = props.detail;
  const { state } = useSession();
  const trpc = useTRPC();
  const signedIn = state.kind === 'signed_in';
  const me = useQuery(trpc.users.me.queryOptions(undefined, { enabled: signedIn }));
  return (
    <Card className="p-5 md:max-h-[calc(100vh-7.5rem)] md:overflow-y-auto" aria-label="Book this machine">
      <p className="mb-4 flex items-baseline gap-1.5">
        <span className="text-2xl font-semibold tracking-tight tabular-nums">
          {formatMoney(listing.pricePerHourMicros, listing.currency)}
        </span>
        <span className="text-sm text-muted-foreground">per hour</span>
      </p>
      {me.data?.id === listing.providerId ? (
        <OwnListing machineId={listing.machineId} />
      ) : listing.status !== 'active' ? (
        <p className="text-sm">This listing is {listing.status} and can’t be booked at the moment.</p>
      ) : (
        <WindowChoice {...props} signedIn={signedIn} />
      )}
    </Card>
  );
}

function OwnListing({ machineId }: { readonly machineId: string }) {
  return (
    <div className="flex flex-col items-start gap-3 text-sm">
      <p>
        <span className="font-medium">This is your machine.</span> A provider can’t book his own machine: a booking is a
        contract between two people. To keep the time for yourself, block it in the machine’s calendar.
      </p>
      <Link to="/machines/$machineId" params={{ machineId }} className={buttonClasses({ variant: 'secondary' })}>
        Open the machine
      </Link>
    </div>
  );
}

function WindowChoice({ detail, draft, set, busy, signedIn }: BookingPanelProps & { readonly signedIn: boolean }) {
  const { listing } = detail;
  const nowMs = useNow(NOW_STEP_MS);
  const wish = windowOf(draft, listing, nowMs);
  const quote = useQuote(listing, wish, chosenImage(detail.images, draft.containerImage)?.reference ?? null, signedIn);
  const turnaroundMs = quote.data?.turnaroundMs ?? TURNAROUND_DEFAULT_MS;
  const clash = wish.ok ? clashOf({ ...wish, turnaroundMs }, busy ?? [], nowMs) : null;
  const info = useServerInfo();
  const maximumMicros = wish.ok ? maximumOf(listing.pricePerHourMicros, wish.durationMs) : 0n;
  const fields = (
    errors: {
      readonly start?: string | undefined;
      readonly length?: string | undefined;
      readonly image?: string | undefined;
    } = {},
  ) => (
    <>
      <WindowFields
        listing={listing}
        draft={draft}
        set={set}
        startError={wish.ok ? errors.start : wish.startError}
        lengthError={wish.ok ? errors.length : wish.lengthError}
        durationMs={wish.ok ? wish.durationMs : null}
      />
      <ImageChoice
        images={detail.images}
        seenAt={detail.imagesSeenAt}
        chosen={draft.containerImage}
        error={errors.image}
        onChange={(containerImage) => set({ containerImage })}
      />
      {clash !== null && (
        <div role="status" className="rounded-md bg-warning-soft px-4 py-3 text-[13px]">
          <p className="font-medium text-warning">
            This time is taken: {rangeFormat.formatRange(clash.taken.start, clash.taken.end)}, with the clean-up.
          </p>
          {clash.nextFree === null ? (
            <p className="mt-0.5">
              So much time in one piece is free nowhere in the next 180 days. Choose a shorter one.
            </p>
          ) : (
            <Button
              size="sm"
              className="mt-2 h-auto py-1.5 whitespace-normal"
              onClick={() => set({ when: 'later', startText: toLocalInput(clash.nextFree ?? nowMs) })}
            >
              Take the next free start: {formatDateTime(clash.nextFree)}
            </Button>
          )}
        </div>
      )}
    </>
  );
  if (signedIn) {
    return (
      <BookingForm
        detail={detail}
        draft={draft}
        set={set}
        wish={wish}
        quote={quote}
        isTaken={clash !== null}
        fields={fields}
      />
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {fields()}
      {wish.ok && (
        <QuoteSummary
          startsNow={wish.start === null}
          isExact={false}
          isUpdating={false}
          quote={{
            start: wish.start ?? new Date(nowMs),
            end: new Date((wish.start?.getTime() ?? nowMs) + wish.durationMs),
            pricePerHourMicros: listing.pricePerHourMicros,
            currency: listing.currency,
            maximumMicros,
            turnaroundMs: null,
            cancellationPolicy: listing.cancellationPolicy,
            tax: info.data === undefined ? null : taxOf(maximumMicros, info.data.tax),
          }}
        />
      )}
      <PanelFoot>
        <Link
          to="/sign-in"
          search={{ next: `/listings/${listing.id}` }}
          className={buttonClasses({ variant: 'primary', className: 'w-full' })}
        >
          Sign in to book
        </Link>
        <p className="text-center text-[13px] text-muted-foreground">
          New here? An account is made in a minute; what you chose here stays.
        </p>
      </PanelFoot>
    </div>
  );
}

function clashOf(
  wish: { readonly start: Date | null; readonly durationMs: number; readonly turnaroundMs: number },
  busy: readonly Range[],
  nowMs: number,
): { readonly taken: Range; readonly nextFree: Date | null } | null {
  const start = wish.start ?? new Date(nowMs);
  const taken = firstClash({ start, end: new Date(start.getTime() + wish.durationMs) }, wish.turnaroundMs, busy);
  if (taken === null) return null;
  return { taken, nextFree: nextFreeStart(busy, wish, start.getTime(), nowMs + HORIZON_MS) };
}
