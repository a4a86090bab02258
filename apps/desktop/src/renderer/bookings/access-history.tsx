import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import { formatDateTime, formatDuration } from '../format/time.ts';
import { endReasonWords } from '../format/words.ts';
import { TitledCard } from '../ui/card.tsx';
import { EmptyState } from '../ui/states.tsx';

/** When the way in was open. */
export function AccessHistory({ detail: { booking } }: { readonly detail: BookingDetailRead }) {
  const { readyAt, accessEndedAt, endReason } = booking;
  if (readyAt === null) {
    return (
      <EmptyState title="Nobody had access yet.">When access works, its beginning and its end stand here.</EmptyState>
    );
  }
  return (
    <TitledCard title="Access history">
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b text-left text-[13px] text-muted-foreground">
            <th scope="col" className="py-2 pr-4 font-medium">
              Time
            </th>
            <th scope="col" className="py-2 font-medium">
              What happened
            </th>
          </tr>
        </thead>
        <tbody>
          <tr className="border-b last:border-0">
            <td className="py-2 pr-4 whitespace-nowrap tabular-nums">{formatDateTime(readyAt)}</td>
            <td className="py-2">Access worked. Charged time begins.</td>
          </tr>
          {accessEndedAt !== null && (
            <tr>
              <td className="py-2 pr-4 whitespace-nowrap tabular-nums">{formatDateTime(accessEndedAt)}</td>
              <td className="py-2">
                Access had ended, after {formatDuration(accessEndedAt.getTime() - readyAt.getTime())}
                {endReason === null ? '' : `: ${endReasonWords[endReason]}`}.
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </TitledCard>
  );
}
