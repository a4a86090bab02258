import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Inbox as InboxIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { ZONE } from '../format/time.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState, ErrorNote, Loading } from '../ui/states.tsx';
import { eventGroups, eventGroupWords, groupOf, type EventGroup } from './event-groups.ts';
import { InboxList } from './inbox-list.tsx';
import { inboxSeenSeq, markInboxSeen } from './inbox-seen.ts';
import { useLive } from './live-provider.tsx';
import { useInbox } from './use-inbox.ts';
import { useLastSeq } from './use-last-seq.ts';

const FIRST_BLOCKS = 2;

export function InboxScreen() {
  const trpc = useTRPC();
  const me = useQuery(trpc.users.me.queryOptions());
  const lastSeq = useLastSeq();
  return (
    <Page title="Inbox" description={`What happened to your bookings, machines and money. Times in ${ZONE}.`}>
      <QueryView query={lastSeq}>
        {(newest) =>
          newest === 0 ? (
            <EmptyInbox userId={me.data?.id} />
          ) : (
            <QueryView query={me}>{({ id }) => <Events lastSeq={newest} userId={id} />}</QueryView>
          )
        }
      </QueryView>
    </Page>
  );
}

function EmptyInbox({ userId }: { readonly userId: string | undefined }) {
  useSeeing(userId, 0);
  return (
    <EmptyState
      icon={<InboxIcon aria-hidden />}
      title="Nothing has happened yet"
      action={
        <Link to="/" className={buttonClasses({ variant: 'primary' })}>
          Look at the market
        </Link>
      }
    >
      Book a machine or connect one of your own; every step then stands here.
    </EmptyState>
  );
}

function Events({ lastSeq, userId }: { readonly lastSeq: number; readonly userId: string }) {
  const [blockCount, setBlockCount] = useState(FIRST_BLOCKS);
  const [group, setGroup] = useState<EventGroup | null>(null);
  // What was new when the screen was opened stays marked while it is open.
  const [seenBefore] = useState(() => inboxSeenSeq(userId) ?? lastSeq);
  const inbox = useInbox(lastSeq, blockCount);
  useSeeing(userId, lastSeq);
  const older = (): void => setBlockCount((count) => count + 1);
  const shown = group === null ? inbox.events : inbox.events.filter((event) => groupOf(event) === group);
  return (
    <>
      <div role="group" aria-label="Show" className="flex flex-wrap gap-1.5">
        {([null, ...eventGroups] as const).map((choice) => (
          <Button
            key={choice ?? 'all'}
            size="sm"
            aria-pressed={group === choice}
            className="aria-pressed:border-primary aria-pressed:bg-primary-soft aria-pressed:text-primary-text"
            onClick={() => setGroup(choice)}
          >
            {choice === null ? 'Everything' : eventGroupWords[choice]}
          </Button>
        ))}
      </div>
      <Arrivals />
      {inbox.error !== null && <ErrorNote error={inbox.error} onRetry={inbox.refetch} />}
      {shown.length > 0 && <InboxList events={shown} seenBefore={seenBefore} />}
      {shown.length === 0 && !inbox.isReading && inbox.error === null && (
        <EmptyState title="None of these">
          {inbox.hasOlder
            ? `There is none among the newest ${String(inbox.events.length)} events.`
            : 'Nothing of this kind has happened yet.'}
        </EmptyState>
      )}
      {inbox.isReading && <Loading />}
      {inbox.hasOlder &&
        !inbox.isReading &&
        (group === null ? (
          <LoadMore label="Show older events" busy={false} onLoad={older} />
        ) : (
          // By hand only: with few matches it would read the whole history by itself.
          <Button className="self-center" size="sm" onClick={older}>
            Look further back
          </Button>
        ))}
    </>
  );
}

/** What is on screen in a window that is looked at counts as seen. */
function useSeeing(userId: string | undefined, lastSeq: number): void {
  useEffect(() => {
    const see = (): void => {
      if (userId !== undefined && document.visibilityState === 'visible') markInboxSeen(userId, lastSeq);
    };
    see();
    document.addEventListener('visibilitychange', see);
    return () => document.removeEventListener('visibilitychange', see);
  }, [userId, lastSeq]);
}

/** Says what arrives while the screen is open, to those who do not see it appear. */
function Arrivals() {
  const { listen } = useLive();
  const [text, setText] = useState('');
  useEffect(() => listen((event) => setText(event.text)), [listen]);
  return (
    <p role="status" className="sr-only">
      {text === '' ? '' : `New: ${text}`}
    </p>
  );
}
