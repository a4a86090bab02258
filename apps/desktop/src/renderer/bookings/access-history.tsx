import type { AccessHistoryRead, BookingDetailRead } from '@rsm/api/schemas/bookings';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTime, ZONE } from '../format/time.ts';
import { accessModeWords, endReasonWords } from '../format/words.ts';
import { TitledCard } from '../ui/card.tsx';
import { Facts } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { sentence } from './moment-words.ts';

type Entry = AccessHistoryRead['entries'][number];

/** What access the booking gave, to which keys, from when until when. */
export function AccessHistory({ detail }: { readonly detail: BookingDetailRead }) {
  const trpc = useTRPC();
  const history = useQuery(trpc.bookings.accessHistory.queryOptions({ id: detail.booking.id }));
  return <QueryView query={history}>{(data) => <HistoryView history={data} detail={detail} />}</QueryView>;
}

function HistoryView({ history, detail }: { readonly history: AccessHistoryRead; readonly detail: BookingDetailRead }) {
  const { accountName, entries, keys, mode, watchdogDeadlineAt } = history;
  return (
    <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
      {entries.length === 0 ? (
        <EmptyState title="Nobody had access yet.">
          When access is set up, its beginning, each new deadline and its end stand here.
        </EmptyState>
      ) : (
        <TitledCard title="What happened" description={`Times in ${ZONE}.`}>
          <table className="w-full text-sm">
            <thead>
              <tr className="border-b text-left text-[13px] text-muted-foreground">
                <th scope="col" className="py-2 pr-4 font-medium">
                  Time
                </th>
                <th scope="col" className="py-2 font-medium">
                  Event
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry, index) => (
                <tr key={`${entry.kind}-${String(entry.at.getTime())}`} className="border-b align-top last:border-0">
                  <td className="py-2 pr-4 whitespace-nowrap tabular-nums">{formatDateTime(entry.at)}</td>
                  <td className="py-2">{index === 0 ? firstSentenceOf(entry, detail) : sentenceOf(entry, detail)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TitledCard>
      )}
      <TitledCard title="What was let in">
        <Facts
          items={[
            ['Access', accessModeWords[mode]],
            ['Account', accountName === null ? 'None yet' : <code key="account">{accountName}</code>],
            [
              'Watchdog',
              watchdogDeadlineAt === null
                ? 'Not set'
                : `The machine itself ends access ${formatDateTime(watchdogDeadlineAt)}, as read back from it.`,
            ],
          ]}
        />
        <h3 className="mt-4 mb-1 text-[13px] font-medium text-muted-foreground">SSH keys</h3>
        <ul className="flex flex-col gap-2 text-sm">
          {keys.map(({ fingerprint, keyType, name }) => (
            <li key={fingerprint} className="min-w-0">
              {name !== null && <p className="font-medium">{name}</p>}
              <code className="text-xs break-all">
                {keyType} {fingerprint}
              </code>
            </li>
          ))}
        </ul>
      </TitledCard>
    </div>
  );
}

/** The first end is the one that was booked. */
function firstSentenceOf(entry: Entry, detail: BookingDetailRead): string {
  return entry.kind === 'deadline_set' && entry.deadline !== null
    ? `The booking was made, until ${formatDateTime(entry.deadline)}.`
    : sentenceOf(entry, detail);
}

function sentenceOf({ kind, deadline }: Entry, { booking: { endReason } }: BookingDetailRead): string {
  const until = deadline === null ? '' : ` It was to end ${formatDateTime(deadline)}.`;
  switch (kind) {
    case 'prepared':
      return `The account was being prepared.${until}`;
    case 'granted':
      return `Access worked. Charged time begins.${until}`;
    case 'deadline_set':
      return deadline === null ? 'A new end was agreed.' : `A new end was agreed: ${formatDateTime(deadline)}.`;
    case 'revoked':
      return endReason === null ? 'Access had ended.' : `Access had ended. ${sentence(endReasonWords[endReason])}`;
  }
}
