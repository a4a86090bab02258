import type { AppRouter } from '@rsm/api';
import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';

export type MarketClient = ReturnType<typeof createTRPCClient<AppRouter>>;

/** A signed-in person at the typed client. Tokens are renewed as the desktop does it. */
export interface Session {
  readonly market: MarketClient;
}

/** Renewed when it has less than this left. */
const RENEW_BEFORE_MS = 60_000;
/** No single call of the demo or the tour takes longer. */
const CALL_LIMIT_MS = 30_000;

interface Tokens {
  accessToken: string;
  accessTokenExpiresAt: Date;
  sessionSecret: string | null;
}

/** The typed client without a session: the door and the market. */
export function openMarket(apiUrl: string): MarketClient {
  return marketWith(apiUrl, () => Promise.resolve(null));
}

/** The typed client with a token that nobody renews. */
export function openMarketAs(apiUrl: string, accessToken: string): MarketClient {
  return marketWith(apiUrl, () => Promise.resolve(accessToken));
}

/** Signs a new person up. @throws when the server wants the address confirmed first, which the demo does not */
export async function signUp(
  apiUrl: string,
  person: { readonly email: string; readonly password: string; readonly displayName: string },
): Promise<Session> {
  const outcome = await openMarket(apiUrl).auth.signUp.mutate(person);
  if (outcome.kind !== 'signed_in') throw new Error(`${person.email} must confirm the address first.`);
  return sessionOf(apiUrl, outcome.session);
}

/** Signs a known person in. What else is known of the person stays here: the door refuses fields that it does not know. */
export async function signIn(
  apiUrl: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Session> {
  return sessionOf(apiUrl, await openMarket(apiUrl).auth.signIn.mutate({ email, password }));
}

function sessionOf(apiUrl: string, first: Tokens): Session {
  let tokens: Tokens = first;
  const door = openMarket(apiUrl);
  const token = async (): Promise<string> => {
    if (tokens.accessTokenExpiresAt.getTime() - Date.now() < RENEW_BEFORE_MS) {
      tokens = await door.auth.refresh.mutate({ sessionSecret: tokens.sessionSecret });
    }
    return tokens.accessToken;
  };
  return { market: marketWith(apiUrl, token) };
}

function marketWith(apiUrl: string, token: () => Promise<string | null>): MarketClient {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: apiUrl,
        transformer: superjson,
        headers: async () => {
          const accessToken = await token();
          return accessToken === null ? {} : { authorization: `Bearer ${accessToken}` };
        },
        fetch: (input, options) => fetch(String(input), { ...options, signal: AbortSignal.timeout(CALL_LIMIT_MS) }),
      }),
    ],
  });
}
