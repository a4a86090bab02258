import type { EventListPage } from '@rsm/api/schemas/events';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { BEYOND_ALL_SEQ } from './inbox-blocks.ts';

/** The number of the newest event of the person; 0 for an empty inbox. Live events make it fresh. */
export function useLastSeq(enabled = true): UseQueryResult<number, unknown> {
  const trpc = useTRPC();
  return useQuery(
    trpc.events.list.queryOptions(
      { limit: 1, cursor: BEYOND_ALL_SEQ },
      { enabled, select: (page: EventListPage) => page.lastSeq },
    ),
  );
}
