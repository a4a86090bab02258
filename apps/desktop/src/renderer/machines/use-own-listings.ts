import type { ListingRead } from '@rsm/api/schemas/listings';
import { useQuery } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';

/** A provider with more listings than this finds the rest on the market. */
const PAGES_MAX = 10;
const PAGE_ITEMS = 100;

/** All listings of the person, read page by page. Its key lies below the list's, so that live events refresh it. */
export function useOwnListings() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  return useQuery({
    queryKey: [...trpc.listings.pathKey(), 'all-own'],
    queryFn: async ({ signal }): Promise<readonly ListingRead[]> => {
      const listings: ListingRead[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await client.listings.listMine.query({ limit: PAGE_ITEMS, cursor }, { signal });
        listings.push(...answer.items);
        cursor = answer.nextCursor;
        if (cursor === null) break;
      }
      return listings;
    },
  });
}

/** The one listing of a machine that is not archived; the newest archived one when there is none; null when there never was one. */
export function listingOfMachine(listings: readonly ListingRead[], machineId: string): ListingRead | null {
  const own = listings.filter((listing) => listing.machineId === machineId);
  const live = own.find((listing) => listing.status !== 'archived');
  return live ?? own.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0] ?? null;
}
