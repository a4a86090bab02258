import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { LocalKey } from '../../shared/bridge.ts';
import { usePlatform } from '../platform/platform-context.ts';

export const LOCAL_KEYS_QUERY_KEY = ['local-keys'] as const;

/** The pairs of this computer; never asked on a web page, which can't see them. */
export function useLocalKeys(): UseQueryResult<readonly LocalKey[]> {
  const platform = usePlatform();
  return useQuery({
    queryKey: LOCAL_KEYS_QUERY_KEY,
    queryFn: async () => (platform.kind === 'desktop' ? platform.bridge.keys.list() : []),
    enabled: platform.kind === 'desktop',
    // The person may have made one in a terminal meanwhile. `passing` keeps the list out of what is stored.
    staleTime: 0,
    meta: { passing: true },
  });
}
