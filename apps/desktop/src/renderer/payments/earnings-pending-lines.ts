import type { StatementLineRead } from '@rsm/api/schemas/payments';
import { useQuery } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';

const PAGE_ITEMS = 100;
/** The chart shows twelve weeks; whoever has more lines in them sees the newest of them. */
const PAGES_MAX = 20;
const CHART_MS = 13 * 7 * 86_400_000;

/**
 * The lines of the pending account, newest first, far enough back for the chart. Its key lies below the statement's, so that
 * live events refresh it.
 */
export function usePendingLines() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  return useQuery({
    queryKey: [...trpc.payments.statement.pathKey(), 'pending-lines'],
    queryFn: async ({ signal }): Promise<readonly StatementLineRead[]> => {
      const lines: StatementLineRead[] = [];
      const oldest = new Date(Date.now() - CHART_MS);
      let cursor: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await client.payments.statement.query(
          { account: 'provider_pending', limit: PAGE_ITEMS, cursor },
          { signal },
        );
        lines.push(...answer.items);
        cursor = answer.nextCursor;
        const last = lines.at(-1);
        if (cursor === null || last === undefined || last.at < oldest) break;
      }
      return lines;
    },
  });
}
