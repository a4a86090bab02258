import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from '../app-router.ts';
import type { ApiContext } from '../context.ts';

const ENDPOINT = '/api/v1';

/** Sends a request through tRPC's own adapter: callers bypass transformer and formatter, a client never does. */
export async function send(
  ctx: ApiContext,
  request: {
    readonly path: string;
    readonly method?: 'GET' | 'POST';
    readonly search?: string;
    readonly body?: string;
    readonly lastEventId?: string;
  },
): Promise<Response> {
  const { path, method = 'GET', search = '', body, lastEventId } = request;
  return fetchRequestHandler({
    endpoint: ENDPOINT,
    router: appRouter,
    createContext: () => ctx,
    req: new Request(`http://server.test${ENDPOINT}/${path}${search}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      ...(body === undefined ? {} : { body }),
    }),
  });
}

/** The query text of an input in superjson's envelope without meta. */
export function searchOf(input: unknown): string {
  return `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
}
