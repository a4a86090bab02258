import type { AppRouter } from '@rsm/api';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, type TRPCClient } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { EventSource } from 'eventsource';
import superjson from 'superjson';
import type { Session } from '../auth/session.ts';
import { API_PATH, clientHeaders } from './server-address.ts';

/** `useTRPC()` gives typed query and mutation options; no code is generated, the router's type is all. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** The server takes ten calls in one request and 2,000 characters of path. */
const BATCH_CALLS_MAX = 10;
const URL_CHARS_MAX = 1_900;

/** The one client of a window: calls are batched, the feed is a stream of its own, and each request carries a fresh token. */
export function createApiClient(options: {
  readonly serverUrl: string;
  readonly session: Session;
}): TRPCClient<AppRouter> {
  const { serverUrl, session } = options;
  const url = `${serverUrl}${API_PATH}`;
  const headers = async (): Promise<Record<string, string>> => {
    const token = await session.token();
    return token === null ? { ...clientHeaders } : { ...clientHeaders, authorization: `Bearer ${token}` };
  };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url,
          transformer: superjson,
          // The browser's own EventSource can't send a header, and a token in an address ends up in logs.
          EventSource,
          eventSourceOptions: {
            fetch: async (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...(await headers()) } }),
          },
        }),
        false: httpBatchLink({
          url,
          transformer: superjson,
          headers,
          maxItems: BATCH_CALLS_MAX,
          maxURLLength: URL_CHARS_MAX,
        }),
      }),
    ],
  });
}
