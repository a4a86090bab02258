import type { AppRouter } from '@rsm/api';
import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';
import type { AccessToken, DesktopBridge, SignUpOutcome } from '../../shared/bridge.ts';
import { toClientError, valueOf } from '../api/client-error.ts';
import { API_PATH, clientHeaders } from '../api/server-address.ts';

/** The door, wherever the long-lived secret lies. Each call throws a ClientError when it is refused. */
export interface SessionPort {
  signIn(input: { readonly email: string; readonly password: string }): Promise<AccessToken>;
  signUp(input: {
    readonly email: string;
    readonly password: string;
    readonly displayName: string;
  }): Promise<SignUpOutcome>;
  /** Null when there is no session to go on with. */
  refresh(): Promise<AccessToken | null>;
  signOut(): Promise<void>;
}

/** The desktop program: the main process speaks with the server and keeps the secret. */
export function bridgeSession(bridge: DesktopBridge): SessionPort {
  return {
    signIn: async (input) => valueOf(await bridge.session.signIn(input)),
    signUp: async (input) => valueOf(await bridge.session.signUp(input)),
    refresh: async () => valueOf(await bridge.session.refresh()),
    signOut: async () => {
      valueOf(await bridge.session.signOut());
    },
  };
}

/** The web page: the server keeps the secret in a cookie that no script can read, and asks for it by this header. */
const COOKIE_SESSION_HEADERS = { 'x-rsm-session': 'cookie' } as const;

export function cookieSession(serverUrl: string): SessionPort {
  const client = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${serverUrl}${API_PATH}`,
        transformer: superjson,
        headers: { ...clientHeaders, ...COOKIE_SESSION_HEADERS },
      }),
    ],
  });
  const access = (session: { readonly accessToken: string; readonly accessTokenExpiresAt: Date }): AccessToken => ({
    token: session.accessToken,
    expiresAtMs: session.accessTokenExpiresAt.getTime(),
  });
  return {
    signIn: async (input) => access(await client.auth.signIn.mutate(input).catch(refused)),
    signUp: async (input) => {
      const outcome = await client.auth.signUp.mutate(input).catch(refused);
      return outcome.kind === 'signed_in' ? { kind: outcome.kind, access: access(outcome.session) } : outcome;
    },
    refresh: async () => {
      try {
        return access(await client.auth.refresh.mutate());
      } catch (error) {
        const refusal = toClientError(error);
        if (refusal.code === 'session_expired') return null;
        throw refusal;
      }
    },
    signOut: async () => {
      await client.auth.signOut.mutate().catch(refused);
    },
  };
}

function refused(error: unknown): never {
  throw toClientError(error);
}
