import { DomainError } from '@rsm/domain/common/domain-error';
import type { Caller } from '@rsm/domain/identity/auth-service';
import type { Actor } from '@rsm/domain/users/user';
import { sessionInBody } from './session-carrier.ts';
import type { SessionCarrier } from './session-carrier.ts';
import type { ServerInfoSource, Services } from './services.ts';

/** What is written to the log for an error that the client must not see. */
export interface LoggedError {
  /** The request's id: the client shows it, and all log lines of the request carry it. */
  readonly logId: string;
  /** The procedure, such as `bookings.create`; null when none was reached. */
  readonly path: string | null;
  readonly error: unknown;
}

/** What every procedure is told about the request. It holds no business object; those come from the services. */
export interface ApiContext {
  readonly requestId: string;
  /** The network address of the caller, for the limits of the door. */
  readonly caller: Caller;
  /** The version that the client says it has; null when it says none. */
  readonly clientVersion: string | null;
  readonly services: Services;
  readonly serverInfo: ServerInfoSource;
  readonly session: SessionCarrier;
  readonly logError: (error: LoggedError) => void;
  /** Who asks. Asked at most once per request, however many procedures a batch holds. */
  readonly authenticate: () => Promise<Actor>;
  /** The access token as it came, so that a feed can end with it; null when there is none. */
  readonly accessToken: string | null;
}

/** What the HTTP layer knows of a request. */
export interface ApiRequest {
  readonly requestId: string;
  readonly clientAddress: string;
  readonly clientVersion?: string | undefined;
  /** The Authorization header as it came. */
  readonly authorization?: string | undefined;
  /** Where the session secret travels; in the body when absent. */
  readonly session?: SessionCarrier;
}

export interface ApiContextOptions {
  readonly services: Services;
  readonly serverInfo: ServerInfoSource;
  readonly logError: (error: LoggedError) => void;
}

/** Tokens above this are refused unread: ours have about 500 characters. */
export const ACCESS_TOKEN_LENGTH_MAX = 8_192;
const CLIENT_VERSION_LENGTH_MAX = 40;

/** Makes the function that turns a request into a context. It never throws and does no I/O: authentication is lazy. */
export function createContextFactory(options: ApiContextOptions): (request: ApiRequest) => ApiContext {
  return (request) => {
    const accessToken = bearerTokenOf(request.authorization);
    let actor: Promise<Actor> | undefined;
    return {
      requestId: request.requestId,
      caller: { clientAddress: request.clientAddress },
      clientVersion: request.clientVersion?.slice(0, CLIENT_VERSION_LENGTH_MAX) ?? null,
      services: options.services,
      serverInfo: options.serverInfo,
      session: request.session ?? sessionInBody,
      logError: options.logError,
      accessToken,
      authenticate: () => (actor ??= authenticate(options.services, accessToken)),
    };
  };
}

/** The token of an Authorization header of the Bearer scheme (RFC 6750, section 2.1), or null. */
export function bearerTokenOf(authorization: string | undefined): string | null {
  const match = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '');
  const token = match?.[1] ?? null;
  return token === null || token.length > ACCESS_TOKEN_LENGTH_MAX ? null : token;
}

async function authenticate(services: Services, accessToken: string | null): Promise<Actor> {
  if (accessToken === null) {
    throw new DomainError('unauthenticated', 'You are not signed in.', { remedy: 'Sign in and try again.' });
  }
  return services.auth.authenticate(accessToken);
}
