import type { ServerInfoRead } from '@rsm/api/schemas/server';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';

/** While the server can't be reached, it is asked again so often. */
const RETRY_MS = 5_000;

/** What the server says about itself, asked again by itself until it answers. */
export function useServerInfo(): UseQueryResult<ServerInfoRead, unknown> {
  const trpc = useTRPC();
  return useQuery(
    trpc.server.info.queryOptions(undefined, {
      retry: false,
      refetchInterval: (query) => (query.state.error === null ? false : RETRY_MS),
    }),
  );
}
