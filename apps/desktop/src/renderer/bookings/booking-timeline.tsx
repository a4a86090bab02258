import type { BookingRead } from '@rsm/api/schemas/bookings';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime } from '../format/time.ts';
import { bookingStatusWords } from '../format/words.ts';
import { cn } from '../ui/class-names.ts';
import { QueryView } from '../ui/query-view.tsx';
import { momentsOf } from './booking-moments.ts';
import { timelineOf, type TimelineStep } from './next-steps.ts';

const stateWords: Readonly<Record<TimelineStep['state'], string>> = {
  done: 'done',
  current: 'now',
  planned: 'planned',
};

/** The states of a booking in order: those that were, the one that is, and those to come. */
export function BookingTimeline({ booking }: { readonly booking: BookingRead }) {
  const trpc = useTRPC();
  const history = useQuery(trpc.bookings.history.queryOptions({ id: booking.id }));
  return (
    <QueryView query={history}>
      {({ changes }) => (
        <ol className="flex flex-col" aria-live="polite" aria-relevant="additions">
          {timelineOf(momentsOf(booking), booking, changes).map((step) => (
            <Step key={step.key} step={step} />
          ))}
        </ol>
      )}
    </QueryView>
  );
}

function Step({ step }: { readonly step: TimelineStep }) {
  const isPlanned = step.state === 'planned';
  return (
    <li className="group relative flex gap-3 pb-4 last:pb-0">
      <span
        aria-hidden
        className={cn(
          'relative z-10 mt-1 size-3 shrink-0 rounded-full border-2',
          step.state === 'done' && 'border-primary bg-primary',
          step.state === 'current' && 'border-primary bg-surface ring-4 ring-primary-soft',
          isPlanned && 'border-input bg-surface',
        )}
      />
      <span
        aria-hidden
        className={cn(
          'absolute top-4 bottom-0 left-[5.5px] w-px group-last:hidden',
          isPlanned ? 'bg-border' : 'bg-primary',
        )}
      />
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className={cn('text-sm', step.state === 'current' ? 'font-semibold' : 'font-medium')}>
            {stepLabel(step)}
            <span className={cn('ml-2 text-xs font-normal text-muted-foreground', step.state === 'done' && 'sr-only')}>
              {stateWords[step.state]}
            </span>
          </span>
          {step.at !== null && (
            <span className="text-[13px] text-muted-foreground tabular-nums">{formatDateTime(step.at)}</span>
          )}
        </p>
        {step.note !== null && <p className="text-[13px] text-muted-foreground">{step.note}</p>}
      </div>
    </li>
  );
}

function stepLabel(step: TimelineStep): string {
  return step.status === 'scheduled' && step.state === 'done' ? 'Booked' : bookingStatusWords[step.status].label;
}
