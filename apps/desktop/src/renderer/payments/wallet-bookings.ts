import type { AppRouter } from '@rsm/api';
import type { BookingListItem } from '@rsm/api/schemas/bookings';
import type { StatementLineRead } from '@rsm/api/schemas/payments';
import { PAGE_LIMIT_MAX } from '@rsm/domain/common/page';
import type { TRPCClient } from '@trpc/client';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';

/** The wallet looks at no more than so many bookings and statement lines; where that cuts something off, the screen says so. */
const PAGES_MAX = 5;

export interface Walk<Item> {
  readonly items: readonly Item[];
  /** False when there is more than was looked at. */
  readonly isComplete: boolean;
}

/** The newest bookings of the person as renter, for names and amounts in the wallet. */
export function useWalletBookings(): UseQueryResult<Walk<BookingListItem>, unknown> {
  const trpc = useTRPC();
  const client = useTRPCClient();
  return useQuery({
    // Below the router's own key, so that the live feed makes it stale with all other lists of bookings.
    queryKey: [...trpc.bookings.list.pathKey(), 'wallet'],
    queryFn: async ({ signal }) =>
      walk(async (cursor) => client.bookings.list.query({ limit: PAGE_LIMIT_MAX, cursor }, { signal })),
  });
}

/** The lines of the wallet since a time, newest first. */
export async function linesSince(
  client: TRPCClient<AppRouter>,
  sinceMs: number,
  signal: AbortSignal,
): Promise<Walk<StatementLineRead>> {
  return walk(
    async (cursor) => client.payments.statement.query({ limit: PAGE_LIMIT_MAX, cursor }, { signal }),
    (line) => line.at.getTime() < sinceMs,
  );
}

async function walk<Item>(
  read: (cursor: string | null) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>,
  isBeyond: (item: Item) => boolean = () => false,
): Promise<Walk<Item>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items: found, nextCursor } = await read(cursor);
    items.push(...found);
    const last = found.at(-1);
    if (nextCursor === null || (last !== undefined && isBeyond(last))) return { items, isComplete: true };
    cursor = nextCursor;
  }
  return { items, isComplete: false };
}
