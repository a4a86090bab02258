import type { SessionCarrier } from '@rsm/api';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { Clock } from '@rsm/domain/common/instant';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Sent by the web page with calls of the door: keep my session in a cookie, so that no script ever holds its secret. */
const SESSION_HEADER = 'x-rsm-session';
const IN_COOKIE = 'cookie';
/** RFC 6265, section 6.1: what every browser keeps of one cookie. */
const COOKIE_BYTES_MAX = 4_096;
/** A request with more cookies than this is not one of our page's. */
const COOKIE_HEADER_CHARS_MAX = 16_384;

interface SessionCookieOptions {
  readonly publicUrl: string;
  /** In demo the page may also come from whatever name the browser used for this computer, such as `localhost`. */
  readonly mode: 'demo' | 'production';
  /** Cookies go to the API alone, never along with the page's files. */
  readonly apiPath: string;
}

/** Refuses pages of other origins that ask for the cookie, before any procedure runs. */
export function addSessionCookieGuard(fastify: FastifyInstance, options: SessionCookieOptions): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (!wantsCookie(request) || isOwnPage(request, options)) return undefined;
    const message = "Only this server's own page may keep its session in a cookie. Open the page at its own address.";
    return reply.code(403).send({ error: { code: 'forbidden', message, logId: request.id } });
  });
}

/** How the session secret of this request travels: in a cookie when its page asked for it, otherwise in the body. */
export function sessionCarrierOf(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SessionCookieOptions & { readonly clock: Clock },
): SessionCarrier | undefined {
  if (!wantsCookie(request)) return undefined;
  const isHttps = request.headers.origin?.startsWith('https:') === true;
  // Browsers take a cookie of this prefix over TLS alone, so that nobody on the way can plant one.
  const name = isHttps ? '__Secure-rsm_session' : 'rsm_session';
  const set = (value: string, maxAgeSeconds: number): void => {
    const attributes = [`Path=${options.apiPath}`, `Max-Age=${String(maxAgeSeconds)}`, 'HttpOnly', 'SameSite=Strict'];
    const cookie = [`${name}=${value}`, ...attributes, ...(isHttps ? ['Secure'] : [])].join('; ');
    if (Buffer.byteLength(cookie) > COOKIE_BYTES_MAX) throw new Error('The session secret does not fit into a cookie.');
    reply.raw.setHeader('set-cookie', cookie);
  };
  return {
    give: (session) => {
      const leftMs = session.sessionExpiresAt - options.clock.now();
      set(encodeURIComponent(session.sessionSecret), Math.max(0, Math.floor(leftMs / 1_000)));
      return { ...session, sessionSecret: null };
    },
    take: () => {
      const secret = secretIn(request.headers.cookie, name);
      if (secret !== null) return secret;
      throw new DomainError('session_expired', 'There is no session to go on with.', { remedy: 'Sign in again.' });
    },
    drop: () => {
      set('', 0);
    },
  };
}

function wantsCookie(request: FastifyRequest): boolean {
  return request.headers[SESSION_HEADER] === IN_COOKIE;
}

/**
 * Whether a request comes from this server's own page. Browsers say the origin of every POST (Fetch standard, section 3.2)
 * and no script can change it; a request without one is no page's.
 */
function isOwnPage(request: FastifyRequest, { mode, publicUrl }: SessionCookieOptions): boolean {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (origin === undefined || (site !== undefined && site !== 'same-origin')) return false;
  if (origin === new URL(publicUrl).origin) return true;
  return mode === 'demo' && host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** The secret in a Cookie header. Two of the same name mean that somebody else planted one: then none counts. */
function secretIn(header: string | undefined, name: string): string | null {
  if (header === undefined || header.length > COOKIE_HEADER_CHARS_MAX) return null;
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  if (values.length !== 1 || value === undefined || value === '') return null;
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
