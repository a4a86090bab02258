import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import { isDrift } from '@rsm/domain/benchmarks/drift';
import { whyGpuNotMeasured } from '@rsm/domain/benchmarks/gpu-measurable';
import { HORIZON_MS } from '@rsm/domain/listings/listing';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { toClientError } from '../api/client-error.ts';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { useSession } from '../auth/session-context.ts';
import { BenchmarkCard } from '../benchmarks/benchmark-card.tsx';
import { formatDateTime, formatDuration, toLocalInput } from '../format/time.ts';
import { cancellationPolicyWords, listingStatusWords, machineStatusWords, reachabilityWords } from '../format/words.ts';
import { useDraft } from '../ui/use-draft.ts';
import { ListingReliability } from '../reliability/reliability-card.tsx';
import { Badge } from '../ui/badge.tsx';
import { buttonClasses } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { Facts, Page } from '../ui/page.tsx';
import { EmptyState, ErrorNote, Loading } from '../ui/states.tsx';
import { bookingDraftSchema, firstDraft } from './booking/booking-draft.ts';
import { BookingPanel } from './booking/booking-panel.tsx';
import { useNow } from './booking/use-now.ts';
import { AvailabilityCard } from './detail/availability-card.tsx';
import { FactsCard } from './detail/facts-card.tsx';
import { WipePlanCard } from './detail/wipe-plan-card.tsx';

/** One offer, with the evidence behind it, and the panel that books it. */
export function ListingScreen() {
  const { listingId } = useParams({ from: '/shell/listings/$listingId' });
  const trpc = useTRPC();
  const query = useQuery(trpc.listings.get.queryOptions({ id: listingId }));
  if (query.data !== undefined) return <ListingView key={listingId} detail={query.data} error={query.error} />;
  if (query.error === null) {
    return (
      <Page title="Listing">
        <Loading rows={5} />
      </Page>
    );
  }
  const isGone = ['not_found', 'invalid_input'].includes(toClientError(query.error).code);
  return (
    <Page title="Listing">
      {isGone ? (
        <EmptyState
          title="This listing is not on the market."
          action={
            <Link to="/" className={buttonClasses({ variant: 'primary' })}>
              Look at the market
            </Link>
          }
        >
          Its provider paused or removed it, or the link is not complete.
        </EmptyState>
      ) : (
        <ErrorNote error={query.error} onRetry={() => detached(query.refetch())} />
      )}
    </Page>
  );
}

/** The calendar moves on by itself, once in a minute. */
const NOW_STEP_MS = 60_000;
const HOUR_MS = 3_600_000;

function ListingView({ detail, error }: { readonly detail: ListingDetailRead; readonly error: unknown }) {
  const { listing, machine } = detail;
  const trpc = useTRPC();
  const { state } = useSession();
  const nowMs = useNow(NOW_STEP_MS);
  // The range begins at a full hour, so that opening the screen twice asks the same question.
  const rangeStart = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const busyQuery = useQuery(
    trpc.listings.busyRanges.queryOptions({
      id: listing.id,
      range: { start: new Date(rangeStart), end: new Date(rangeStart + HORIZON_MS) },
    }),
  );
  const draft = useDraft(`booking.${listing.id}`, bookingDraftSchema, firstDraft(listing));
  const now = useMemo(() => new Date(nowMs), [nowMs]);
  const me = useQuery(trpc.users.me.queryOptions(undefined, { enabled: state.kind === 'signed_in' }));
  const canBook = listing.status === 'active' && me.data?.id !== listing.providerId;
  const takeStart = (start: Date): void =>
    draft.set(start <= new Date() ? { when: 'now' } : { when: 'later', startText: toLocalInput(start) });
  return (
    <Page
      title={listing.title}
      description={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <span>Offered by {detail.providerName}</span>
          <StateBadges detail={detail} />
        </span>
      }
      actions={
        <Link to="/" className={linkClasses}>
          Back to the market
        </Link>
      }
    >
      {error !== null && <ErrorNote error={error} />}
      <div className="grid items-start gap-5 md:grid-cols-[minmax(0,1fr)_19rem] lg:grid-cols-[minmax(0,1fr)_21rem]">
        <div className="order-last flex min-w-0 flex-col gap-5 md:order-none">
          {listing.description !== '' && <p className="text-sm whitespace-pre-wrap">{listing.description}</p>}
          <FactsCard machine={machine} />
          <BenchmarksCard detail={detail} signedIn={state.kind === 'signed_in'} />
          <ListingReliability listingId={listing.id} />
          <AvailabilityCard
            busy={busyQuery.data?.ranges}
            error={busyQuery.error}
            onRetry={() => detached(busyQuery.refetch())}
            now={now}
            onStart={canBook ? takeStart : null}
          />
          <TermsCard detail={detail} />
          <WipePlanCard plan={detail.wipePlan} />
        </div>
        <div className="md:sticky md:top-6">
          <BookingPanel detail={detail} draft={draft.value} set={draft.set} busy={busyQuery.data?.ranges} />
        </div>
      </div>
    </Page>
  );
}

function StateBadges({ detail: { benchmarks, listing, machine } }: { readonly detail: ListingDetailRead }) {
  const status = machineStatusWords[machine.status];
  const reach = reachabilityWords[machine.reachability];
  return (
    <>
      {listing.status !== 'active' && (
        <Badge tone={listingStatusWords[listing.status].tone}>{listingStatusWords[listing.status].label}</Badge>
      )}
      <Badge
        tone={status.tone}
        title={machine.verifiedAt === null ? undefined : `on ${formatDateTime(machine.verifiedAt)}`}
      >
        {status.label}
      </Badge>
      <Badge tone={reach.tone}>{reach.label}</Badge>
      {benchmarks.some(isDrift) && <Badge tone="warning">Speed changed</Badge>}
    </>
  );
}

function BenchmarksCard({ detail, signedIn }: { readonly detail: ListingDetailRead; readonly signedIn: boolean }) {
  const measured = detail.benchmarks.filter((benchmark) => benchmark.result !== null);
  const gpuNote = whyGpuNotMeasured(detail.machine.facts?.gpus ?? null);
  return (
    <TitledCard
      title="Measured speed"
      description="Run on the machine by the marketplace. The line marks the reference machine."
    >
      <div className="flex flex-col gap-4">
        {measured.length === 0 && <p className="text-sm">Nothing was measured yet.</p>}
        {measured.map((benchmark) => (
          <BenchmarkCard key={benchmark.id} benchmark={benchmark} signedIn={signedIn} />
        ))}
        {gpuNote !== null && <p className="text-[13px] text-muted-foreground">{gpuNote}</p>}
        {!signedIn && measured.length > 0 && (
          <p className="text-[13px] text-muted-foreground">
            <Link to="/sign-in" search={{ next: `/listings/${detail.listing.id}` }} className={linkClasses}>
              Sign in
            </Link>{' '}
            to see earlier runs and what the tools printed.
          </p>
        )}
      </div>
    </TitledCard>
  );
}

function TermsCard({ detail: { listing } }: { readonly detail: ListingDetailRead }) {
  const policy = cancellationPolicyWords[listing.cancellationPolicy];
  return (
    <TitledCard title="Terms">
      <Facts
        items={[
          [`Cancelling: ${policy.label}`, `${policy.rule} Always free within an hour of booking, before the start.`],
          [
            'How long',
            `From ${formatDuration(listing.durationMinMs)} to ${formatDuration(listing.durationMaxMs)} in one booking.`,
          ],
          [
            'When it is down',
            'Minutes in which the machine is down or a listed part is missing are not charged. After 15 of them you may leave without further charge.',
          ],
          [
            'If the provider cancels',
            'Everything is released. If you were using it, its last 24 hours are paid back too.',
          ],
        ]}
      />
    </TitledCard>
  );
}
