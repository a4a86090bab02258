import type { IdentitySession, SignUpOutcome } from '@rsm/domain/identity/identity-provider';
import { unreachable } from '@rsm/domain/common/domain-error';
import type { SessionRead, SignUpRead } from '../schemas/auth.ts';
import type { SessionCarrier } from '../session-carrier.ts';
import { toTime } from './common.ts';

/** A session as its carrier hands it out. */
export function toSessionRead(session: IdentitySession, carrier: SessionCarrier): SessionRead {
  const given = carrier.give(session);
  return {
    accessToken: given.accessToken,
    accessTokenExpiresAt: toTime(given.accessTokenExpiresAt),
    sessionSecret: given.sessionSecret,
    sessionExpiresAt: toTime(given.sessionExpiresAt),
  };
}

export function toSignUpRead(outcome: SignUpOutcome, carrier: SessionCarrier): SignUpRead {
  switch (outcome.kind) {
    case 'signed_in':
      return { kind: 'signed_in', session: toSessionRead(outcome.session, carrier) };
    case 'confirmation_required':
      return { kind: 'confirmation_required' };
    default:
      return unreachable(outcome);
  }
}
