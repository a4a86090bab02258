import { hashKey, QueryClient, type Query } from '@tanstack/react-query';
import type { PersistedClient, Persister } from '@tanstack/react-query-persist-client';
import { del, get, set } from 'idb-keyval';
import superjson from 'superjson';
import { CLIENT_VERSION } from './client-version.ts';
import { OFFLINE_CODE, toClientError } from './client-error.ts';

/** What is older is fetched again when its screen is opened; live events refresh what changed in between. */
const FRESH_MS = 30_000;
/** How long the last lists stay readable without a connection. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** A connection that failed is tried again; a refusal is an answer. */
const TRIES_MAX = 3;
const PERSIST_KEY = 'rsm.queries';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        gcTime: KEPT_MS,
        retry: (count, error) => count < TRIES_MAX && toClientError(error).code === OFFLINE_CODE,
        // Asked also when the browser believes to be offline: a server on this computer answers all the same.
        networkMode: 'always',
        throwOnError: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/** Keeps answers on this computer, so that lists stay readable while the server can't be reached. */
export const queryPersister: Persister = {
  persistClient: async (client) => set(PERSIST_KEY, superjson.stringify(lastAnswers(client))),
  restoreClient: async () => {
    const text: unknown = await get(PERSIST_KEY);
    return typeof text === 'string' ? superjson.parse<PersistedClient>(text) : undefined;
  },
  removeClient: async () => del(PERSIST_KEY),
};

export const persistOptions = {
  persister: queryPersister,
  maxAge: KEPT_MS,
  buster: CLIENT_VERSION,
  dehydrateOptions: { shouldDehydrateQuery: (query: Query) => query.state.data !== undefined && !isPassing(query) },
} as const;

/**
 * What was answered last stays readable, also when asking again has failed since; the failure is of no use to the next start. That one asks again
 * whatever the age of an answer: nobody told it what has changed while it was closed.
 */
export function lastAnswers(client: PersistedClient): PersistedClient {
  const queries = client.clientState.queries.map((query) => ({
    ...query,
    state: {
      ...query.state,
      status: 'success' as const,
      error: null,
      fetchFailureCount: 0,
      fetchFailureReason: null,
      isInvalidated: true,
    },
  }));
  return { ...client, clientState: { ...client.clientState, queries } };
}

/** Progress and search results of the moment are of no use later. */
function isPassing(query: Query): boolean {
  return query.meta?.['passing'] === true;
}

/** Procedures that answer everybody alike, whoever asks. */
const FOR_EVERYBODY: readonly (readonly string[])[] = [
  ['listings', 'search'],
  ['listings', 'facets'],
  ['server', 'info'],
];
const forEverybody = new Set(FOR_EVERYBODY.map(hashKey));

/**
 * Forgets what was answered. `all` is for the moment at which a person leaves, because even what he looked for in the market is his; a
 * start at which nobody is signed in keeps what anybody may read (`personal`), so that a visitor has the market without the server too.
 */
export async function forgetAnswers(client: QueryClient, which: 'all' | 'personal'): Promise<void> {
  const predicate = ({ queryKey }: Query): boolean =>
    which === 'all' || !forEverybody.has(hashKey([queryKey[0]].flat()));
  client.removeQueries({ type: 'inactive', predicate });
  // Not `clear()`: it would leave the screen that is shown waiting for ever for an answer that it forgot.
  await client.resetQueries({ predicate });
}
