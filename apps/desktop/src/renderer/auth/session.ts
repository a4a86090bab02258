import type { AccessToken, SignUpOutcome } from '../../shared/bridge.ts';
import { toClientError } from '../api/client-error.ts';
import type { SessionPort } from './session-port.ts';

export type SessionState =
  /** `wasAsked` where the server did not answer; before that it is about to. */
  | { readonly kind: 'unknown'; readonly wasAsked: boolean }
  | { readonly kind: 'signed_out'; readonly notice: string | null }
  | { readonly kind: 'signed_in' };

/** A token is renewed when so little of it is left, so that no call arrives with one that ended on its way. */
const RENEW_BEFORE_MS = 30_000;
/** The time of a token is the server's; a clock that is off by less than this does no harm. */
const TOKEN_USE_MS_MIN = 5_000;

/**
 * Who is signed in, and a token for each call. The long-lived secret is never here: the desktop's main process keeps it in
 * the key chain, the web page's is a cookie that no script can read.
 */
export class Session {
  readonly #port: SessionPort;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = { kind: 'unknown', wasAsked: false };
  #access: AccessToken | null = null;
  #renewing: Promise<AccessToken | null> | null = null;

  constructor(port: SessionPort) {
    this.#port = port;
  }

  get state(): SessionState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): SessionState => this.#state;

  /** Finds out whether an earlier session goes on. @throws ClientError when the server can't be asked: then nobody is signed out */
  async restore(): Promise<void> {
    try {
      await this.#renew();
    } catch (error) {
      if (this.#state.kind === 'unknown' && !this.#state.wasAsked) this.#become({ kind: 'unknown', wasAsked: true });
      throw error;
    }
  }

  /** @throws ClientError when the server refuses */
  async signIn(input: { readonly email: string; readonly password: string }): Promise<void> {
    this.#take(await this.#port.signIn(input));
  }

  /** @throws ClientError when the server refuses */
  async signUp(input: {
    readonly email: string;
    readonly password: string;
    readonly displayName: string;
  }): Promise<SignUpOutcome['kind']> {
    const outcome = await this.#port.signUp(input);
    if (outcome.kind === 'signed_in') this.#take(outcome.access);
    return outcome.kind;
  }

  /** Signs out here in any case; the server is told if it can be reached. */
  async signOut(): Promise<void> {
    try {
      await this.#port.signOut();
    } finally {
      this.#end(null);
    }
  }

  /** A token that is good for a while; null when nobody is signed in. */
  async token(): Promise<string | null> {
    const access = this.#access;
    if (access !== null && access.expiresAtMs - Date.now() > RENEW_BEFORE_MS) return access.token;
    if (this.#state.kind === 'signed_out') return null;
    try {
      return (await this.#renew())?.token ?? null;
    } catch (error) {
      // While the server can't be asked, what is left of the old one is used.
      if (access !== null && access.expiresAtMs - Date.now() > TOKEN_USE_MS_MIN) return access.token;
      throw error;
    }
  }

  /** Called when the server did not believe a token: the next call asks for a fresh one. */
  forgetToken(): void {
    this.#access = null;
  }

  async #renew(): Promise<AccessToken | null> {
    this.#renewing ??= this.#port
      .refresh()
      .then((access) => {
        if (access !== null) this.#take(access);
        else if (this.#state.kind === 'signed_in') this.#end('Your session has ended. Sign in again to go on.');
        else if (this.#state.kind === 'unknown') this.#end(null);
        return access;
      })
      .catch((error: unknown) => {
        throw toClientError(error);
      })
      .finally(() => {
        this.#renewing = null;
      });
    return this.#renewing;
  }

  #take(access: AccessToken): void {
    this.#access = access;
    if (this.#state.kind !== 'signed_in') this.#become({ kind: 'signed_in' });
  }

  #end(notice: string | null): void {
    this.#access = null;
    this.#become({ kind: 'signed_out', notice });
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
