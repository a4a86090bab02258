import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { useSession } from '../auth/session-context.ts';
import { useInboxSeenSeq } from './inbox-seen.ts';
import { useLastSeq } from './use-last-seq.ts';

const SHOWN_MAX = 99;

/** How many events came since the person last looked into the inbox; nothing when there are none. */
export function InboxBadge() {
  const { state } = useSession();
  const signedIn = state.kind === 'signed_in';
  const trpc = useTRPC();
  const me = useQuery(trpc.users.me.queryOptions(undefined, { enabled: signedIn }));
  const lastSeq = useLastSeq(signedIn);
  const seen = useInboxSeenSeq(me.data?.id);
  if (!signedIn || seen === null || lastSeq.data === undefined || lastSeq.data <= seen) return null;
  const count = lastSeq.data - seen;
  return (
    <span className="absolute top-0.5 right-0.5 rounded-full bg-primary px-1.5 text-[11px] leading-4 font-semibold text-primary-foreground tabular-nums lg:static lg:ml-auto">
      <span className="sr-only">, new: </span>
      {count > SHOWN_MAX ? `${String(SHOWN_MAX)}+` : count}
    </span>
  );
}
