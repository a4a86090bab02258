import type { DisputeRead } from '@rsm/api/schemas/disputes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RefreshCw, Scale } from 'lucide-react';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { disputeReasonWords, disputeWord } from '../disputes/dispute-words.ts';
import { formatDateTime, formatRelative } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';

const PAGE_DISPUTES = 25;

/** Disputes that wait for a decision, oldest first. Asked for on demand: each look goes into the audit log. */
export function OpenDisputes() {
  const trpc = useTRPC();
  const disputes = useInfiniteQuery(
    trpc.disputes.listOpen.infiniteQueryOptions(
      { limit: PAGE_DISPUTES },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <TitledCard
      title="Open disputes"
      description="The oldest first. Money of the booking is held back until you decide."
      actions={
        <Button size="sm" busy={disputes.isRefetching} onClick={() => detached(disputes.refetch())}>
          <RefreshCw aria-hidden />
          Look again
        </Button>
      }
    >
      <QueryView query={disputes}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <EmptyState icon={<Scale aria-hidden />} title="No dispute waits">
                When a renter or a provider opens one, it stands here until somebody decides it.
              </EmptyState>
            );
          }
          return (
            <>
              <ul className="flex flex-col gap-2">
                {items.map((dispute) => (
                  <DisputeRow key={dispute.id} dispute={dispute} />
                ))}
              </ul>
              {disputes.hasNextPage && (
                <LoadMore
                  label="Show more disputes"
                  busy={disputes.isFetchingNextPage}
                  onLoad={() => detached(disputes.fetchNextPage())}
                />
              )}
            </>
          );
        }}
      </QueryView>
    </TitledCard>
  );
}

function DisputeRow({ dispute }: { readonly dispute: DisputeRead }) {
  const word = disputeWord(dispute);
  return (
    <li className="grid gap-x-4 gap-y-1 rounded-md border px-4 py-3 text-sm sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <Link to="/operator/disputes/$disputeId" params={{ disputeId: dispute.id }} className={linkClasses}>
            {disputeReasonWords[dispute.reason]}: {dispute.listingTitle}
          </Link>
          <Badge tone={word.tone}>{word.label}</Badge>
        </p>
        <p className="text-[13px] text-muted-foreground">
          {dispute.renterName} rented from {dispute.providerName}; the {dispute.openedBy} opened it.
        </p>
        <p className="mt-1 line-clamp-2 break-words">{dispute.text}</p>
      </div>
      <p className="text-[13px] whitespace-nowrap text-muted-foreground" title={formatDateTime(dispute.createdAt)}>
        {formatRelative(dispute.createdAt)}
      </p>
    </li>
  );
}
