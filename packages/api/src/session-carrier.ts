import { DomainError } from '@rsm/domain/common/domain-error';
import type { IdentitySession } from '@rsm/domain/identity/identity-provider';

/**
 * How the long-lived session secret travels. The desktop's main process takes it from the body and keeps it in the OS key
 * chain; for the web page the server keeps it in an HttpOnly cookie, and no script ever sees it.
 */
export interface SessionCarrier {
  /** Hands the session out: the secret in the answer, or null when it went another way. */
  give(session: IdentitySession): IdentitySession | (Omit<IdentitySession, 'sessionSecret'> & { sessionSecret: null });
  /** The secret of the request. @throws DomainError session_expired when there is none */
  take(inBody: string | null): string;
  /** Forgets what was given. */
  drop(): void;
}

/** The secret travels in the body. */
export const sessionInBody: SessionCarrier = {
  give: (session) => session,
  take: (inBody) => {
    if (inBody !== null) return inBody;
    throw new DomainError('session_expired', 'There is no session to go on with.', { remedy: 'Sign in again.' });
  },
  drop: () => undefined,
};
