import type { EventListItem, EventListPage } from '@rsm/api/schemas/events';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { detached } from '../app/detached.ts';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { BLOCK_EVENTS, newestBlocks } from './inbox-blocks.ts';

export interface Inbox {
  /** Newest first, over the blocks that have been read. */
  readonly events: readonly EventListItem[];
  readonly isReading: boolean;
  readonly hasOlder: boolean;
  readonly error: unknown;
  readonly refetch: () => void;
}

/** The newest blocks of the inbox. Full blocks never change, so they are read once; the newest follows the live feed. */
export function useInbox(lastSeq: number, blockCount: number): Inbox {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const blocks = newestBlocks(lastSeq, blockCount);
  const growingKey = (index: number): readonly unknown[] => [...trpc.events.pathKey(), 'inbox-block', index];
  const queries = useQueries({
    queries: blocks.map((block) => ({
      // Below the router's key while it grows, where the live feed makes it stale; beside it once it is full.
      queryKey: block.isFull ? ['inbox-block', block.index] : growingKey(block.index),
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
        client.events.list.query({ limit: BLOCK_EVENTS, cursor: String(block.afterSeq) }, { signal }),
      ...(block.isFull ? { staleTime: Number.POSITIVE_INFINITY } : {}),
      // What a block held before it was full stays on screen while it is read for good.
      placeholderData: () =>
        block.isFull ? queryClient.getQueryData<EventListPage>(growingKey(block.index)) : undefined,
    })),
  });
  const oldest = queries.at(-1)?.data;
  return {
    events: queries.flatMap((query) => query.data?.items ?? []).toSorted((left, right) => right.seq - left.seq),
    isReading: queries.some((query) => query.isPending),
    // Events are kept for thirteen months: before an empty block there is nothing any more.
    hasOlder: (blocks.at(-1)?.index ?? 0) > 0 && oldest?.items.length !== 0,
    error: queries.find((query) => query.error !== null)?.error ?? null,
    refetch: () => {
      for (const query of queries) if (query.error !== null) detached(query.refetch());
    },
  };
}
