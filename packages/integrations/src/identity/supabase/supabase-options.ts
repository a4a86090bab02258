import { DAY_MS, SECOND_MS } from '@rsm/domain/common/instant';
import type { Clock } from '@rsm/domain/common/instant';
import type { ReportProblem } from '../../common/problem-report.ts';

export const SUPABASE_CALL_MS_MAX = 10 * SECOND_MS;
export const SUPABASE_RESPONSE_BYTES_MAX = 256 * 1024;
/** Supabase has no end of a session unless the project sets one, so the adapter has its own. */
export const SUPABASE_SESSION_LIFETIME_MS = 30 * DAY_MS;

export interface SupabaseIdentityOptions {
  /** The project's address, such as `https://abc.supabase.co`; the adapter adds `/auth/v1`. */
  readonly url: string;
  /** The publishable key, or the older `anon` key. */
  readonly publishableKey: string;
  /** The secret key, or the older `service_role` key: deletes identities, nothing else. */
  readonly secretKey: string;
  /** Where the links in Supabase's mails lead; must be among the project's redirect addresses. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly reportProblem: ReportProblem;
  /** The `iss` of the project's tokens, where it is not `<url>/auth/v1`. */
  readonly issuer?: string;
  readonly sessionLifetimeMs?: number;
  /** For tests; the default is the limit named in this file. */
  readonly callMsMax?: number;
}

/** @throws Error when the address is not https (http is accepted on this host only), for it carries passwords. */
export function supabaseAuthUrl(url: string): string {
  const parsed = new URL(url);
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname);
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && loopback)) {
    throw new Error(`SUPABASE_URL must begin with https://, but it is ${parsed.protocol}//${parsed.host}.`);
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}/auth/v1`;
}
