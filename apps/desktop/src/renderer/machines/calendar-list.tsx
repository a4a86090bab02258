import type { BlockRead } from '@rsm/api/schemas/machines';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime } from '../format/time.ts';
import { bookingStatusWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/states.tsx';
import type { CalendarEntry } from './calendar-cells.ts';
import { entryWords } from './calendar-words.ts';
import { toast } from '../ui/toast.ts';

/** The same as the grid, in words: who or what, from when to when. */
export function CalendarList({
  entries,
  blocks,
  range,
}: {
  readonly entries: readonly CalendarEntry[];
  readonly blocks: readonly BlockRead[];
  readonly range: { readonly start: Date; readonly end: Date };
}) {
  const shown = entries
    .filter((entry) => entry.range.start < range.end && entry.range.end > range.start)
    .toSorted((a, b) => a.range.start.getTime() - b.range.start.getTime());
  if (shown.length === 0) {
    return (
      <p className="text-sm text-muted-foreground">
        Nothing lies in this time. Renters can book all of it while the listing is on the market.
      </p>
    );
  }
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">Everything in this time</caption>
        <thead>
          <tr className="border-b text-[13px] text-muted-foreground">
            <th scope="col" className="py-2 pr-4 font-medium">
              From
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              To
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              What
            </th>
            <th scope="col" className="py-2">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((entry) => (
            <tr key={entry.id} className="border-b last:border-b-0">
              <td className="py-2 pr-4 whitespace-nowrap tabular-nums">{formatDateTime(entry.range.start)}</td>
              <td className="py-2 pr-4 whitespace-nowrap tabular-nums">{formatDateTime(entry.range.end)}</td>
              {entry.kind === 'booking' ? (
                <BookingCells bookingId={entry.id} />
              ) : (
                <BlockCells entry={entry} note={blocks.find((block) => block.id === entry.id)?.note ?? null} />
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BookingCells({ bookingId }: { readonly bookingId: string }) {
  const trpc = useTRPC();
  const detail = useQuery(trpc.bookings.get.queryOptions({ id: bookingId }));
  const word = detail.data === undefined ? null : bookingStatusWords[detail.data.booking.status];
  return (
    <>
      <td className="py-2 pr-4">
        <span className="flex flex-wrap items-center gap-2">
          {detail.data === undefined ? 'Booking' : `Booking of ${detail.data.renterName}`}
          {word !== null && <Badge tone={word.tone}>{word.label}</Badge>}
        </span>
      </td>
      <td className="py-2 text-right">
        <Link
          to="/bookings/$bookingId"
          params={{ bookingId }}
          className="text-primary-text underline underline-offset-4"
        >
          Look<span className="sr-only"> at the booking of {detail.data?.renterName ?? bookingId}</span>
        </Link>
      </td>
    </>
  );
}

function BlockCells({ entry, note }: { readonly entry: CalendarEntry; readonly note: string | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const label = entryWords[entry.kind].label;
  const remove = useMutation(
    trpc.machines.unblockTime.mutationOptions({
      onSuccess: () => {
        toast.success('The time is free again.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.machines.calendar.pathKey() }));
      },
    }),
  );
  return (
    <>
      <td className="py-2 pr-4">
        {label}
        {note !== null && <span className="text-muted-foreground">: {note}</span>}
        {remove.isError && <ErrorNote error={remove.error} className="mt-2" />}
      </td>
      <td className="py-2 text-right">
        <Button size="sm" busy={remove.isPending} onClick={() => remove.mutate({ blockId: entry.id })}>
          Remove
          <span className="sr-only">
            {' '}
            the block “{label}” from {formatDateTime(entry.range.start)}
          </span>
        </Button>
      </td>
    </>
  );
}
