import type { SessionRead } from '@rsm/api/schemas/auth';
import type { AccessToken, SessionStorage, SignUpOutcome } from '../../../shared/bridge.ts';
import { apiRefusal } from '../errors/api-refusal.ts';
import { refusal } from '../errors/bridge-refusal.ts';
import type { FetchPort, Ports } from '../ports.ts';
import { createApiClient, type ApiClient } from '../server/api-client.ts';
import type { ServerChoice } from '../server/server-choice.ts';
import { VaultUnavailableError, type Vault } from '../vault/vault.ts';

/** The door. The long-lived secret stays here; what is handed out is the five-minute token. All throw BridgeRefusal. */
export interface SessionKeeper {
  signIn(input: { readonly email: string; readonly password: string }): Promise<AccessToken>;
  signUp(input: {
    readonly email: string;
    readonly password: string;
    readonly displayName: string;
  }): Promise<SignUpOutcome>;
  /** A fresh token; null when there is no session, or it ended. Callers at the same time share one request. */
  refresh(): Promise<AccessToken | null>;
  /** Forgets the session here in any case. @throws BridgeRefusal when the server could not be told */
  signOut(): Promise<void>;
  storage(): Promise<SessionStorage>;
  /** The API as the person who is signed in. @throws BridgeRefusal no_server, unauthenticated */
  api(): Promise<ApiClient>;
}

/** A token is renewed when so little of it is left, so that no call arrives with one that ended on its way. */
const RENEW_BEFORE_MS = 30_000;

export function createSessionKeeper(options: {
  readonly server: ServerChoice;
  readonly vault: Vault;
  readonly version: string;
  readonly fetch: FetchPort;
  readonly log: Ports['log'];
  readonly now?: () => number;
}): SessionKeeper {
  const { server, vault, version, fetch, log, now = Date.now } = options;
  /** Of this run, per server: what the key chain holds too, or all there is where there is no key chain. */
  const secrets = new Map<string, string>();
  const tokens = new Map<string, AccessToken>();
  const renewals = new Map<string, Promise<AccessToken | null>>();
  /** Counts sign-ins and sign-outs, so that a renewal that was on its way changes nothing afterwards. */
  let changes = 0;

  const nameOf = (origin: string): string => `session:${origin}`;
  const client = (origin: string, accessToken: string | null = null): ApiClient =>
    createApiClient({ origin, version, fetch, accessToken });

  async function chosen(): Promise<string> {
    const origin = await server.current();
    if (origin === null) {
      throw refusal('no_server', 'No server is chosen yet.', { remedy: 'Choose your marketplace’s address first.' });
    }
    return origin;
  }

  async function secretOf(origin: string): Promise<string | null> {
    const inMemory = secrets.get(origin);
    if (inMemory !== undefined) return inMemory;
    const kept = await vault.get(nameOf(origin));
    if (kept !== null) secrets.set(origin, kept);
    return kept;
  }

  async function take(origin: string, session: SessionRead): Promise<AccessToken> {
    const access = { token: session.accessToken, expiresAtMs: session.accessTokenExpiresAt.getTime() };
    tokens.set(origin, access);
    const { sessionSecret } = session;
    if (sessionSecret !== null && secrets.get(origin) !== sessionSecret) {
      secrets.set(origin, sessionSecret);
      await keep(nameOf(origin), sessionSecret);
    }
    return access;
  }

  async function keep(name: string, secret: string): Promise<void> {
    try {
      await vault.put(name, secret);
    } catch (error) {
      // The session goes on in memory, and `storage` says so. An older secret must not come back at the next start.
      if (!(error instanceof VaultUnavailableError)) log({ event: 'vault_unreadable', detail: 'session', error });
      await vault.remove(name).catch(() => undefined);
    }
  }

  async function forget(origin: string): Promise<void> {
    secrets.delete(origin);
    tokens.delete(origin);
    await vault.remove(nameOf(origin));
  }

  async function renew(origin: string): Promise<AccessToken | null> {
    const sessionSecret = await secretOf(origin);
    if (sessionSecret === null) return null;
    const before = changes;
    try {
      const session = await client(origin).auth.refresh.mutate({ sessionSecret });
      return changes === before ? await take(origin, session) : (tokens.get(origin) ?? null);
    } catch (error) {
      const refused = apiRefusal(error);
      if (refused.error.code !== 'session_expired') throw refused;
      if (changes === before) await forget(origin);
      return null;
    }
  }

  async function refreshOf(origin: string): Promise<AccessToken | null> {
    const running = renewals.get(origin);
    if (running !== undefined) return running;
    const renewal = renew(origin).finally(() => renewals.delete(origin));
    renewals.set(origin, renewal);
    return renewal;
  }

  return {
    signIn: async (input) => {
      const origin = await chosen();
      const session = await client(origin).auth.signIn.mutate(input).catch(refused);
      changes += 1;
      return take(origin, session);
    },
    signUp: async (input) => {
      const origin = await chosen();
      const outcome = await client(origin).auth.signUp.mutate(input).catch(refused);
      if (outcome.kind === 'confirmation_required') return outcome;
      changes += 1;
      return { kind: 'signed_in', access: await take(origin, outcome.session) };
    },
    refresh: async () => {
      const origin = await server.current();
      return origin === null ? null : refreshOf(origin);
    },
    signOut: async () => {
      const origin = await server.current();
      if (origin === null) return;
      const sessionSecret = await secretOf(origin);
      changes += 1;
      await forget(origin);
      if (sessionSecret === null) return;
      try {
        await client(origin).auth.signOut.mutate({ sessionSecret });
      } catch (error) {
        const refused = apiRefusal(error);
        if (refused.error.code === 'session_expired') return;
        throw refused.error.code === 'offline'
          ? refusal('offline', 'You are signed out on this computer, but the server could not be told.', {
              remedy: 'Nobody holds the session any more; it ends by itself.',
              cause: error,
            })
          : refused;
      }
    },
    storage: async () => {
      if (!(await vault.isAvailable())) return 'memory';
      const origin = await server.current();
      if (origin === null || !secrets.has(origin)) return 'key_chain';
      return (await vault.get(nameOf(origin))) === secrets.get(origin) ? 'key_chain' : 'memory';
    },
    api: async () => {
      const origin = await chosen();
      const kept = tokens.get(origin);
      const access = kept !== undefined && kept.expiresAtMs - now() > RENEW_BEFORE_MS ? kept : await refreshOf(origin);
      if (access === null) {
        throw refusal('unauthenticated', 'You are not signed in.', { remedy: 'Sign in and try again.' });
      }
      return client(origin, access.token);
    },
  };
}

function refused(error: unknown): never {
  throw apiRefusal(error);
}
