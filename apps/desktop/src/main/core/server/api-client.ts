import type { AppRouter } from '@rsm/api';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import superjson from 'superjson';
import type { FetchPort } from '../ports.ts';

const API_PATH = '/api/v1';
/** A call that takes longer counts as a server that does not answer. */
const CALL_TIMEOUT_MS = 20_000;

export type ApiClient = TRPCClient<AppRouter>;

export interface ApiClientOptions {
  readonly origin: string;
  readonly version: string;
  readonly fetch: FetchPort;
  /** Null for calls that need nobody signed in. */
  readonly accessToken: string | null;
}

/** The program's own client of the API: one call, one request. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { origin, version, accessToken } = options;
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${origin}${API_PATH}`,
        transformer: superjson,
        headers: {
          'x-rsm-client-version': version,
          ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
        },
        fetch: async (url, init) =>
          options.fetch(String(url), {
            method: init?.method ?? 'GET',
            headers: new Headers(init?.headers),
            ...(typeof init?.body === 'string' ? { body: init.body } : {}),
            // A redirect would take the token to wherever it points.
            redirect: 'error',
            credentials: 'omit',
            cache: 'no-store',
            signal: AbortSignal.any([AbortSignal.timeout(CALL_TIMEOUT_MS), ...(init?.signal ? [init.signal] : [])]),
          }),
      }),
    ],
  });
}
