import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import type { DataWipeRead } from '@rsm/api/schemas/data-wipes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Eraser, LoaderCircle } from 'lucide-react';
import { detached } from '../app/detached.ts';
import { toClientError } from '../api/client-error.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime, formatDuration, ZONE } from '../format/time.ts';
import { dataWipeStatusWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Facts } from '../ui/page.tsx';
import { EmptyState, ErrorNote, Loading } from '../ui/states.tsx';
import { KeptReport } from './kept-report.tsx';
import { ReportCard } from './report-card.tsx';
import { WipeFindings } from './wipe-findings.tsx';
import { WipeProgressList } from './wipe-progress-list.tsx';
import { WipeSteps } from './wipe-steps.tsx';
import { toast } from '../ui/toast.ts';

/** Events tell of each part that is done; the single steps between them are looked for. */
const LOOK_AGAIN_RUNNING_MS = 1_000;
/** Events tell of each change; this catches one that is missed. */
const LOOK_AGAIN_MS = 5_000;

/** The clean-up of a booking: what is planned, what was done, what was found, and the signed report of it. */
export function CleanUpPanel({ detail }: { readonly detail: BookingDetailRead }) {
  const { booking } = detail;
  const trpc = useTRPC();
  const query = useQuery(
    trpc.dataWipes.getByBooking.queryOptions(
      { bookingId: booking.id },
      {
        // Before provisioning there is none, and that is an answer.
        retry: false,
        refetchInterval: ({ state }) => {
          if (state.data?.status === 'running') return LOOK_AGAIN_RUNNING_MS;
          return isUnderWay(state.data, booking.status) ? LOOK_AGAIN_MS : false;
        },
      },
    ),
  );
  const { data, error } = query;
  if (data === undefined) {
    if (error === null) return <Loading label="Loading the clean-up" />;
    if (toClientError(error).code === 'not_found') return <NoCleanUp detail={detail} />;
    return (
      <>
        <ErrorNote error={error} onRetry={() => detached(query.refetch())} />
        <KeptReport bookingId={booking.id} />
      </>
    );
  }
  return (
    <div className="flex flex-col gap-5">
      {error !== null && <ErrorNote error={error} onRetry={() => detached(query.refetch())} />}
      <StateCard wipe={data} detail={detail} />
      {data.finishedAt !== null && <ReportCard wipe={data} />}
      {data.findings.length > 0 && <WipeFindings findings={data.findings} />}
      {data.steps.length > 0 && <WipeSteps steps={data.steps} />}
    </div>
  );
}

function isUnderWay(wipe: DataWipeRead | undefined, status: BookingDetailRead['booking']['status']): boolean {
  if (status === 'revoking' || status === 'wiping') return true;
  return wipe?.status === 'running';
}

function NoCleanUp({ detail: { booking } }: { readonly detail: BookingDetailRead }) {
  const neverBegan = booking.status === 'cancelled' || booking.status === 'failed';
  return (
    <EmptyState
      icon={<Eraser aria-hidden />}
      title={neverBegan ? 'There was nothing to clean up.' : 'The clean-up comes after the end.'}
    >
      {neverBegan
        ? 'Nobody had access in this booking, so there is no report either.'
        : 'When access has ended, every trace of the booking is removed, and other code looks for what is left over a second connection. The signed report then stands here.'}
    </EmptyState>
  );
}

function StateCard({
  wipe,
  detail: { booking, viewer },
}: {
  readonly wipe: DataWipeRead;
  readonly detail: BookingDetailRead;
}) {
  const { label, tone } = dataWipeStatusWords[wipe.status];
  const isOver = wipe.status === 'failed' || wipe.status === 'unverifiable';
  return (
    <TitledCard
      title="Clean-up"
      description={`Times in ${ZONE}.`}
      actions={
        <span role="status">
          <Badge tone={tone}>{label}</Badge>
        </span>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="flex items-start gap-2 text-sm" aria-live="polite">
          {wipe.status !== 'running' && isUnderWay(wipe, booking.status) && (
            <LoaderCircle className="mt-0.5 size-4 shrink-0 animate-spin text-primary-text" aria-hidden />
          )}
          <span>{stateSentence(wipe, booking.status)}</span>
        </p>
        {wipe.failureReason !== null && <p className="text-sm font-medium text-danger">{wipe.failureReason}</p>}
        <div>
          <h3 className="mb-2 text-[13px] font-medium text-muted-foreground">The plan</h3>
          <WipeProgressList wipe={wipe} isRenter={viewer === 'renter'} />
        </div>
        <Facts items={timesOf(wipe)} />
        {isOver && (viewer === 'renter' ? <RenterWaits /> : <RetryButton wipe={wipe} />)}
      </div>
    </TitledCard>
  );
}

function timesOf(wipe: DataWipeRead): readonly (readonly [string, string])[] {
  const { startedAt, finishedAt, attempt } = wipe;
  return [
    ...(startedAt === null ? [] : [['Begun', formatDateTime(startedAt)] as const]),
    ...(finishedAt === null ? [] : [['Finished', formatDateTime(finishedAt)] as const]),
    ...(startedAt === null || finishedAt === null
      ? []
      : [['Took', formatDuration(finishedAt.getTime() - startedAt.getTime())] as const]),
    ...(attempt > 1 ? [['Attempt', String(attempt)] as const] : []),
  ];
}

function stateSentence(wipe: DataWipeRead, status: BookingDetailRead['booking']['status']): string {
  switch (wipe.status) {
    case 'pending':
      if (status === 'revoking')
        return 'Access is being taken away first. Nothing is removed before nobody is in any more.';
      return status === 'wiping' ? 'The clean-up is about to begin.' : 'It begins when access has ended.';
    case 'running':
      return 'It runs now, step by step. When every check has looked, the report is signed.';
    case 'verified':
      return 'The traces were removed, and every check that looked for them found nothing.';
    case 'failed':
      return 'A step failed, or something of the booking was found.';
    case 'unverifiable':
      return 'At least one check could not look, so nothing is claimed about what is left.';
  }
}

function RenterWaits() {
  return (
    <p className="text-sm">
      The provider or an administrator can run the clean-up again. Until it is verified nobody can book the machine.
      What you pay does not depend on it.
    </p>
  );
}

function RetryButton({ wipe }: { readonly wipe: DataWipeRead }) {
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
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="primary" busy={retry.isPending} onClick={() => retry.mutate({ id: wipe.id })}>
          Run the clean-up again
        </Button>
        <p className="text-[13px] text-muted-foreground">
          Each step can be repeated: what is gone already counts as done.
        </p>
      </div>
      {retry.error !== null && <ErrorNote error={retry.error} />}
    </div>
  );
}
